/* SPDX-License-Identifier: MIT */
/* flame_ui.js: the live flame graph, second half: its elements, moving about, searching, details and events. */

const ui = {};

function make(space, name, attributes, text) {
	const element = document.createElementNS(space, name);
	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
	if (text !== undefined)
		element.textContent = text;
	return element;
}

function add(to, space, name, attributes, text) {
	return to.appendChild(make(space, name, attributes, text));
}

function build() {
	const still = svg.querySelector('.still');
	const live = make(SVG, 'g');
	ui.page = add(live, SVG, 'rect', { class: 'page', width: '100%', height: '100%' });
	ui.chart = add(live, SVG, 'g');
	ui.narrow = add(ui.chart, SVG, 'path', { class: 'narrow' });
	ui.boxes = paths(add(ui.chart, SVG, 'g', { class: 'boxes' }));
	ui.callers = paths(add(ui.chart, SVG, 'g', { class: 'callers' }));
	ui.hit = add(ui.chart, SVG, 'path', { class: 'hit' });
	ui.labels = add(ui.chart, SVG, 'g');
	ui.outline = add(ui.chart, SVG, 'rect', { class: 'outline', height: ROW - 1, visibility: 'hidden' });
	ui.thumb = add(ui.chart, SVG, 'rect', { class: 'thumb', width: 7, rx: 3.5, visibility: 'hidden' });
	buildBar(add(live, SVG, 'foreignObject', { width: '100%', height: BAR, class: 'bar-frame' }), still);
	ui.tipFrame = add(live, SVG, 'foreignObject',
		{ class: 'tip-frame', width: 470, height: 260, visibility: 'hidden' });
	ui.tip = add(ui.tipFrame, HTML, 'div', { class: 'tip', 'aria-live': 'polite' });
	svg.replaceChild(live, still);
	svg.classList.add('live');
	svg.removeAttribute('viewBox');
	svg.setAttribute('width', '100%');
	if (svg === document.documentElement)
		svg.setAttribute('height', '100%');
}

function paths(group) {
	return Array.from({ length: 19 * SHADES }, (_, c) =>
		add(group, SVG, 'path', { class: 'k' + Math.floor(c / SHADES) + ' v' + c % SHADES }));
}

function buildBar(frame, still) {
	const bar = add(frame, HTML, 'div', { class: 'bar' });
	const top = add(bar, HTML, 'div'), middle = add(bar, HTML, 'div');
	const title = still.querySelector('.heading').textContent, sentence = still.querySelector('.facts').textContent;
	add(top, HTML, 'h1', { title: title }, title);
	ui.found = add(top, HTML, 'span', { class: 'found', role: 'status' });
	ui.search = add(top, HTML, 'input', { type: 'search', placeholder: 'Search, text or regex', spellcheck: 'false',
		'aria-label': 'Search', title: 'Ctrl-F or / ; Enter goes to the next one found' });
	ui.find = add(top, HTML, 'button', { title: 'Go to the next one found (Enter)' }, 'Next');
	ui.flip = add(top, HTML, 'button', { title: 'Turn it upside down (i)' });
	ui.reset = add(top, HTML, 'button', { title: 'Show everything (Home)' }, 'Reset zoom');
	add(middle, HTML, 'span', { class: 'sentence', title: sentence }, sentence);
	ui.crumbs = add(bar, HTML, 'div', { class: 'crumbs' });
}

/* Moving about */

function scrollTo(px) {
	view.scroll = Math.max(0, Math.min(px, contentHeight() - chartHeight()));
	draw();
}

function zoom(i) {
	view.node = i;
	view.focus = -1;
	view.deepest = 0;
	for (let j = i; j < end[i]; j++)
		view.deepest = Math.max(view.deepest, depth[j]);
	ui.reset.disabled = i === 0;
	drawCrumbs();
	hideTip();
	scrollTo((depth[i] - 3) * ROW);
}

function drawCrumbs() {
	const chain = [];
	for (let i = view.node; i >= 0; i = parent[i])
		chain.unshift(i);
	ui.crumbs.textContent = '';
	if (chain.length === 1)
		add(ui.crumbs, HTML, 'span', { class: 'quiet' },
			'Click a box to zoom. Ctrl-F searches, arrow keys walk, Enter zooms, Esc goes back.');
	const skip = Math.max(0, chain.length - 6);
	chain.forEach((i, at) => {
		if (chain.length === 1 || (at > 0 && at <= skip))
			return;
		if (at > 0)
			add(ui.crumbs, HTML, 'span', { class: 'quiet' },
				skip > 0 && at === skip + 1 ? '\u203a \u2026 \u203a' : '\u203a');
		const name = data.name[i];
		add(ui.crumbs, HTML, 'button', { class: 'crumb', title: brief(data.names[name]) },
			brief(data.function[name] || data.names[name])).onclick = () => zoom(i);
	});
}

