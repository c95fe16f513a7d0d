/* SPDX-License-Identifier: MIT */
/*
 * profile: the answer of api/v1/profile as arrays of plain numbers, and where each node lies. Nodes are in pre-order:
 * a subtree is i .. end[i] - 1, a row lists its nodes from left to right. Nothing here recurses: stacks may be 16 384 deep.
 */
import { clean, hash } from './text';

export interface Lost {
	[reason: string]: number;
}

export interface Meta {
	title: string;
	mode: string;
	unit: string;
	duration: number | null; /* seconds of which there are data */
	rateAsked: number | null;
	rateReached: number | null;
	looks: number;
	lost: Lost;
	coverage: number | null;
	from: number | null; /* effective, unix seconds */
	until: number | null;
	step: number | null; /* seconds of a slice of what this was taken from */
	watermark: number | null;
	cores: number | null;
	hosts: number | null;
}

/* One entry for each distinct frame. */
export interface Names {
	text: string[]; /* as shown */
	fn: string[];
	file: string[];
	line: number[];
	kind: string[];
	key: Uint32Array; /* a hash of text */
}

/* What a tree was made of. */
export interface Side {
	self: Float64Array;
	total: Float64Array;
}

export interface Sides {
	base: Side; /* in cores */
	comp: Side;
	least: number; /* a share below which nothing is told */
	known: { cores: Bounds; share: Bounds } | null; /* of what is left of a tree nothing is known but its sums */
}

/* What holds the change of each total with 95 %; NaN where that is not known. */
export interface Bounds {
	lo: Float64Array;
	hi: Float64Array;
}

export interface Tree {
	n: number;
	names: Names;
	name: Int32Array;
	depth: Int32Array;
	self: Float64Array;
	total: Float64Array;
	x: Float64Array; /* left edge, in units of the profile */
	end: Int32Array;
	parent: Int32Array; /* -1: the root */
	rows: number;
	rowStart: Int32Array; /* rowNodes[rowStart[d] .. rowStart[d + 1]] are the nodes of depth d */
	rowNodes: Int32Array;
	meta: Meta;
	sides: Sides | null; /* of a comparison: self and total are then how wide a box is */
}

const DEPTH_MAX = 20000;

export class Damaged extends Error {}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(doc: Record<string, unknown>, key: string, n?: number): unknown[] {
	const value = doc[key];
	if (!Array.isArray(value) || (n !== undefined && value.length !== n))
		throw new Damaged('the profile has no proper "' + key + '"');
	return value;
}

function strings(doc: Record<string, unknown>, key: string, n?: number): string[] {
	return list(doc, key, n).map((value) => clean(String(value)));
}

export function amounts(doc: Record<string, unknown>, key: string, n: number): Float64Array {
	const values = new Float64Array(list(doc, key, n) as number[]);
	for (let i = 0; i < n; i++)
		if (!(values[i]! >= 0 && values[i]! < Infinity))
			throw new Damaged('"' + key + '" of the profile has something that is no amount');
	return values;
}

function numberOr(value: unknown, other: null): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : other;
}

/* Times come as unix seconds or as RFC 3339. */
function timeOf(value: unknown): number | null {
	if (typeof value === 'string') {
		const ms = Date.parse(value);
		return Number.isNaN(ms) ? null : ms / 1000;
	}
	return numberOr(value, null);
}

export function readMeta(value: unknown): Meta {
	const meta = isObject(value) ? value : {};
	const lost: Lost = {};
	if (isObject(meta.lost))
		for (const [reason, n] of Object.entries(meta.lost))
			if (typeof n === 'number' && n > 0)
				lost[clean(reason)] = n;
	const from = timeOf(meta.effective_from ?? meta.from ?? meta.start);
	const duration = numberOr(meta.duration, null);
	const until = timeOf(meta.effective_until) ?? (from !== null && duration !== null ? from + duration : null);
	return {
		title: clean(String(meta.title ?? '')),
		mode: clean(String(meta.mode ?? '')),
		unit: clean(String(meta.unit ?? 'samples')),
		duration: duration ?? (from !== null && until !== null ? until - from : null),
		rateAsked: numberOr(meta.rate_asked, null),
		rateReached: numberOr(meta.rate_reached, null),
		looks: numberOr(meta.looks, null) ?? 0,
		lost,
		coverage: numberOr(meta.coverage, null),
		from,
		until,
		step: numberOr(meta.step, null),
		watermark: timeOf(meta.watermark),
		cores: numberOr(meta.cores, null),
		hosts: numberOr(meta.hosts, null),
	};
}

/* The name without its file. Where boxes are whole modules the text begins with the module, not with a function of it. */
function shortOf(text: string, fn: string): string {
	return fn !== '' && text.startsWith(fn) ? fn : text.replace(/ \([^()]*\)$/, '');
}

