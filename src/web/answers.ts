/* SPDX-License-Identifier: MIT */
/* answers: what the server says, checked for its shape and made into what the page works with. */
import { Failure } from './api';
import { clean } from './text';

type Doc = Record<string, unknown>;

export interface Target {
	id: string;
	host: string;
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
	coverage: number | null;
	unit: string;
	series: Series[];
}

export interface Status {
	collector: boolean;
	name: string;
	version: string;
	oldest: number | null;
	watermark: number;
	tiers: { step: number; oldest: number }[];
	annotate: boolean;
}

export interface Note {
	id: number;
	at: number;
	until: number | null;
	text: string;
	service: string;
	host: string;
	pin: boolean;
	by: string;
}

export interface Heat {
	from: number;
	column: number; /* seconds */
	rows: number;
	max: number;
	coverage: number | null;
	columns: (number[] | null)[];
}

export interface Host {
	host: string;
	address: string;
	state: string;
	since: number;
	watermark: number;
	offset: number;
	error: string;
	slices: number;
	gaps: number;
	lag: number;
}

/* How the collector gets on with what keeps its history. */
export interface Store {
	failing: number; /* since when it cannot be written; 0: it can */
	trouble: string;
	waiting: number; /* bytes that are polled and not in it yet */
	lost: number;    /* slices for which there was no room */
}

export interface Fleet {
	hosts: Host[];
	store: Store;
}

function object(value: unknown): Doc {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Doc : {};
}

export function number(value: unknown, other = 0): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : other;
}

export function orNull(value: unknown): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function text(value: unknown): string {
	return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}

function damaged(what: string): never {
	throw new Failure('damaged', what + ' is not what was expected.');
}

function items(doc: unknown, key: string, what: string): Doc[] {
	const list = object(doc)[key];
	return Array.isArray(list) ? list.map(object) : damaged(what);
}

export function readTargets(doc: unknown): Targets {
	const d = object(doc), list = items(doc, 'targets', 'The list of targets'), step = number(d.step);
	return { host: text(d.host), watermark: number(d.watermark), step: step > 0 ? step : 10,
		targets: list.map((target) => readTarget(target, text(d.host))) };
}

function readTarget(d: Doc, host: string): Target {
	const labels: Record<string, string> = {};
	for (const [key, value] of Object.entries(object(d.labels)))
		labels[key] = text(value);
	return {
		id: text(d.id), host: d.host === undefined ? host : text(d.host), service: text(d.service), pid: number(d.pid),
		command: text(d.command), runtime: text(d.runtime), labels, first: number(d.first), last: number(d.last), cpu: number(d.cpu),
		threads: number(d.threads), gone: d.gone === true,
	};
}

export function readTimeline(doc: unknown): Timeline {
	const d = object(doc), series = items(doc, 'series', 'The timeline');
	if (typeof d.from !== 'number' || !(number(d.step) > 0) || !series.every((s) => Array.isArray(s.v)))
		damaged('The timeline');
	return { from: d.from as number, step: d.step as number, coverage: orNull(d.coverage), unit: text(d.unit),
		series: series.map((s) => ({ labels: object(s.labels) as Record<string, string>, v: (s.v as unknown[]).map(orNull) })) };
}

export function readStatus(doc: unknown): Status {
	const d = object(doc), tiers = Array.isArray(d.tiers) ? d.tiers.map(object) : [];
	return { collector: d.role === 'collector', name: text(d.name), version: text(d.version), oldest: orNull(d.oldest),
		watermark: number(d.watermark), annotate: d.can_annotate === true,
		tiers: tiers.map((tier) => ({ step: number(tier.step), oldest: number(tier.oldest) })) };
}

export function readLabels(doc: unknown): string[] {
	const list = object(doc).labels;
	return Array.isArray(list) ? list.map(text) : damaged('The list of labels');
}

export function readValues(doc: unknown): string[] {
	const list = object(doc).values;
	return Array.isArray(list) ? list.map(text) : damaged('The list of values');
}

export function readNotes(doc: unknown): Note[] {
	return items(doc, 'items', 'The list of annotations').filter((d) => orNull(d.at) !== null).map((d) => ({
		id: number(d.id), at: number(d.at), until: orNull(d.until), text: clean(text(d.text)), service: text(d.service), host: text(d.host),
		pin: d.pin === true, by: clean(text(d.by)),
	})).sort((a, b) => a.at - b.at);
}

const COLUMNS_MAX = 5000, ROWS_MAX = 1000;

export function readHeat(doc: unknown): Heat {
	const d = object(doc), columns = d.columns, rows = number(d.rows), column = number(d.column);
	if (!Array.isArray(columns) || columns.length > COLUMNS_MAX || rows < 1 || rows > ROWS_MAX || !(column > 0) || orNull(d.from) === null)
		damaged('The heat map');
	return { from: number(d.from), column, rows: Math.floor(rows), max: number(d.max), coverage: orNull(d.coverage),
		columns: (columns as unknown[]).map((c) => (Array.isArray(c) ? c.map((v) => Math.max(0, number(v))) : null)) };
}

export function readFleet(doc: unknown): Fleet {
	const store = object(object(doc).store);
	const hosts = items(doc, 'items', 'The list of hosts').map((d) => ({
		host: text(d.host), address: text(d.address), state: text(d.state), since: number(d.since), watermark: number(d.watermark),
		offset: number(d.clock_offset), error: text(d.error), slices: number(d.slices), gaps: number(d.gaps), lag: number(d.lag),
	}));
	return { hosts, store: { failing: number(store.failing_since), trouble: text(store.trouble),
		waiting: number(store.queued_bytes) + number(store.outbox_bytes), lost: number(store.lost_slices) } };
}