function reveal(i) {
	const inside = i >= view.node && i < end[view.node];
	if (!inside && depth[i] >= depth[view.node])
		zoom(0);
	view.focus = i;
	const edge = depth[i] * ROW;
	if (edge < view.scroll || edge + ROW > view.scroll + chartHeight())
		scrollTo(edge - chartHeight() / 2);
	drawOutline();
	const [left, width] = extent(i);
	showTip(i, Math.max(left, MARGIN) + Math.min(width, 80) / 2, rowTop(depth[i]) + ROW / 2);
}

function flip() {
	view.rootAtTop = !view.rootAtTop;
	ui.flip.textContent = view.rootAtTop ? 'Root at bottom' : 'Root at top';
	hideTip();
	draw();
}

/* Searching. The share counts a path once, however often it matches: what is below a match is part of it. */

function matcher(text) {
	try {
		const pattern = new RegExp(text, 'i');
		return (name) => pattern.test(name);
	} catch (e) {
		const plain = text.toLowerCase();
		return (name) => name.toLowerCase().includes(plain);
	}
}

function search() {
	const text = ui.search.value;
	let sum = 0, count = 0;

	view.hits = null;
	if (text !== '') {
		const matches = matcher(text);
		view.hits = Uint8Array.from(data.names, (name, i) => matches(name) || matches(data.file[i]) ? 1 : 0);
		for (let i = 0, counted = 0; i < n; i++) {
			if (!view.hits[data.name[i]])
				continue;
			count++;
			if (i >= counted) {
				sum += total[i];
				counted = end[i];
			}
		}
	}
	ui.found.textContent = text === '' ? '' : count === 0 ? 'nothing found' :
		percent(sum, total[0]) + ' in ' + number(count) + (count === 1 ? ' box' : ' boxes');
	ui.found.setAttribute('class', text !== '' && count === 0 ? 'found wrong' : 'found');
	ui.find.disabled = count === 0;
	draw();
}

function nextHit(step) {
	for (let tried = 0, i = view.focus < 0 && step < 0 ? 0 : view.focus; view.hits && tried < n; tried++) {
		i = (i + step + n) % n;
		if (view.hits[data.name[i]])
			return reveal(i);
	}
}

/* Details */

function number(value) {
	return value.toLocaleString('en-US');
}

function percent(part, whole) {
	const share = whole ? 100 * part / whole : 0;
	return share > 0 && share < 0.01 ? '< 0.01 %' : share.toFixed(share >= 10 ? 1 : 2) + ' %';
}

/* Enough of a name to know it by: the tip has to fit beside the pointer. */
function brief(text) {
	return text.length > LABEL_CHARS ? text.slice(0, LABEL_CHARS) + '\u2026' : text;
}

function showTip(i, left, top) {
	const name = data.name[i], unit = ' ' + data.meta.unit, up = parent[i];
	const shares = [number(total[i]) + unit, percent(total[i], total[0]) + ' of all'];

	ui.tip.textContent = '';
	add(ui.tip, HTML, 'div', {}, brief(data.function[name] || data.names[name]));
	if (data.file[name])
		add(ui.tip, HTML, 'div', { class: 'where' },
			brief(data.file[name]) + (data.line[name] ? ':' + data.line[name] : ''));
	if (up >= 0)
		shares.push(percent(total[i], total[up]) + ' of parent');
	if (view.node !== 0 && i > view.node && i < end[view.node])
		shares.push(percent(total[i], total[view.node]) + ' of the zoomed');
	add(ui.tip, HTML, 'div', {}, shares.join(' \u00b7 '));
	add(ui.tip, HTML, 'div', {}, 'itself ' + number(data.self[i]) + unit + ' \u00b7 ' +
		percent(data.self[i], total[0]) + ' of all');
	const size = ui.tip.getBoundingClientRect();
	place(ui.tipFrame, {
		x: Math.max(4, left + 14 + size.width > view.width ? left - 10 - size.width : left + 14),
		y: Math.max(4, top + 18 + size.height > view.height ? top - 12 - size.height : top + 18),
	});
}

function hideTip() {
	place(ui.tipFrame, null);
}

