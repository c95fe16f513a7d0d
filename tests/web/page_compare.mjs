/* SPDX-License-Identifier: MIT */
/*
 * page_compare: comparisons and regressions of the made-up machines: two profiles as one tree, with a function that
 * costs more, one that is new and one that has gone, and intervals that are wide enough to be believed.
 */
import { MOMENT, profile, RATE, STEP, WATERMARK } from './page_data.mjs';

const THRESHOLD = 0.0005;

function nested(doc) {
	const path = [];
	let root = null;
	doc.depth.forEach((depth, i) => {
		const n = doc.name[i], node = { id: doc.names[n], what: { text: doc.names[n], fn: doc.function[n], file: doc.file[n], line: doc.line[n], kind: doc.kind[n] },
			self: doc.self[i], children: new Map() };
		path[depth] = node;
		if (depth === 0)
			root = node;
		else
			path[depth - 1].children.set(node.id, node);
	});
	return root;
}

function walk(node, visit) {
	visit(node);
	for (const child of [...node.children.values()])
		walk(child, visit);
}

const leaf = (fn, file, line, self) => ({ id: fn + ' (' + file.split('/').slice(-2).join('/') + ':' + line + ')', what: { text: fn + ' (' + file.split('/').slice(-2).join('/') +
	':' + line + ')', fn, file, line, kind: 'python' }, self, children: new Map() });

/* What the new version does: it scores three times as long, ranks in a new way and no longer in the old one. */
function renewed(root, old) {
	walk(root, (node) => {
		if (node.what.fn === 'SearchIndex.query') {
			const extra = old ? leaf('legacy_rank', '/srv/shop/search.py', 140, node.self * 14 + 9000) : leaf('rank_v2', '/srv/shop/rank.py', 8, node.self * 9 + 6000);
			node.children.set(extra.id, extra);
		}
		if (node.what.fn === 'levenshtein' && !old)
			node.self = node.self * 3 + 9000;
		if (node.what.fn === 'Hub.poll' && !old)
			node.self *= 0.6;
	});
	return root;
}

function side(kind, query, prefix, now) {
	const q = new URLSearchParams(query), from = query.get(prefix + 'from') ?? query.get('from'), until = query.get(prefix + 'until') ?? query.get('until');
	const seconds = Number(until) - Number(from);
	for (const key of ['service', 'host'])
		if (query.getAll('base_' + key).length > 0 && prefix !== '') {
			q.delete(key);
			query.getAll('base_' + key).forEach((value) => q.append(key, value));
		}
	q.set('from', String(WATERMARK - 600)); /* the same tree whenever: only the sizes differ */
	q.set('until', String(WATERMARK));
	const changed = query.getAll('base_service').length === 0;
	const root = nested(JSON.parse(JSON.stringify(profile(kind === 'fleet' ? 'fleet' : 'shop', q, now))));
	if (changed)
		renewed(root, Number(from) < MOMENT);
	walk(root, (node) => { node.self = node.self / RATE / 600; });
	const inward = { effective_from: Math.ceil(Number(from) / STEP) * STEP, effective_until: Math.floor(Number(until) / STEP) * STEP };
	return { root, about: { ...inward, coverage: 1, cores: 0, looks: Math.round(seconds * 310), seconds, hosts: kind === 'fleet' ? 6 : 1 } };
}

const inwardOf = ({ effective_from, effective_until }) => ({ effective_from, effective_until });
const empty = () => ({ self: 0, children: new Map() });

