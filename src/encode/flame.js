/* SPDX-License-Identifier: MIT */
/*
 * flame.js: the live flame graph, first half: what is where, and how it is drawn. flame_ui.js has the second half; the
 * two are one strict function in the document, which starts when everything above it is there.
 *
 * The profile is the JSON in <metadata>, in pre-order. Only what can be seen is drawn, and what has one colour is one
 * <path>, so a redraw makes few elements however large the profile is. What is under the pointer is computed, not
 * asked of an element. Names are strangers' text and reach the document as textContent only.
 */
const SVG = 'http://www.w3.org/2000/svg', HTML = 'http://www.w3.org/1999/xhtml';
const ROW = 18, MARGIN = 10, BAR = 88, SHADES = 3;
const BOX_MIN = 0.5, LABEL_MIN = 24, LABEL_PAD = 4; /* px */
const LABEL_LEAST = 3; /* characters: less tells nothing */
const LABEL_CHARS = 400; /* no window is wider: longer names are not measured */

const svg = document.currentScript.ownerSVGElement;
const store = svg.querySelector('metadata');
const data = JSON.parse(store.textContent), colours = store.getAttribute('data-colours');
const n = data.name.length, total = data.total, depth = data.depth;

/* Where things are: x in units of the profile, end is the first node behind the subtree, rows lists each depth. */

const x = new Float64Array(n), parent = new Int32Array(n).fill(-1), end = new Int32Array(n), rows = [];

function layout() {
	const next = [0], last = [];
	for (let i = 0; i < n; i++) {
		const d = depth[i];
		x[i] = next[d];
		next[d] += total[i];
		next[d + 1] = x[i];
		last[d] = i;
		if (d > 0)
			parent[i] = last[d - 1];
		(rows[d] = rows[d] || []).push(i);
	}
	for (let i = n - 1; i >= 0; i--) {
		end[i] = Math.max(end[i], i + 1);
		if (parent[i] >= 0)
			end[parent[i]] = Math.max(end[parent[i]], end[i]);
	}
}

const view = {
	node: 0, deepest: 0, scroll: 0, /* zoomed to, its deepest row, px between the root's edge and the view's */
	width: 0, height: 0, rootAtTop: true,
	hits: null, /* by name index: 1 if the search found it */
	focus: -1,
};

/* Labels: the whole name, or the function alone, or as much of that as there is room for. */

const ink = document.createElementNS(HTML, 'canvas').getContext('2d');
const widths = new Map();

function measure(text) {
	let width = widths.get(text);
	if (width === undefined)
		widths.set(text, width = ink.measureText(text).width);
	return width;
}

function label(name, room) {
	const text = data.names[name].slice(0, LABEL_CHARS), short = data.function[name].slice(0, LABEL_CHARS) || text;
	if (measure(text) <= room)
		return text;
	if (measure(short) <= room)
		return short;
	let keep = Math.floor(short.length * room / measure(short));
	while (keep > 0 && ink.measureText(short.slice(0, keep) + '\u2026').width > room)
		keep--;
	if (keep > 0 && /[\ud800-\udbff]/.test(short[keep - 1]))
		keep--; /* half of a pair is no character */
	return keep >= LABEL_LEAST ? short.slice(0, keep) + '\u2026' : '';
}

/* Drawing */

function scale() {
	return (view.width - 2 * MARGIN) / total[view.node];
}

function chartHeight() {
	return Math.max(ROW, view.height - BAR);
}

function contentHeight() {
	return (view.deepest + 1) * ROW;
}

/* The upper edge of a row. The root's own edge is at the bar, or as low as there is something to draw. */
function rowTop(row) {
	const base = Math.min(chartHeight(), contentHeight());
	return BAR + (view.rootAtTop ? row * ROW - view.scroll : base - (row + 1) * ROW + view.scroll);
}