/* The node at a place of the window, or -1. */
function nodeAt(left, top) {
	const offset = view.rootAtTop ? top - rowTop(0) : rowTop(0) + ROW - top;
	const row = Math.floor(offset / ROW), list = rows[row];

	if (top < BAR || !list || row > view.deepest || left < MARGIN || left > view.width - MARGIN)
		return -1;
	if (row <= depth[view.node]) {
		let i = view.node;
		while (depth[i] > row)
			i = parent[i];
		return i;
	}
	const at = x[view.node] + (left - MARGIN) / scale();
	let low = 0, high = list.length;
	while (low < high) { /* the last one of the row that begins at or before this */
		const middle = (low + high) >> 1;
		if (x[list[middle]] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	const i = low > 0 ? list[low - 1] : -1;
	return i >= 0 && at < x[i] + total[i] && i < end[view.node] && i > view.node ? i : -1;
}

/* Events */

let grip = null; /* while the thumb is held: where it was taken */

function at(event) {
	const edge = svg.getBoundingClientRect();
	return [event.clientX - edge.left, event.clientY - edge.top];
}

function onMove(event) {
	const [left, top] = at(event);
	if (grip) {
		const way = (top - grip.top) * contentHeight() / chartHeight();
		return scrollTo(grip.scroll + (view.rootAtTop ? way : -way));
	}
	const i = nodeAt(left, top);
	view.focus = i;
	drawOutline();
	if (i >= 0)
		showTip(i, left, top);
	else
		hideTip();
}

function onDown(event) {
	if (event.target !== ui.thumb)
		return;
	grip = { top: at(event)[1], scroll: view.scroll };
	event.preventDefault();
}

function onClick(event) {
	if (event.target === ui.thumb || event.target.namespaceURI !== SVG)
		return;
	const i = nodeAt(...at(event));
	if (i >= 0)
		zoom(i);
}

function onWheel(event) {
	if (event.ctrlKey || contentHeight() <= chartHeight())
		return;
	const px = event.deltaY * (event.deltaMode === 0 ? 1 : ROW);
	event.preventDefault();
	hideTip();
	scrollTo(view.scroll + (view.rootAtTop ? px : -px));
}

/* The neighbour of a node on its row that can be seen, or the widest child, or the parent. */
function neighbour(i, step) {
	const list = rows[depth[i]];
	for (let k = list.indexOf(i) + step; k >= 0 && k < list.length; k += step) {
		if (list[k] < view.node || list[k] >= end[view.node])
			return i;
		if (total[list[k]] * scale() >= BOX_MIN)
			return list[k];
	}
	return i;
}

function widestChild(i) {
	let best = i;
	for (let j = i + 1; j < end[i]; j = end[j])
		if (best === i || total[j] > total[best])
			best = j;
	return best;
}

function walk(key) {
	const i = view.focus < 0 ? view.node : view.focus;
	if (key === 'ArrowLeft' || key === 'ArrowRight')
		return reveal(depth[i] > depth[view.node] ? neighbour(i, key === 'ArrowLeft' ? -1 : 1) : i);
	reveal((key === 'ArrowDown') === view.rootAtTop ? widestChild(i) : Math.max(0, parent[i]));
}

function back() {
	if (ui.search.value !== '') {
		ui.search.value = '';
		search();
	} else {
		zoom(Math.max(0, parent[view.node]));
	}
}

function onKey(event) {
	const typing = event.target === ui.search;
	if ((event.key === 'f' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing)) {
		ui.search.focus();
		ui.search.select();
	} else if (typing && event.key === 'Enter') {
		nextHit(event.shiftKey ? -1 : 1);
	} else if (event.key === 'Escape') {
		back();
		ui.search.blur();
	} else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
		return;
	} else if (event.key.startsWith('Arrow')) {
		walk(event.key);
	} else if (event.key === 'Enter' && view.focus >= 0 && event.target.localName !== 'button') {
		zoom(view.focus);
	} else if (event.key === 'Home') {
		zoom(0);
	} else if (event.key === 'PageDown' || event.key === 'PageUp') {
		const step = (event.key === 'PageDown') === view.rootAtTop ? 0.9 : -0.9;
		scrollTo(view.scroll + step * chartHeight());
	} else if (event.key === 'n' || event.key === 'N') {
		nextHit(event.key === 'n' ? 1 : -1);
	} else if (event.key === 'i') {
		flip();
	} else {
		return;
	}
	event.preventDefault();
}

function resize() {
	const size = svg.getBoundingClientRect();
	view.width = Math.max(200, size.width);
	view.height = size.height;
	hideTip();
	scrollTo(view.scroll);
}

function listen() {
	svg.addEventListener('mousemove', onMove);
	svg.addEventListener('mousedown', onDown);
	svg.addEventListener('click', onClick);
	svg.addEventListener('wheel', onWheel, { passive: false });
	svg.addEventListener('mouseleave', hideTip);
	document.addEventListener('keydown', onKey);
	window.addEventListener('mouseup', () => { grip = null; });
	window.addEventListener('resize', resize);
	ui.search.addEventListener('input', search);
	ui.find.addEventListener('click', () => nextHit(1));
	ui.flip.addEventListener('click', flip);
	ui.reset.addEventListener('click', () => zoom(0));
}

layout();
build();
ink.font = '12px ' + getComputedStyle(svg).fontFamily;
ui.flip.textContent = 'Root at bottom';
ui.find.disabled = true;
listen();
resize();
zoom(0);
