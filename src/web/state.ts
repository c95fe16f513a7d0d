/* SPDX-License-Identifier: MIT */
/*
 * state: everything that decides what is shown. All of it stands behind the # of the address, so that a link, a
 * reload and the browser's arrows bring back the same picture, and the server is sent nothing that it does not know.
 */
import type { ColourBy } from './colour';

export type Mode = 'cpu' | 'wall' | 'gil';
export type Merge = 'function' | 'line' | 'module';
export type View = 'flame' | 'table' | 'sandwich' | 'regressions' | 'hosts';
export type SortBy = 'self' | 'total' | 'name';
export type Order = 'change' | 'base' | 'now' | 'name';
export type Label = [key: string, value: string];
export type Span = [from: number, until: number];

export interface State {
	services: string[]; /* none: all */
	hosts: string[];
	labels: Label[];
	pids: number[];
	span: number; /* seconds: how long the timeline is */
	end: number | null; /* unix seconds; null: as new as there is */
	from: number | null; /* the interval that was dragged */
	until: number | null;
	baseFrom: number | null; /* what it is compared with; each, if nothing is said, as its twin */
	baseUntil: number | null;
	baseServices: string[];
	baseHosts: string[];
	baseLabels: Label[];
	live: boolean;
	utc: boolean;
	mode: Mode;
	merge: Merge;
	threads: boolean;
	view: View;
	chart: 'line' | 'heat';
	by: string; /* what the timeline is split by: service, host, pid, label.KEY; "": what fits; function: it is of that of the sandwich */
	unit: 'cores' | 'share'; /* of the timeline of a function */
	colour: ColourBy;
	up: boolean; /* root at the bottom */
	sort: SortBy;
	q: string;
	focus: string; /* only stacks with a frame like this */
	ignore: string; /* frames like this go into their callers */
	nostd: boolean; /* the standard library too */
	norec: boolean; /* recursion is one call */
	cores: boolean; /* differences in cores, not in shares */
	width: 'both' | 'now' | 'base'; /* what makes a box wide, comparing */
	value: 'self' | 'total'; /* of changes */
	order: Order;
	finding: string; /* of the regressions */
	fn: string; /* the function of the sandwich, as its text */
	zoom: string; /* profile.ts, pathKey */
}

export const first: State = {
	services: [], hosts: [], labels: [], pids: [], span: 3600, end: null, from: null, until: null, baseFrom: null, baseUntil: null,
	baseServices: [], baseHosts: [], baseLabels: [], live: false, utc: false, mode: 'cpu', merge: 'function', threads: false, view: 'flame',
	chart: 'line', by: '', unit: 'cores', colour: 'module', up: false, sort: 'self', q: '', focus: '', ignore: '', nostd: false, norec: false, cores: false,
	width: 'both', value: 'self', order: 'change', finding: '', fn: '', zoom: '',
};

const words = {
	mode: ['cpu', 'wall', 'gil'],
	merge: ['function', 'line', 'module'],
	view: ['flame', 'table', 'sandwich', 'regressions', 'hosts'],
	chart: ['line', 'heat'],
	unit: ['cores', 'share'],
	colour: ['module', 'language', 'hash'],
	sort: ['self', 'total', 'name'],
	width: ['both', 'now', 'base'],
	value: ['self', 'total'],
	order: ['change', 'base', 'now', 'name'],
} as const;
const texts = ['by', 'q', 'focus', 'ignore', 'finding', 'fn'] as const;
const flags = ['live', 'utc', 'threads', 'up', 'nostd', 'norec', 'cores'] as const;

export const SPAN_MIN = 10, SPAN_MAX = 366 * 86400;
const LABEL = 'label.';

function amount(text: string | null, least: number, most: number): number | null {
	const value = text !== null && /^[0-9]{1,12}(\.[0-9]{1,9})?$/.test(text) ? Number(text) : NaN;
	return value >= least && value <= most ? value : null;
}

function pair(p: URLSearchParams, from: string, until: string): [number, number] | [null, null] {
	const a = amount(p.get(from), 0, 1e11), b = amount(p.get(until), 1, 1e11);
	return a === null || b === null || a >= b ? [null, null] : [a, b];
}

function labelsOf(p: URLSearchParams, prefix: string): Label[] {
	const found = [...p].filter(([key]) => key.startsWith(prefix + LABEL)).map(([key, value]): Label =>
		[key.slice(prefix.length + LABEL.length), value]);
	return found.filter(([key, value], i) => key !== '' && found.findIndex(([k, v]) => k === key && v === value) === i);
}

