/* SPDX-License-Identifier: MIT */
/*
 * diff: the answer of api/v1/diff: one tree of both sides, and a row for each function with the interval of its change.
 * Amounts are cores; a share is that part of its side.
 */
import { number, orNull, text } from './answers';
import { amounts, Damaged, isObject, makeTree, readMeta, readShape, type Side, type Tree } from './profile';
import { clean } from './text';

export interface Measure {
	base: number;
	comp: number;
	delta: number;
	lo: number | null; /* null: there is no interval */
	hi: number | null;
}

export interface Row {
	fn: string;
	file: string;
	self: { cores: Measure; share: Measure };
	total: { cores: Measure; share: Measure };
}

export interface About {
	from: number;
	until: number;
	coverage: number | null;
	cores: number;
	looks: number;
	hosts: number | null;
}

export interface Diff {
	tree: Tree;
	rows: Row[];
	base: About;
	comp: About;
	threshold: number;
	comparable: boolean;
	note: string;
	step: number | null;
}

function readMeasure(value: unknown): Measure {
	const d = isObject(value) ? value : {};
	const base = number(d.base), comp = number(d.comp);
	return { base, comp, delta: number(d.delta, comp - base), lo: orNull(d.lo), hi: orNull(d.hi) };
}

function readPair(value: unknown): Row['self'] {
	const d = isObject(value) ? value : {};
	return { cores: readMeasure(d), share: readMeasure(d.share) };
}

function readRow(value: unknown): Row {
	const d = isObject(value) ? value : {};
	return { fn: clean(text(d.function)) || '(no name)', file: clean(text(d.file)), self: readPair(d.self), total: readPair(d.total) };
}

function readAbout(value: unknown): About {
	const d = isObject(value) ? value : {};
	return { from: number(d.effective_from), until: number(d.effective_until), coverage: orNull(d.coverage), cores: number(d.cores),
		looks: number(d.looks), hosts: orNull(d.hosts) };
}

/* One column of numbers or nulls. */
function readBound(doc: Record<string, unknown>, key: string, n: number): Float64Array {
	const from = Array.isArray(doc[key]) ? doc[key] : [];
	return Float64Array.from({ length: n }, (_, i) => orNull(from[i]) ?? NaN);
}

export function readDiff(doc: unknown): Diff {
	if (!isObject(doc) || !Array.isArray(doc.rows))
		throw new Damaged('the comparison is no object with rows');
	const { names, name, depth } = readShape(doc), n = name.length;
	const comp: Side = { self: amounts(doc, 'self', n), total: amounts(doc, 'total', n) };
	const base: Side = { self: amounts(doc, 'base_self', n), total: amounts(doc, 'base_total', n) };
	const bounds = (prefix: string) => ({ lo: readBound(doc, prefix + 'lo', n), hi: readBound(doc, prefix + 'hi', n) });
	const known = { cores: bounds(''), share: bounds('share_') };
	const about = readAbout(doc.comp), meta = readMeta({ unit: 'cores', looks: about.looks, effective_from: doc.effective_from,
		effective_until: doc.effective_until, step: doc.step, watermark: doc.watermark, coverage: doc.coverage, cores: about.cores });
	return {
		tree: makeTree(names, name, depth, comp.self, comp.total, meta, { base, comp, least: number(doc.threshold), known }),
		rows: doc.rows.map(readRow), base: readAbout(doc.base), comp: about, threshold: number(doc.threshold),
		comparable: doc.comparable !== false, note: clean(text(doc.note)), step: orNull(doc.step),
	};
}

/* The same tree with boxes as wide as is wanted: both sides together, so that what only one of them has is to be seen,
 * or one side alone. Shares make both sides equally wide. */
export function weigh(tree: Tree, width: 'both' | 'now' | 'base', cores: boolean, mode: string): Tree {
	const { base, comp } = tree.sides!, whole = (side: Side) => (cores ? 1 : side.total[0]! > 0 ? 1 / side.total[0]! : 0);
	const b = (width === 'now' ? 0 : width === 'base' ? 1 : 0.5) * whole(base), c = (width === 'base' ? 0 : width === 'now' ? 1 : 0.5) * whole(comp);
	const sum = (x: Float64Array, y: Float64Array) => x.map((value, i) => b * value + c * y[i]!);
	return makeTree(tree.names, tree.name, tree.depth, sum(base.self, comp.self), sum(base.total, comp.total), { ...tree.meta, mode }, tree.sides);
}

export function isNoise({ lo, hi }: Pick<Measure, 'lo' | 'hi'>): boolean {
	return lo !== null && hi !== null && lo <= 0 && hi >= 0;
}

/* What holds the change of a box with 95 %; null: not known. */
export function boundsOf(tree: Tree, i: number, cores: boolean): { lo: number; hi: number } | null {
	const bounds = tree.sides?.known?.[cores ? 'cores' : 'share'], lo = bounds?.lo[i] ?? NaN, hi = bounds?.hi[i] ?? NaN;
	return lo <= hi ? { lo, hi } : null;
}

/* From -1, only in the base, to 1, only now: by which part of both a box has changed. */
export function tilt(tree: Tree, i: number, cores: boolean): number {
	const { base, comp } = tree.sides!;
	const b = base.total[i]! / (cores ? 1 : base.total[0]! || 1), c = comp.total[i]! / (cores ? 1 : comp.total[0]! || 1);
	return b + c > 0 ? (c - b) / (b + c) : 0;
}
