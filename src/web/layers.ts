/* SPDX-License-Identifier: MIT */
/* layers: the series of a timeline on top of each other: the largest ones, and one for all others. */
import type { Series, Timeline } from './answers';
import { lineColours, otherLine } from './colour';
import { clean } from './text';

export const DRAWN = 10;

export interface Layer {
	label: string;
	name: string | null; /* as it is asked for; null: several */
	colour: string;
	own: (number | null)[];
	sum: (number | null)[];
}

function weight(v: (number | null)[]): number {
	return v.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function plus(a: (number | null)[], b: (number | null)[]): (number | null)[] {
	return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
		const p = a[i] ?? null, q = b[i] ?? null;
		return p === null ? q : q === null ? p : p + q;
	});
}

/* What a series is of: the answer names it as the question did, or by the label alone. */
function nameOf(series: Series, by: string): string {
	return String(series.labels[by] ?? series.labels[by.replace(/^label\./, '')] ?? Object.values(series.labels)[0] ?? '');
}

/* all: what the only series is called, if it is not split. */
export function layers(data: Timeline, by: string, colours: Map<string, string> | null, all = ''): Layer[] {
	const series = data.series.map((s) => ({ name: nameOf(s, by) || all, own: s.v, weight: weight(s.v) }))
		.sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
	const paint = colours ?? lineColours(series.map((s) => s.name));
	const shown = series.slice(0, series.length > DRAWN + 1 ? DRAWN : series.length), rest = series.slice(shown.length);
	const found: Layer[] = shown.map((s) => ({
		label: by === 'pid' ? 'pid ' + clean(s.name) : clean(s.name) || '(no name)', name: s.name, colour: paint.get(s.name) ?? otherLine,
		own: s.own, sum: [],
	}));
	if (rest.length > 0)
		found.push({ label: rest.length + ' others', name: null, colour: otherLine, own: rest.reduce<(number | null)[]>(
			(sum, s) => plus(sum, s.own), []), sum: [] });
	let below: (number | null)[] = [];
	for (const layer of found)
		below = layer.sum = plus(below, layer.own);
	return found;
}

/* Where nobody looked, as parts of time. */
export function gaps(data: Timeline): [number, number][] {
	const n = Math.max(0, ...data.series.map((s) => s.v.length)), found: [number, number][] = [];
	for (let i = 0; i < n; i++) {
		if (data.series.some((s) => (s.v[i] ?? null) !== null))
			continue;
		const at = data.from + i * data.step, last = found[found.length - 1];
		if (last && last[1] === at)
			last[1] = at + data.step;
		else
			found.push([at, at + data.step]);
	}
	return found;
}