function draw() {
	const pen = { boxes: ui.boxes.map(() => ''), callers: ui.boxes.map(() => ''), hit: '', narrow: '', labels: 0 };
	const first = Math.floor(view.scroll / ROW), beyond = Math.ceil((view.scroll + chartHeight()) / ROW);

	for (let i = parent[view.node]; i >= 0; i = parent[i])
		if (depth[i] >= first && depth[i] < beyond)
			box(pen, pen.callers, i, MARGIN, view.width - 2 * MARGIN);
	drawBelow(pen, first, beyond);
	ui.boxes.forEach((path, c) => path.setAttribute('d', pen.boxes[c]));
	ui.callers.forEach((path, c) => path.setAttribute('d', pen.callers[c]));
	ui.hit.setAttribute('d', pen.hit);
	ui.narrow.setAttribute('d', pen.narrow);
	while (ui.labels.childNodes.length > pen.labels)
		ui.labels.lastChild.remove();
	ui.chart.setAttribute('class', view.hits ? 'searched' : '');
	drawThumb();
	drawOutline();
}

function drawBelow(pen, first, beyond) {
	const k = scale(), from = x[view.node], runs = new Map();

	for (let i = view.node, stop = end[view.node]; i < stop;) {
		const row = depth[i], left = MARGIN + (x[i] - from) * k, width = total[i] * k;
		if (row >= beyond) {
			i = end[i];
			continue;
		}
		if (row >= first && width < BOX_MIN)
			narrow(pen, runs, i, left, width);
		else if (row >= first)
			box(pen, pen.boxes, i, left, width);
		i++;
	}
	runs.forEach((run, row) => endRun(pen, run, row));
}

function tenths(px) {
	return Math.round(px * 10) / 10; /* a third of the time of toFixed */
}

function outlineOf(left, row, width) {
	const x0 = tenths(left);
	return 'M' + x0 + ' ' + rowTop(row) + 'h' + tenths(width) + 'v' + (ROW - 1) + 'H' + x0 + 'z';
}

function box(pen, group, i, left, width) {
	const name = data.name[i], hit = view.hits && view.hits[name];
	const shape = outlineOf(left, depth[i], width > 2 ? width - 0.6 : width);

	if (hit)
		pen.hit += shape;
	else
		group[colours.charCodeAt(name) - 65] += shape;
	if (width >= LABEL_MIN)
		write(pen, name, hit, left + LABEL_PAD, rowTop(depth[i]) + ROW - 5, width - 2 * LABEL_PAD);
}

/* Neighbours that are too narrow to be seen are one grey box together, or one found box if any of them is found. */
function narrow(pen, runs, i, left, width) {
	const row = depth[i], run = runs.get(row), hit = view.hits && view.hits[data.name[i]];
	if (run && left - run.to <= BOX_MIN) {
		run.to = left + width;
		run.hit = run.hit || hit;
		return;
	}
	if (run)
		endRun(pen, run, row);
	runs.set(row, { from: left, to: left + width, hit: hit });
}

function endRun(pen, run, row) {
	if (run.to - run.from >= BOX_MIN)
		pen[run.hit ? 'hit' : 'narrow'] += outlineOf(run.from, row, run.to - run.from);
}

function write(pen, name, hit, left, base, room) {
	const text = label(name, room);
	if (!text)
		return;
	const element = ui.labels.childNodes[pen.labels] || add(ui.labels, SVG, 'text');
	pen.labels++;
	element.setAttribute('x', tenths(left));
	element.setAttribute('y', base);
	element.setAttribute('class', hit ? 'on-hit' : '');
	element.textContent = text;
}

function place(element, attributes) {
	element.setAttribute('visibility', attributes ? 'visible' : 'hidden');
	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
}

function drawThumb() {
	const room = chartHeight(), whole = contentHeight();
	if (whole <= room)
		return place(ui.thumb, null);
	const height = Math.max(24, room * room / whole), way = (room - height) * view.scroll / (whole - room);
	place(ui.thumb, { x: view.width - 8, height: height,
		y: BAR + (view.rootAtTop ? way : room - height - way) });
}

function drawOutline() {
	const i = view.focus;
	if (i < 0 || rowTop(depth[i]) < BAR || rowTop(depth[i]) + ROW > view.height)
		return place(ui.outline, null);
	const [left, width] = extent(i);
	place(ui.outline, { x: left, y: rowTop(depth[i]), width: Math.max(2, width) });
}

/* Where a node is on the screen; callers of the zoomed node fill their row. */
function extent(i) {
	if (depth[i] < depth[view.node])
		return [MARGIN, view.width - 2 * MARGIN];
	return [MARGIN + (x[i] - x[view.node]) * scale(), total[i] * scale()];
}
