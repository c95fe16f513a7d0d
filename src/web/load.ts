/* SPDX-License-Identifier: MIT */
/* load: what the state asks for is fetched, and nothing else: each kind of answer has its slot and its address. */
import { readHeat, readFleet, readLabels, readNotes, readStatus, readTargets, readTimeline, readValues, type Heat, type Fleet, type Note,
	type Status, type Targets, type Timeline } from './answers';
import { readDiff, type Diff } from './diff';
import { readProfile, type Tree } from './profile';
import { diffAddress, functionAddress, heatAddress, notesAddress, POINTS, profileAddress, regressionsAddress, sparkAddress, stepFor, targetsAddress,
	timelineAddress, valuesAddress } from './questions';
import { around, readFindings, type Finding, type Findings } from './regressions';
import { Slot } from './slot';
import { comparing, type Span, type State } from './state';

const SPARK_POINTS = 60, CHANGE_POINTS = 240;
const EMPTY_WAIT = 5, YOUNG_WAIT = 2; /* seconds: no targets, no slice yet */
const LIVE_LEAST = 2, LIVE_MOST = 10; /* seconds between two looks for something newer */
const CALM = 160; /* ms between two rounds of questions, while something is turned or dragged */
const PLAIN = ['service', 'pid', 'thread', 'target']; /* these are chosen elsewhere, or are too many */

/* An older server: it is not asked again and again. */
function unknown(slot: Slot<unknown>): boolean {
	return slot.value === null && (slot.failure?.trouble === 'absent' || slot.failure?.trouble === 'refused');
}

export class Loader {
	readonly status: Slot<Status>;
	readonly targets: Slot<Targets>;
	readonly spark: Slot<Timeline>;
	readonly timeline: Slot<Timeline>;
	readonly profile: Slot<Tree>;
	readonly diff: Slot<Diff>;
	readonly labels: Slot<string[]>;
	readonly heat: Slot<Heat>;
	readonly notes: Slot<Note[]>;
	readonly fleet: Slot<Fleet>;
	readonly findings: Slot<Findings>;
	readonly change: Slot<Timeline>;
	readonly values = new Map<string, Slot<string[]>>();
	private state: State | null = null;
	private timer = 0;
	private retry = 0;
	private waiting = 0;
	private asked = 0;

	constructor(private readonly changed: () => void) {
		const told = () => {
			changed();
			this.retryLater();
		};
		const more = () => { /* what came may lead to more questions */
			told();
			this.demand();
		};
		this.status = new Slot(readStatus, more);
		this.targets = new Slot(readTargets, told);
		this.spark = new Slot(readTimeline, told);
		this.timeline = new Slot(readTimeline, told);
		this.profile = new Slot(readProfile, told);
		this.diff = new Slot(readDiff, told);
		this.heat = new Slot(readHeat, told);
		this.labels = new Slot(readLabels, more);
		this.notes = new Slot(readNotes, changed);
		this.fleet = new Slot(readFleet, changed);
		this.findings = new Slot(readFindings, more);
		this.change = new Slot(readTimeline, changed);
	}

	collector(): boolean {
		return this.status.value?.collector === true;
	}

	watermark(): number {
		return this.targets.value?.watermark ?? this.status.value?.watermark ?? 0;
	}

	step(): number {
		return this.targets.value?.step ?? 10;
	}

	/* The part of time that the timeline shows, on slices; null before anything is known. */
	window(state: State): Span | null {
		const watermark = this.watermark(), step = this.step();
		if (watermark <= 0)
			return null;
		const until = Math.ceil((state.end ?? watermark) / step) * step;
		return [until - Math.max(step, Math.ceil(state.span / step) * step), until];
	}

	/* The part that the profile is of. */
	interval(state: State): Span | null {
		return state.from !== null && state.until !== null ? [state.from, state.until] : this.window(state);
	}

	/* Labels by which can be filtered, apart from services and processes. */
	keys(): string[] {
		return (this.labels.value ?? []).filter((key) => !PLAIN.includes(key));
	}

	chosen(state: State): Finding | null {
		return this.findings.value?.items.find((item) => item.key === state.finding) ?? null;
	}

	/* calmly: more of the same will follow at once, as while a wheel is turned. */
	async show(state: State, calmly = false): Promise<void> {
		this.state = state;
		this.follow(state.live);
		if (!this.targets.value && !this.targets.loading) {
			void this.status.want('api/v1/status');
			void this.labels.want('api/v1/labels');
			await this.targets.want(targetsAddress(null));
		}
		if (calmly)
			this.later();
		else
			this.demand();
	}

