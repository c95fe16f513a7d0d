/* SPDX-License-Identifier: MIT */
/* actions: what the hands and keys of somebody mean for the state: moving in time, choosing, comparing. */
import type { Note } from './answers';
import { before, withBase } from './compare';
import type { Finding } from './regressions';
import { opened } from './regressions';
import { alone, comparing, swapped, type Change, type Span, type State, type Way } from './state';
import { holding, panned, zoomed } from './zoom';

const AROUND = 1800; /* seconds before and after a deploy */

/* Where the hands work: null as long as nothing is known. */
export interface Bench {
	state: State;
	window: Span | null;
	interval: Span | null;
	watermark: number;
	pointer: () => number | null; /* a time */
	set: (change: Change, way?: Way) => void;
}

const whole: Change = { from: null, until: null, ...alone, finding: '' };

export class Actions {
	constructor(private readonly bench: Bench) {}

	pan(by: number): void {
		const { window, watermark, set } = this.bench;
		if (window)
			set(panned(window, by, watermark), 'soon');
	}

	/* Around a part of the width, or the pointer; without either the newest stays, or the middle. */
	zoom(factor: number, at?: number): void {
		const { window, state, watermark, pointer, set } = this.bench, under = pointer();
		if (!window)
			return;
		const place = at ?? (under !== null ? (under - window[0]) / (window[1] - window[0]) : state.end === null ? 1 : 0.5);
		set(zoomed(window, factor, place, watermark, state.end === null), 'soon');
	}

	/* The interval before or after the one that is chosen; without one the timeline itself moves. */
	shift(steps: number): void {
		const { state, window, interval, watermark, set } = this.bench;
		if (!interval || !window)
			return;
		const by = steps * (interval[1] - interval[0]), next: Span = [interval[0] + by, interval[1] + by];
		if (state.from === null)
			return this.pan(steps);
		if (next[1] > watermark)
			return;
		const inside = next[0] >= window[0] && next[1] <= window[1];
		set({ from: next[0], until: next[1], ...(inside ? {} : { end: Math.min(watermark, window[1] + by), live: false }) });
	}

	live(): void {
		const { state, window, set } = this.bench;
		set(state.live ? { live: false, end: window?.[1] ?? null } : { ...whole, live: true, end: null });
	}

	choose(at: Span | null): void {
		const { window, set } = this.bench;
		set(at && window ? { from: at[0], until: at[1], live: false, end: window[1], finding: '' } : whole);
	}

	show(parts: Span[]): void {
		this.bench.set({ ...holding(parts, this.bench.watermark), live: false });
	}

	/* Without an interval what is compared is what lies behind the base, or before it if nothing does. */
	compareWith(base: Span): void {
		const { state, window, interval, set } = this.bench;
		if (!window || !interval)
			return;
		const length = base[1] - base[0];
		const now: Span = state.from !== null ? interval : base[1] < window[1] ? [base[1], Math.min(window[1], base[1] + length)] :
			[Math.max(window[0], base[0] - length), base[0]];
		if (now[1] > now[0])
			set({ ...withBase(state, now, window, base), finding: '' });
	}

	compareBefore(): void {
		const { state, window, interval, set } = this.bench;
		if (comparing(state))
			set({ ...alone, finding: '' });
		else if (window && interval)
			set(withBase(state, interval, window, before(interval, 0)));
	}

	compareAround(note: Note): void {
		const { state, window, watermark, set } = this.bench, last = note.until ?? note.at;
		const base: Span = [note.at - AROUND, note.at], now: Span = [last, Math.min(watermark, last + AROUND)];
		if (!window || now[1] <= now[0])
			return;
		set({ ...withBase(state, now, window, base), ...(note.service ? { services: [note.service], pids: [] } : {}), finding: '',
			...(base[0] < window[0] || now[1] > window[1] ? holding([base, now], watermark) : {}) });
	}

	goTo(note: Note): void {
		this.show([[note.at - AROUND, (note.until ?? note.at) + AROUND]]);
	}

	swap(): void {
		const { state, interval, set } = this.bench;
		if (comparing(state) && interval)
			set(swapped(state, interval));
	}

	split(by: string): void {
		this.bench.set({ by: by === 'service' && this.bench.state.pids.length === 0 ? '' : by });
	}

	pick(finding: Finding | null): void {
		this.bench.set(finding ? opened(finding) : whole);
	}

	reset(): void {
		this.bench.set({ services: [], pids: [], hosts: [], labels: [], end: null, ...whole });
	}
}
