/* SPDX-License-Identifier: MIT */
/* when: times as people write and read them, in UTC or as the clock on the wall has it: one choice for the whole page. */
let utc = false;

export function setUtc(on: boolean): void {
	utc = on;
}

const pad = (n: number) => String(n).padStart(2, '0');
const DAY = 86400;

/* A date whose UTC fields are those of the zone that is chosen. */
function local(unix: number): Date {
	const d = new Date(unix * 1000);
	return utc ? d : new Date(d.getTime() - d.getTimezoneOffset() * 60000);
}

export function clock(unix: number): string {
	return local(unix).toISOString().slice(11, 19);
}

export function day(unix: number): string {
	return local(unix).toISOString().slice(0, 10);
}

/* With its day, unless that is today. */
export function stamp(unix: number, today = Date.now() / 1000): string {
	return (day(unix) === day(today) ? '' : day(unix) + ' ') + clock(unix).replace(/:00$/, '');
}

export function range(from: number, until: number): string {
	if (day(from) === day(until - 1))
		return stamp(from) + '\u2013' + clock(until).replace(/:00$/, '');
	return stamp(from, 0) + ' \u2013 ' + stamp(until, 0);
}

/* "UTC", "UTC+2", "UTC+5:30" */
export function zoneName(unix = Date.now() / 1000): string {
	const minutes = utc ? 0 : -new Date(unix * 1000).getTimezoneOffset(), size = Math.abs(minutes);
	if (minutes === 0)
		return 'UTC';
	return 'UTC' + (minutes < 0 ? '\u2212' : '+') + Math.floor(size / 60) + (size % 60 ? ':' + pad(size % 60) : '');
}

/* A length of time in words: 90 -> "1 min 30 s". */
export function span(value: number): string {
	const parts: string[] = [];
	let rest = Math.round(value);
	for (const [size, name] of [[DAY, 'd'], [3600, 'h'], [60, 'min'], [1, 's']] as const) {
		const n = Math.floor(rest / size);
		rest -= n * size;
		if (n > 0 && parts.length < 2)
			parts.push(n + ' ' + name);
	}
	return parts.join(' ') || '0 s';
}

const units: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: DAY, w: 7 * DAY, y: 365 * DAY };
const AGO = /^-?([0-9]{1,7}(?:\.[0-9]+)?) *(s|m|min|h|d|w|y)(?:ec|econd|ute|our|ay|eek|ear)?s?(?: ago)?$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)? *(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?$/i;
const TIME = /^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?$/;

function fromFields(fields: number[], asUtc: boolean): number | null {
	const [year, month, date, h, min, s] = fields as [number, number, number, number, number, number];
	const ms = Date.UTC(year, month - 1, date, h, min, s), d = new Date(ms);
	if (d.getUTCMonth() !== month - 1 || d.getUTCDate() !== date || h > 24 || min > 59 || s > 60)
		return null;
	return (asUtc ? ms : new Date(year, month - 1, date, h, min, s).getTime()) / 1000;
}

function zoned(parts: RegExpExecArray): number | null {
	const zone = parts[7], value = fromFields(parts.slice(1, 7).map((text) => Number(text ?? 0)), utc || zone !== undefined);
	const away = /^([+-])(..):?(..)$/.exec(zone ?? '');
	if (value === null || !away)
		return value;
	return value - (away[1] === '-' ? -1 : 1) * (Number(away[2]) * 3600 + Number(away[3]) * 60);
}

/* What is typed as a time: now, 3h (ago), 14:05, 2026-11-22 14:05, RFC 3339, seconds since 1970. null: no time. */
export function parseWhen(typed: string, now: number): number | null {
	const text = typed.trim();
	if (/^now$/i.test(text))
		return now;
	const ago = AGO.exec(text.toLowerCase());
	if (ago)
		return now - Number(ago[1]) * units[ago[2]!]!;
	if (/^[0-9]{9,11}(\.[0-9]+)?$/.test(text))
		return Number(text);
	const date = DATE.exec(text);
	if (date)
		return zoned(date);
	const time = TIME.exec(text);
	if (!time)
		return null;
	const at = fromFields([...day(now).split('-').map(Number), Number(time[1]), Number(time[2]), Number(time[3] ?? 0)], utc);
	return at !== null && at > now ? at - DAY : at; /* of the day before, if it is still to come */
}

export function isAgo(typed: string): boolean {
	return AGO.test(typed.trim().toLowerCase());
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/* Marks of an axis, as short as their distance lets them be; the first of a day tells the day. */
export function axisTimes(splits: number[], step: number): string[] {
	let last = '';
	return splits.map((t) => {
		const date = day(t), text = months[Number(date.slice(5, 7)) - 1] + ' ' + Number(date.slice(8)), fresh = date !== last;
		const other = last !== '' && last.slice(0, 4) !== date.slice(0, 4);
		const first = last === '';
		last = date;
		if (step >= 28 * DAY)
			return text.slice(0, 3) + (other || first ? ' ' + date.slice(0, 4) : '');
		if (step >= DAY || (fresh && !first))
			return text;
		return step >= 60 ? clock(t).slice(0, 5) : clock(t);
	});
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY];

/* The first of each month, or of every so many. */
function firsts(from: number, until: number, every: number): number[] {
	const d = local(from), at: number[] = [];
	for (let month = Math.floor(d.getUTCMonth() / every) * every, i = 0; i < 40; i++, month += every) {
		const t = fromFields([d.getUTCFullYear() + Math.floor(month / 12), (month % 12) + 1, 1, 0, 0, 0], utc)!;
		if (t > until)
			break;
		if (t >= from)
			at.push(t);
	}
	return at;
}

/* Marks for a part of time, on round times of the zone, about as many as there is room for. */
export function axisSplits(from: number, until: number, most: number): { at: number[]; step: number } {
	const least = (until - from) / Math.max(1, most), step = STEPS.find((s) => s >= least);
	if (step === undefined)
		return { at: firsts(from, until, [1, 2, 3, 6, 12].find((n) => n * 30 * DAY >= least) ?? 12), step: 30 * DAY };
	const away = utc ? 0 : -new Date(from * 1000).getTimezoneOffset() * 60, at: number[] = [];
	for (let t = Math.ceil((from + away) / step) * step - away; t <= until && at.length < 400; t += step)
		at.push(t);
	return { at, step };
}