/* What is not understood is as if it was not there. */
export function parse(hash: string): State {
	const p = new URLSearchParams(hash.replace(/^#/, '')), state: State = { ...first };
	const all = (key: string) => [...new Set(p.getAll(key))];
	state.services = all('service');
	state.hosts = all('host');
	state.labels = labelsOf(p, '');
	state.baseServices = all('base_service');
	state.baseHosts = all('base_host');
	state.baseLabels = labelsOf(p, 'base_');
	state.pids = all('pid').map((text) => amount(text, 1, 2 ** 31)).filter((pid) => pid !== null).map(Math.floor);
	state.span = Math.round(amount(p.get('span'), SPAN_MIN, SPAN_MAX) ?? first.span);
	state.end = amount(p.get('end'), 1, 1e11);
	[state.from, state.until] = pair(p, 'from', 'until');
	[state.baseFrom, state.baseUntil] = pair(p, 'base_from', 'base_until');
	for (const [key, list] of Object.entries(words))
		if ((list as readonly string[]).includes(p.get(key) ?? ''))
			Object.assign(state, { [key]: p.get(key) });
	for (const key of texts)
		state[key] = p.get(key) ?? '';
	for (const key of flags)
		state[key] = p.has(key);
	state.zoom = /^[0-9a-f]{8}$/.test(p.get('zoom') ?? '') ? p.get('zoom')! : '';
	return state;
}

export function format(state: State): string {
	const p = new URLSearchParams();
	const put = (key: string, value: string | number | null, unless: string | number | null = null) => {
		if (value !== null && value !== unless && value !== '')
			p.append(key, String(value));
	};
	const putAll = (key: string, values: (string | number)[]) => values.forEach((value) => p.append(key, String(value)));
	for (const [prefix, services, hosts, labels] of [['', state.services, state.hosts, state.labels],
		['base_', state.baseServices, state.baseHosts, state.baseLabels]] as const) {
		putAll(prefix + 'service', services);
		putAll(prefix + 'host', hosts);
		for (const [key, value] of labels)
			p.append(prefix + LABEL + key, value);
	}
	putAll('pid', state.pids);
	for (const key of ['span', 'end', 'from', 'until'] as const)
		put(key, state[key], first[key]);
	put('base_from', state.baseFrom);
	put('base_until', state.baseUntil);
	for (const key of [...Object.keys(words) as (keyof typeof words)[], ...texts, 'zoom'] as const)
		put(key, state[key], first[key]);
	for (const key of flags)
		put(key, state[key] ? 1 : null);
	const text = p.toString();
	return text === '' ? '' : '#' + text;
}

/* Whether two things are looked at, not one. */
export function comparing(state: State): boolean {
	return state.baseFrom !== null || state.baseServices.length + state.baseHosts.length + state.baseLabels.length > 0;
}

export const alone: Change = { baseFrom: null, baseUntil: null, baseServices: [], baseHosts: [], baseLabels: [] };

/* The base becomes what is looked at, and the other way round. */
export function swapped(state: State, interval: Span): Change {
	const other = <T>(base: T[], now: T[]): [T[], T[]] => (base.length > 0 ? [base, now] : [now, []]);
	const [services, baseServices] = other(state.baseServices, state.services), [hosts, baseHosts] = other(state.baseHosts, state.hosts);
	const keys = new Set(state.baseLabels.map(([key]) => key)), twin = ([key]: Label) => keys.has(key);
	return {
		services, baseServices, hosts, baseHosts, zoom: '',
		labels: [...state.labels.filter((label) => !twin(label)), ...state.baseLabels], baseLabels: state.labels.filter(twin),
		...(state.baseFrom !== null ? { from: state.baseFrom, until: state.baseUntil, baseFrom: interval[0], baseUntil: interval[1] } : {}),
	};
}

export type Change = Partial<State>;
export type Way = 'push' | 'replace' | 'soon';
const SOON = 250; /* ms: browsers forbid to change the address at every turn of a wheel */

/* Holds the state and tells who listens. What is typed or turned replaces the entry of the history, what one would want
 * to go back from makes a new one. */
export class Store {
	state: State = parse(location.hash);
	private listeners: ((way: Way) => void)[] = [];
	private timer = 0;

	constructor() {
		const read = () => {
			clearTimeout(this.timer);
			this.timer = 0;
			this.state = parse(location.hash);
			this.tell('push');
		};
		window.addEventListener('popstate', read);
		window.addEventListener('hashchange', read);
	}

	listen(fn: (way: Way) => void): void {
		this.listeners.push(fn);
	}

	private tell(way: Way): void {
		for (const fn of this.listeners)
			fn(way);
	}

	private write(way: 'push' | 'replace'): void {
		const address = location.pathname + location.search + format(this.state);
		clearTimeout(this.timer);
		this.timer = 0;
		if (way === 'push')
			history.pushState(null, '', address);
		else
			history.replaceState(null, '', address);
	}

	set(change: Change, way: Way = 'push'): void {
		const next = { ...this.state, ...change }, same = format(this.state) === format(next);
		if (!same && way !== 'soon' && this.timer !== 0)
			this.write('replace'); /* where the wheel had come to is worth an entry of its own */
		this.state = next;
		if (!same && way === 'soon') {
			clearTimeout(this.timer);
			this.timer = window.setTimeout(() => this.write('replace'), SOON);
		} else if (!same) {
			this.write(way as 'push' | 'replace');
		}
		this.tell(way);
	}
}

/* The address of what is shown that means the same tomorrow: every time in it is absolute. */
export function lasting(state: State, window: Span): string {
	const fixed = { ...state, live: false, end: window[1], span: window[1] - window[0] };
	return location.origin + location.pathname + location.search + format(fixed);
}