/* unsure: of no stack it is known whether it has changed. */
export function diff(kind, query, now, unsure = false) {
	const base = side(kind, query, 'base_', now), comp = side(kind, query, '', now);
	const out = { names: [], function: [], file: [], module: [], line: [], kind: [], name: [], depth: [], self: [], total: [], base_self: [], base_total: [] };
	const known = new Map(), nameOf = (what) => {
		if (!known.has(what.text)) {
			known.set(what.text, out.names.length);
			for (const [key, value] of [['names', what.text], ['function', what.fn], ['file', what.file], ['module', ''], ['line', what.line], ['kind', what.kind]])
				out[key].push(value);
		}
		return known.get(what.text);
	};
	const rows = new Map();
	const add = (a, b, depth, open) => {
		const what = (b.what ?? a.what), at = out.name.length, name = nameOf(what);
		for (const [key, value] of [['name', name], ['depth', depth], ['self', b.self], ['total', b.self], ['base_self', a.self], ['base_total', a.self]])
			out[key].push(value);
		for (const id of [...new Set([...b.children.keys(), ...a.children.keys()])].sort()) {
			const [p, q] = add(a.children.get(id) ?? empty(), b.children.get(id) ?? empty(), depth + 1, [...open, name]);
			out.base_total[at] += p;
			out.total[at] += q;
		}
		if (depth > 0) {
			const row = rows.get(name) ?? { self: [0, 0], total: [0, 0] };
			row.self[0] += a.self;
			row.self[1] += b.self;
			if (!open.includes(name)) {
				row.total[0] += out.base_total[at];
				row.total[1] += out.total[at];
			}
			rows.set(name, row);
		}
		return [out.base_total[at], out.total[at]];
	};
	const [b, c] = add(base.root, comp.root, 0, []), short = Math.min(base.about.seconds, comp.about.seconds) < 8 * STEP;
	const measure = (p, q, scale) => {
		const half = scale * (0.006 + 0.02 * Math.sqrt(Math.max(p, q) / scale));
		return { base: p, comp: q, delta: q - p, lo: short ? null : q - p - half, hi: short ? null : q - p + half };
	};
	const pair = ([p, q]) => ({ ...measure(p, q, 1), share: measure(p / b, q / c, 1 / c) });
	for (const [prefix, p, q, scale] of [['', 1, 1, 1], ['share_', b, c, 1 / c]]) {
		const all = out.name.map((_, i) => measure(out.base_total[i] / p, out.total[i] / q, scale));
		for (const key of ['delta', 'lo', 'hi'])
			out[prefix + key] = all.map((m) => (unsure && key !== 'delta' && m.lo !== null ? (key === 'lo' ? -1 : 1) : m[key]));
	}
	base.about.cores = b;
	comp.about.cores = c;
	const slower = query.getAll('base_service').includes('auth');
	return {
		...out, ...inwardOf(comp.about), step: STEP, watermark: now, coverage: 1, base: base.about, comp: comp.about, unit: 'cores', threshold: THRESHOLD,
		comparable: !slower, note: slower ? 'The rate changed from 100 to 49 Hz.' : '',
		rows: [...rows].map(([name, row]) => ({ function: out.function[name], file: out.file[name], self: pair(row.self), total: pair(row.total) })),
	};
}

export function regressions(kind, query) {
	const tested = { watermark: WATERMARK, effective_from: Number(query.get('from')), effective_until: Number(query.get('until')), step: STEP, tested: 312 };
	if (kind !== 'fleet' || Number(query.get('until')) <= MOMENT || (query.getAll('service').length > 0 && !query.getAll('service').includes('shop-web')))
		return { ...tested, items: [] };
	const url = (from, until) => '#service=shop-web&from=' + from + '&until=' + until;
	const moment = (at, spread) => ({ moment: at, moment_lo: at - spread, moment_hi: at + spread });
	const item = (fn, file, at, spread, before, after, width, more) => ({ service: 'shop-web', function: fn, file, ...moment(at, spread), before, after, lo: after - before - width, hi: after - before + width, unit: 'cores', flags: [], hosts: [], base_url: url(at - 900, at - spread),
		url: url(at + spread, Math.min(WATERMARK, at + 900)), ...more });
	return { ...tested, items: [
		item('SearchIndex.score', '/srv/shop/search.py', MOMENT, 10, 0.21, 0.52, 0.04, { flags: ['per_host'],
			hosts: [{ host: 'shop-1', ...moment(MOMENT, 10) }, { host: 'shop-2', ...moment(MOMENT + 60, 10) }] }),
		item('rank_v2', '/srv/shop/rank.py', MOMENT, 20, 0, 0.11, 0.02, { flags: ['new'] }),
		item('legacy_rank', '/srv/shop/search.py', MOMENT, 20, 0.14, 0, 0.03, { flags: ['gone'] }),
		item('<img src=x onerror="window.evil = 1">', '/usr/lib/python3/django/template/base.py', MOMENT - 700, 90, 0.08, 0.1, 0.018,
			{ unit: 'share', flags: ['saturated', 'recurring', 'uniform'] }),
	] };
}