	/* All again, as new as there is. */
	async reload(): Promise<void> {
		if (this.collector() || (this.status.failure && this.status.failure.trouble !== 'absent'))
			await this.status.want('api/v1/status', true);
		await this.targets.want(targetsAddress(this.collector() && this.state ? this.newest() : null), true);
		if (this.targets.failure)
			return;
		for (const slot of this.slots())
			if (slot.failure)
				slot.address = '';
		if (this.fleet.address !== '' && !unknown(this.fleet))
			void this.fleet.want('api/v1/hosts', true);
		if (this.notes.address !== '' && !unknown(this.notes))
			void this.notes.want(this.notes.address, true);
		this.demand();
	}

	/* The window as it will be, which the targets are to be of. */
	private newest(): Span | null {
		if (this.targets.value && this.status.value!.watermark > this.targets.value.watermark)
			this.targets.value.watermark = this.status.value!.watermark;
		return this.window(this.state!);
	}

	private slots(): Slot<unknown>[] {
		return [this.spark, this.timeline, this.profile, this.diff, this.heat, this.findings, this.change];
	}

	/* Soon, but not more often than can be answered. */
	private later(): void {
		const wait = this.asked + CALM - performance.now();
		if (this.waiting !== 0)
			return;
		if (wait <= 0)
			return this.demand();
		this.waiting = window.setTimeout(() => {
			this.waiting = 0;
			this.demand();
		}, wait);
	}

	private demand(): void {
		const state = this.state, targets = this.targets.value, window = state && this.window(state);
		if (!state || !targets || !window || (targets.targets.length === 0 && !this.collector()))
			return;
		this.asked = performance.now();
		const length = window[1] - window[0], interval = this.interval(state)!, pictures = state.view !== 'hosts';
		if (this.collector())
			void this.targets.want(targetsAddress(window));
		void this.spark.want(sparkAddress(state, window, stepFor(length, targets.step, SPARK_POINTS)));
		void this.timeline.want(timelineAddress(state, window, stepFor(length, targets.step, POINTS)));
		if (!unknown(this.notes))
			void this.notes.want(notesAddress(window));
		this.wantIf(this.heat, state.chart === 'heat', () => heatAddress(state, window));
		this.wantIf(this.findings, state.view === 'regressions', () => regressionsAddress(state, window));
		const finding = state.view === 'regressions' ? this.chosen(state) : null, findings = this.findings.value;
		this.wantIf(this.change, finding !== null, () => {
			const part = around(finding!, findings!.step);
			return functionAddress(state, finding!.service, finding!.fn, finding!.share ? 'share' : 'cores', part,
				stepFor(part[1] - part[0], findings!.step, CHANGE_POINTS));
		});
		const both = comparing(state), seen = pictures && (state.view !== 'regressions' || finding !== null);
		const asked = finding ? { ...state, services: [finding.service], pids: [] } : state; /* the list stays that of all services */
		this.wantIf(this.diff, both && seen, () => diffAddress(asked, interval));
		this.wantIf(this.profile, !both && seen, () => profileAddress(state, interval, 'json'));
		if (this.collector() || state.view === 'hosts')
			void this.fleet.want('api/v1/hosts');
		for (const [key, slot] of this.values)
			if (!unknown(slot))
				void slot.want(valuesAddress(key, window));
		this.ask('host', window);
	}

	private wantIf<T>(slot: Slot<T>, wanted: boolean, address: () => string): void {
		if (wanted)
			void slot.want(address());
		else
			slot.leave();
	}

	/* The values of a label: asked for once somebody opens it, from then on with everything else. */
	ask(key: string, window = this.state && this.window(this.state)): void {
		if (this.values.has(key) || !window || !this.labels.value?.includes(key))
			return;
		const slot = new Slot(readValues, this.changed);
		this.values.set(key, slot);
		void slot.want(valuesAddress(key, window));
	}

	private follow(live: boolean): void {
		clearInterval(this.timer);
		this.timer = 0;
		if (!live)
			return;
		const step = this.targets.value?.step ?? LIVE_LEAST;
		const wait = Math.min(Math.max(step / 2, LIVE_LEAST), LIVE_MOST);
		this.timer = window.setInterval(() => {
			if (!document.hidden && !this.targets.loading)
				void this.reload();
		}, wait * 1000);
	}

	/* A daemon that is busy or away, or has nothing yet, is asked again; one that said no is not. */
	private retryLater(): void {
		const waits = [this.targets, ...this.slots()].map((slot) => slot.failure?.retry ?? 0).filter((wait) => wait > 0);
		const known = this.targets.value;
		if (known && known.targets.length === 0 && !this.collector())
			waits.push(EMPTY_WAIT);
		else if (known && known.watermark <= 0)
			waits.push(YOUNG_WAIT);
		if (waits.length === 0 || this.retry !== 0)
			return;
		this.retry = window.setTimeout(() => {
			this.retry = 0;
			void this.reload();
		}, Math.min(...waits) * 1000);
	}
}