function readNames(doc: Record<string, unknown>): Names {
	const text = strings(doc, 'names'), n = text.length;
	const key = new Uint32Array(n);
	for (let i = 0; i < n; i++) {
		key[i] = hash(text[i]!);
		text[i] ||= '(no name)';
	}
	return {
		text,
		fn: strings(doc, 'function', n).map((fn, i) => shortOf(text[i]!, fn)),
		file: strings(doc, 'file', n),
		line: list(doc, 'line', n).map(Number),
		kind: list(doc, 'kind', n).map(String),
		key,
	};
}

export interface Shape {
	names: Names;
	name: Int32Array;
	depth: Int32Array;
}

/* The nodes without their amounts. */
export function readShape(doc: Record<string, unknown>): Shape {
	const names = readNames(doc);
	const name = new Int32Array(list(doc, 'name') as number[]), n = name.length;
	const depth = new Int32Array(list(doc, 'depth', n) as number[]);
	for (let i = 0; i < n; i++) {
		const d = depth[i]!;
		if (name[i]! < 0 || name[i]! >= names.text.length)
			throw new Damaged('a node of the profile has no name');
		if (i === 0 ? d !== 0 : d < 1 || d > depth[i - 1]! + 1 || d > DEPTH_MAX)
			throw new Damaged('the nodes of the profile are in no order');
	}
	if (n === 0)
		throw new Damaged('the profile has no root');
	return { names, name, depth };
}

export function readProfile(doc: unknown): Tree {
	if (!isObject(doc))
		throw new Damaged('the profile is no object');
	const { names, name, depth } = readShape(doc), n = name.length;
	return makeTree(names, name, depth, amounts(doc, 'self', n), amounts(doc, 'total', n), readMeta(doc.meta));
}

/* Where everything is, in two passes. */
export function makeTree(names: Names, name: Int32Array, depth: Int32Array, self: Float64Array, total: Float64Array,
	meta: Meta, sides: Tree['sides'] = null): Tree {
	const n = name.length;
	const x = new Float64Array(n), end = new Int32Array(n), parent = new Int32Array(n);
	let rows = 0;
	for (let i = 0; i < n; i++)
		rows = Math.max(rows, depth[i]! + 1);
	const next = new Float64Array(rows + 1), last = new Int32Array(rows + 1), rowStart = new Int32Array(rows + 1);
	for (let i = 0; i < n; i++) {
		const d = depth[i]!;
		x[i] = next[d]!;
		next[d] = x[i]! + total[i]!;
		next[d + 1] = x[i]!;
		last[d] = i;
		parent[i] = d > 0 ? last[d - 1]! : -1;
		rowStart[d + 1]!++;
		end[i] = i + 1;
	}
	for (let i = n - 1; i > 0; i--) {
		const up = parent[i]!;
		if (end[i]! > end[up]!)
			end[up] = end[i]!;
	}
	for (let d = 0; d < rows; d++)
		rowStart[d + 1]! += rowStart[d]!;
	const rowNodes = new Int32Array(n), fill = rowStart.slice();
	for (let i = 0; i < n; i++)
		rowNodes[fill[depth[i]!]!++] = i;
	return { n, names, name, depth, self, total, x, end, parent, rows, rowStart, rowNodes, meta, sides };
}

export function deepest(tree: Tree, node: number): number {
	let most = tree.depth[node]!;
	for (let i = node, stop = tree.end[node]!; i < stop; i++)
		if (tree.depth[i]! > most)
			most = tree.depth[i]!;
	return most;
}

export function chain(tree: Tree, node: number): number[] {
	const nodes: number[] = [];
	for (let i = node; i >= 0; i = tree.parent[i]!)
		nodes.push(i);
	return nodes.reverse();
}

/* A node's way from the root as eight characters: they mean the same place in the next profile too. "" is the root. */
export function pathKey(tree: Tree, node: number): string {
	if (node <= 0)
		return '';
	let h = 0;
	for (const i of chain(tree, node))
		h = step(h, tree.names.key[tree.name[i]!]!);
	return (h >>> 0).toString(16).padStart(8, '0');
}

function step(h: number, key: number): number {
	return Math.imul(h ^ key, 16777619) + 0x9e37;
}

/* The node with that key; -1 if there is none. */
export function findPath(tree: Tree, key: string): number {
	const wanted = parseInt(key, 16) >>> 0, h = new Int32Array(tree.n);
	if (key === '')
		return 0;
	for (let i = 0; i < tree.n; i++) {
		h[i] = step(i > 0 ? h[tree.parent[i]!]! : 0, tree.names.key[tree.name[i]!]!);
		if (h[i]! >>> 0 === wanted)
			return i;
	}
	return -1;
}

/* What a node's value is in seconds, if that is known. */
export function inSeconds(tree: Tree, value: number): number | null {
	const rate = tree.meta.rateAsked ?? tree.meta.rateReached;
	return tree.meta.unit === 'samples' && rate ? value / rate : null;
}
