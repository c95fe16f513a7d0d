/* SPDX-License-Identifier: MIT */
/* api: the questions that the page asks of the daemon. Addresses are relative, so a base path in front needs nothing. */
import type { State } from './state';

export interface Target {
	id: string;
	service: string;
	pid: number;
	command: string;
	runtime: string;
	labels: Record<string, string>;
	first: number;
	last: number;
	cpu: number; /* cores, newest slice */
	threads: number;
	gone: boolean;
}

export interface Targets {
	host: string;
	watermark: number; /* 0: nothing has been added up yet */
	step: number;
	targets: Target[];
}

export interface Series {
	labels: Record<string, string>;
	v: (number | null)[];
}

export interface Timeline {
	from: number;
	step: number;
	series: Series[];
}

export type Trouble = 'offline' | 'token' | 'busy' | 'refused' | 'damaged';

export class Failure extends Error {
	constructor(readonly trouble: Trouble, message: string, readonly retry = 0) {
		super(message);
	}
}

export const MAX_NODES = 100000;
const RETRY_DEFAULT = 3, RETRY_MAX = 60; /* seconds */

async function reason(answer: Response): Promise<string> {
	try {
		const body: unknown = await answer.json();
		const text = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined;
		if (typeof text === 'string')
			return text;
	} catch {
		/* no sentence: the number has to do */
	}
	return 'The daemon answered with status ' + answer.status + '.';
}

async function fail(answer: Response): Promise<never> {
	const text = await reason(answer);
	if (answer.status === 401 || answer.status === 403)
		throw new Failure('token', text);
	if (answer.status === 503 || answer.status === 429) {
		const wait = Number(answer.headers.get('Retry-After')) || RETRY_DEFAULT;
		throw new Failure('busy', text, Math.min(Math.max(wait, 1), RETRY_MAX));
	}
	throw new Failure('refused', text);
}

export async function ask(address: string, signal: AbortSignal): Promise<unknown> {
	let answer: Response;
	try {
		answer = await fetch(address, { signal, headers: { Accept: 'application/json' }, credentials: 'same-origin' });
	} catch (e) {
		if (signal.aborted)
			throw e;
		throw new Failure('offline', 'There is no answer.', RETRY_DEFAULT);
	}
	if (!answer.ok)
		await fail(answer);
	try {
		return await answer.json();
	} catch (e) {
		if (signal.aborted)
			throw e;
		throw new Failure('damaged', 'The answer ended early or is no JSON.');
	}
}

/* The filters: processes if any were chosen, else services, else everything. */
function filters(state: State): URLSearchParams {
	const p = new URLSearchParams();
	for (const pid of state.pids)
		p.append('pid', String(pid));
	if (state.pids.length === 0)
		for (const service of state.services)
			p.append('service', service.startsWith('~') ? '~^' + literally(service) + '$' : service);
	return p;
}

/* A name that begins with a tilde is an expression to the daemon: say it as one. */
function literally(text: string): string {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function profileAddress(state: State, interval: [number, number], format: string): string {
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

export function timelineAddress(state: State, window: [number, number], step: number): string {
	const p = filters(state);
	p.append('by', state.pids.length > 0 ? 'pid' : 'service');
	p.append('mode', state.mode);
	return 'api/v1/timeline?' + p.toString() + '&' + interval(window, step);
}

/* For the small lines beside the services: always all of them, always CPU. */
export function sparkAddress(window: [number, number], step: number): string {
	return 'api/v1/timeline?by=service&mode=cpu&' + interval(window, step);
}

function interval(window: [number, number], step: number): string {
	return 'from=' + window[0] + '&until=' + window[1] + '&step=' + step;
}

/* A multiple of the slice that gives at most this many points. */
export function stepFor(span: number, slice: number, points: number): number {
	return slice * Math.max(1, Math.ceil(span / slice / points));
}

export function readTargets(doc: unknown): Targets {
	const d = doc as Partial<Targets> | null;
	if (!d || !Array.isArray(d.targets))
		throw new Failure('damaged', 'The list of targets is not what was expected.');
	const step = typeof d.step === 'number' && d.step > 0 ? d.step : 10;
	return { host: String(d.host ?? ''), watermark: number(d.watermark), step, targets: d.targets.map(readTarget) };
}

function number(value: unknown): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function readTarget(doc: Partial<Target> | null): Target {
	const d = doc ?? {};
	const labels: Record<string, string> = {};
	for (const [key, value] of Object.entries(d.labels ?? {}))
		labels[key] = String(value);
	return {
		id: String(d.id ?? ''), service: String(d.service ?? ''), pid: number(d.pid), command: String(d.command ?? ''),
		runtime: String(d.runtime ?? ''), labels, first: number(d.first), last: number(d.last), cpu: number(d.cpu),
		threads: number(d.threads), gone: d.gone === true,
	};
}

export function readTimeline(doc: unknown): Timeline {
	const d = doc as Partial<Timeline> | null;
	if (!d || !Array.isArray(d.series) || typeof d.from !== 'number' || typeof d.step !== 'number' || !(d.step > 0) ||
		!d.series.every((s) => Array.isArray(s.v)))
		throw new Failure('damaged', 'The timeline is not what was expected.');
	return { from: d.from, step: d.step, series: d.series };
}
