/* SPDX-License-Identifier: MIT */
/* regressions: the answer of api/v1/regressions, and what of the state a finding stands for. */
import { Failure } from './api';
import { number, orNull, text } from './answers';
import { isObject } from './profile';
import { parse, type Change, type Span } from './state';
import { clean } from './text';

export interface Moment {
	host: string;
	at: number;
	lo: number;
	hi: number;
}

export interface Finding extends Moment {
	key: string; /* as it stands in the state */
	service: string;
	fn: string; /* as the server knows it */
	file: string;
	before: number;
	after: number;
	least: number | null; /* of the change */
	most: number | null;
	share: boolean;
	flags: string[];
	hosts: Moment[];
	base: Span | null;
	now: Span | null;
}

export interface Findings {
	watermark: number;
	from: number;
	until: number;
	step: number;
	tested: number;
	items: Finding[];
}

function spanOf(url: unknown): Span | null {
	const { from, until } = parse(text(url).replace(/^[^#]*/, ''));
	return from !== null && until !== null ? [from, until] : null;
}

function readMoment(d: Record<string, unknown>): Moment {
	const at = number(d.moment);
	return { host: text(d.host), at, lo: number(d.moment_lo, at), hi: number(d.moment_hi, at) };
}

function readFinding(value: unknown): Finding {
	const d = isObject(value) ? value : {}, list = (v: unknown) => (Array.isArray(v) ? v : []);
	const moment = readMoment(d), service = text(d.service), fn = text(d.function);
	return {
		...moment, key: [service, fn, moment.at].join(' '), service, fn, file: clean(text(d.file)), before: number(d.before),
		after: number(d.after), least: orNull(d.lo), most: orNull(d.hi), share: d.unit === 'share', flags: list(d.flags).map((f) => clean(text(f))),
		hosts: list(d.hosts).filter(isObject).map(readMoment), base: spanOf(d.base_url), now: spanOf(d.url),
	};
}

export function readFindings(doc: unknown): Findings {
	if (!isObject(doc) || !Array.isArray(doc.items))
		throw new Failure('damaged', 'The list of regressions is not what was expected.');
	return { watermark: number(doc.watermark), from: number(doc.effective_from), until: number(doc.effective_until),
		step: number(doc.step, 10), tested: number(doc.tested), items: doc.items.map(readFinding) };
}

/* A finding is looked at by comparing what was before it with what was after it. */
export function opened(finding: Finding): Change {
	const { base, now } = finding;
	return {
		finding: finding.key, zoom: '', live: false, baseServices: [], baseHosts: [], baseLabels: [],
		baseFrom: base?.[0] ?? null, baseUntil: base?.[1] ?? null, from: now?.[0] ?? null, until: now?.[1] ?? null,
	};
}

/* Enough time around the moment to see before and after. */
export function around(finding: Finding, step: number): Span {
	const far = [finding.base?.[0], finding.now?.[1]].map((t) => (t === undefined ? 0 : Math.abs(t - finding.at)));
	const reach = Math.max(60 * step, finding.hi - finding.lo, Math.min(12 * 3600, 1.3 * Math.max(...far)));
	return [Math.floor((finding.at - reach) / step) * step, Math.ceil((finding.at + reach) / step) * step];
}
