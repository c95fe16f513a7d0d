/* SPDX-License-Identifier: MIT */
/*
 * state: everything that decides what is shown. All of it stands behind the # of the address, so that a link, a
 * reload and the browser's arrows bring back the same picture, and the server is sent nothing that it does not know.
 */
import type { ColourBy } from './colour';

export type Mode = 'cpu' | 'wall' | 'gil';
export type Merge = 'function' | 'line' | 'module';
export type View = 'flame' | 'table' | 'sandwich';
export type SortBy = 'self' | 'total' | 'name';

export interface State {
	services: string[]; /* none: all */
	pids: number[];
	span: number; /* seconds: how long the timeline is */
	end: number | null; /* unix seconds; null: as new as there is */
	from: number | null; /* the interval that was dragged */
	until: number | null;
	live: boolean;
	mode: Mode;
	merge: Merge;
	threads: boolean;
	view: View;
	colour: ColourBy;
	up: boolean; /* root at the bottom */
	sort: SortBy;
	q: string;
	fn: string; /* the function of the sandwich, as its text */
	zoom: string; /* profile.ts, pathKey */
}

export const first: State = {
	services: [], pids: [], span: 3600, end: null, from: null, until: null, live: false, mode: 'cpu', merge: 'function',
	threads: false, view: 'flame', colour: 'module', up: false, sort: 'self', q: '', fn: '', zoom: '',
};

const words = {
	mode: ['cpu', 'wall', 'gil'],
	merge: ['function', 'line', 'module'],
	view: ['flame', 'table', 'sandwich'],
	colour: ['module', 'language', 'hash'],
	sort: ['self', 'total', 'name'],
} as const;

export const SPAN_MIN = 10, SPAN_MAX = 366 * 86400;

function whole(text: string | null, least: number, most: number): number | null {
	const value = text !== null && /^[0-9]{1,12}$/.test(text) ? Number(text) : NaN;
	return value >= least && value <= most ? value : null;
}

/* What is not understood is as if it was not there. */
export function parse(hash: string): State {
	const p = new URLSearchParams(hash.replace(/^#/, '')), state: State = { ...first };
	const word = <K extends keyof typeof words>(key: K) =>
		(words[key] as readonly string[]).includes(p.get(key) ?? '') ? p.get(key) : first[key];
	state.services = [...new Set(p.getAll('service'))];
	state.pids = [...new Set(p.getAll('pid'))].map((text) => whole(text, 1, 2 ** 31)).filter((pid) => pid !== null);
	state.span = whole(p.get('span'), SPAN_MIN, SPAN_MAX) ?? first.span;
	state.end = whole(p.get('end'), 1, 1e11);
	state.from = whole(p.get('from'), 0, 1e11);
	state.until = whole(p.get('until'), 1, 1e11);
	if (state.from === null || state.until === null || state.from >= state.until)
		state.from = state.until = null;
	state.live = p.has('live');
	state.mode = word('mode') as Mode;
	state.merge = word('merge') as Merge;
	state.threads = p.has('threads');
	state.view = word('view') as View;
	state.colour = word('colour') as ColourBy;
	state.up = p.has('up');
	state.sort = word('sort') as SortBy;
	state.q = p.get('q') ?? '';
	state.fn = p.get('fn') ?? '';
	state.zoom = /^[0-9a-f]{8}$/.test(p.get('zoom') ?? '') ? p.get('zoom')! : '';
	return state;
}

export function format(state: State): string {
	const p = new URLSearchParams();
	const put = (key: keyof State & string, value: string | number | null) => {
		if (value !== null && value !== first[key] && value !== '')
			p.append(key, String(value));
	};
	for (const service of state.services)
		p.append('service', service);
	for (const pid of state.pids)
		p.append('pid', String(pid));
	for (const key of ['span', 'end', 'from', 'until', 'mode', 'merge', 'view', 'colour', 'sort', 'q', 'fn', 'zoom'] as const)
		put(key, state[key]);
	for (const key of ['live', 'threads', 'up'] as const)
		if (state[key])
			p.append(key, '1');
	const text = p.toString();
	return text === '' ? '' : '#' + text;
}

export type Change = Partial<State>;

/* Holds the state and tells who listens. What is typed or turned replaces the entry of the history, what one would want
 * to go back from makes a new one. */
export class Store {
	state: State = parse(location.hash);
	private listeners: (() => void)[] = [];

	constructor() {
		const read = () => {
			this.state = parse(location.hash);
			this.tell();
		};
		window.addEventListener('popstate', read);
		window.addEventListener('hashchange', read);
	}

	listen(fn: () => void): void {
		this.listeners.push(fn);
	}

	private tell(): void {
		for (const fn of this.listeners)
			fn();
	}

	set(change: Change, way: 'push' | 'replace' = 'push'): void {
		const next = { ...this.state, ...change }, before = format(this.state), after = format(next);
		this.state = next;
		if (before !== after) {
			const address = location.pathname + location.search + after;
			if (way === 'push')
				history.pushState(null, '', address);
			else
				history.replaceState(null, '', address);
		}
		this.tell();
	}
}
