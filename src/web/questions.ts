/* SPDX-License-Identifier: MIT */
/* questions: the address of each question that the state leads to. */
import type { Label, Span, State } from './state';

export const MAX_NODES = 100000;

/* A name that begins with a tilde is an expression to the server: say it as one. */
function literally(text: string): string {
	return text.startsWith('~') ? '~^' + text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') + '$' : text;
}

function put(p: URLSearchParams, prefix: string, services: string[], hosts: string[], labels: Label[]): void {
	for (const service of services)
		p.append(prefix + 'service', literally(service));
	for (const host of hosts)
		p.append(prefix + 'host', literally(host));
	for (const [key, value] of labels)
		p.append(prefix + 'label.' + key, literally(value));
}

/* The filters: processes if any were chosen, else services, else everything. */
function filters(state: State): URLSearchParams {
	const p = new URLSearchParams();
	for (const pid of state.pids)
		p.append('pid', String(pid));
	put(p, '', state.pids.length === 0 ? state.services : [], state.hosts, state.labels);
	return p;
}

function time([from, until]: Span, step?: number): string {
	return 'from=' + from + '&until=' + until + (step ? '&step=' + step : '');
}

export function profileAddress(state: State, interval: Span, format: string): string {
	const p = filters(state);
	p.append('format', format);
	p.append('mode', state.mode);
	p.append('merge', state.merge);
	if (state.threads)
		p.append('threads', '1');
	p.append('from', String(interval[0]));
	p.append('until', String(interval[1]));
	p.append('max_nodes', String(MAX_NODES));
	return 'api/v1/profile?' + p.toString();
}

export function baseInterval(state: State, interval: Span): Span {
	return state.baseFrom !== null && state.baseUntil !== null ? [state.baseFrom, state.baseUntil] : interval;
}

export function diffAddress(state: State, interval: Span): string {
	const p = filters(state), base = baseInterval(state, interval);
	put(p, 'base_', state.baseServices, state.baseHosts, state.baseLabels);
	p.append('mode', state.mode);
	p.append('merge', state.merge);
	p.append('from', String(interval[0]));
	p.append('until', String(interval[1]));
	p.append('base_from', String(base[0]));
	p.append('base_until', String(base[1]));
	p.append('max_nodes', String(MAX_NODES));
	return 'api/v1/diff?' + p.toString();
}

/* The function of the sandwich by its name alone; "": there is none. */
export function functionOf(state: State): string {
	return state.fn.replace(/ \([^()]*\)$/, '');
}

/* What the timeline is split by. */
export function splitBy(state: State): string {
	return state.by !== '' && (state.by !== 'function' || state.fn !== '') ? state.by : state.pids.length > 0 ? 'pid' : 'service';
}

export const POINTS = 360; /* of the timeline */

export function timelineAddress(state: State, window: Span, step: number): string {
	const p = filters(state);
	if (splitBy(state) === 'function') {
		p.append('function', functionOf(state));
		p.append('value', 'total');
		p.append('unit', state.unit);
	} else {
		p.append('by', splitBy(state));
	}
	p.append('mode', state.mode);
	return 'api/v1/timeline?' + p.toString() + '&' + time(window, step);
}

/* For the small lines beside the services: always all of them, always CPU. */
export function sparkAddress(state: State, window: Span, step: number): string {
	const p = new URLSearchParams('by=service&mode=cpu');
	put(p, '', [], state.hosts, state.labels);
	return 'api/v1/timeline?' + p.toString() + '&' + time(window, step);
}

/* One function of one service, on the hosts that are chosen. */
export function functionAddress(state: State, service: string, fn: string, unit: string, window: Span, step: number): string {
	const p = new URLSearchParams({ function: fn, value: 'self', unit, mode: 'cpu' });
	put(p, '', [service], state.hosts, []);
	return 'api/v1/timeline?' + p.toString() + '&' + time(window, step);
}

export function heatAddress(state: State, window: Span): string {
	const p = filters(state);
	p.append('mode', state.mode);
	return 'api/v1/heatmap?' + p.toString() + '&' + time(window);
}

export function regressionsAddress(state: State, window: Span): string {
	const p = new URLSearchParams();
	put(p, '', state.services, state.hosts, []);
	p.append('limit', '200');
	return 'api/v1/regressions?' + p.toString() + '&' + time(window);
}

export function notesAddress(window: Span): string {
	return 'api/v1/annotations?' + time(window);
}

export function targetsAddress(window: Span | null): string {
	return 'api/v1/targets' + (window ? '?' + time(window) : '');
}

export function valuesAddress(key: string, window: Span): string {
	return 'api/v1/labels/' + encodeURIComponent(key) + '/values?' + time(window);
}

const ROUND = [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

/* A multiple of the slice that gives at most this many points: a round one, since what is kept of older times is round. */
export function stepFor(length: number, slice: number, points: number): number {
	const least = length / points;
	return ROUND.find((step) => step >= least && step % slice === 0) ?? slice * Math.max(1, Math.ceil(least / slice));
}
