/* SPDX-License-Identifier: MIT */
/* tip: the details beside the pointer. One element for the whole page, text only. */
import { brief, count, digits, percent, points, seconds, signed } from './text';
import { boundsOf } from './diff';
import { inSeconds, type Tree } from './profile';

let box: HTMLElement | null = null;

function element(): HTMLElement {
	if (!box) {
		box = document.createElement('div');
		box.className = 'tip';
		box.setAttribute('role', 'tooltip');
		document.body.appendChild(box);
	}
	return box;
}

function add(to: HTMLElement, name: string, kind: string, text: string): HTMLElement {
	const made = document.createElement(name);
	made.className = kind;
	made.textContent = text;
	return to.appendChild(made);
}

export function hideTip(): void {
	if (box)
		box.hidden = true;
}

function place(tip: HTMLElement, left: number, top: number): void {
	const { width, height } = tip.getBoundingClientRect();
	const x = left + 14 + width > window.innerWidth - 4 ? left - 12 - width : left + 14;
	const y = top + 18 + height > window.innerHeight - 4 ? top - 12 - height : top + 18;
	tip.style.left = Math.max(4, x) + 'px';
	tip.style.top = Math.max(4, y) + 'px';
}

/* Lines of text beside a place of the window; the first is the most important one. */
export function showWords(lines: string[], left: number, top: number): void {
	const tip = element();
	tip.textContent = '';
	tip.hidden = false;
	lines.forEach((line, i) => add(tip, 'div', i === 0 ? 'tip-title' : 'quiet', brief(line)));
	place(tip, left, top);
}

/* A value with all that it may be read as: "12.0 s", "1,204 samples". */
export function amount(tree: Tree, value: number): string {
	const time = inSeconds(tree, value);
	const samples = count(value) + ' ' + tree.meta.unit;
	return time === null ? samples : seconds(time) + ' \u00b7 ' + samples;
}

/* CPUs, or threads, that this kept busy on average; "" if nobody knows. */
export function coresOf(tree: Tree, value: number): string {
	const time = inSeconds(tree, value), { duration, unit } = tree.meta;
	const cores = unit === 'cores' ? value : time !== null && duration ? time / duration : null;
	return cores === null ? '' : digits(cores) + unitOf(tree);
}

function unitOf(tree: Tree): string {
	return tree.meta.mode === 'wall' ? ' threads' : ' cores';
}

/* About how many looks this rests on: they are spread as the time is. */
export function looksOf(tree: Tree, value: number): string {
	const n = tree.total[0]! > 0 ? (tree.meta.looks * value) / tree.total[0]! : 0;
	return tree.meta.looks > 0 ? 'about ' + count(Math.round(n)) + ' looks' : '';
}

function row(table: HTMLElement, name: string, value: string, share: string): void {
	const line = add(table, 'div', 'tip-row', '');
	add(line, 'span', 'tip-name', name);
	add(line, 'span', 'tip-value', value);
	add(line, 'span', 'tip-share', share);
}

function addBounds(table: HTMLElement, tree: Tree, i: number): void {
	const cores = boundsOf(tree, i, true), share = boundsOf(tree, i, false);
	if (cores || share)
		row(table, '95 %', cores ? signed(cores.lo) + ' to ' + signed(cores.hi) : '', share ? points(share.lo) + ' to ' + points(share.hi) : '');
}

/* Both sides of a comparison, and what has changed. */
function addSides(table: HTMLElement, tree: Tree, i: number): void {
	const { base, comp, least } = tree.sides!;
	const told = (value: number, whole: number) => (value === 0 && least > 0 ? ['< ' + digits(least * whole) + unitOf(tree), '< ' + percent(least, 1)] :
		[digits(value) + unitOf(tree), percent(value, whole)]) as [string, string];
	for (const [what, key] of [['total', 'total'], ['self', 'self']] as const) {
		const b = base[key][i]!, c = comp[key][i]!, bShare = b / (base.total[0]! || 1), cShare = c / (comp.total[0]! || 1);
		row(table, what + ', base', ...told(b, base.total[0]!));
		row(table, what + ', now', ...told(c, comp.total[0]!));
		row(table, 'change', signed(c - b) + unitOf(tree), points(cShare - bShare));
		if (key === 'total')
			addBounds(table, tree, i);
	}
}

/* left and top are those of the pointer in the window. */
export function showTip(tree: Tree, i: number, zoomed: number, left: number, top: number): void {
	const tip = element(), { names } = tree, name = tree.name[i]!, up = tree.parent[i]!;
	tip.textContent = '';
	tip.hidden = false;
	add(tip, 'div', 'tip-title', brief(names.fn[name] || names.text[name]!));
	if (names.file[name])
		add(tip, 'div', 'quiet', brief(names.file[name]!) + (names.line[name] ? ':' + names.line[name] : ''));
	const table = add(tip, 'div', 'tip-table', '');
	if (tree.sides) {
		addSides(table, tree, i);
	} else {
		row(table, 'total', amount(tree, tree.total[i]!), percent(tree.total[i]!, tree.total[0]!));
		row(table, 'self', amount(tree, tree.self[i]!), percent(tree.self[i]!, tree.total[0]!));
		if (coresOf(tree, 0) !== '')
			row(table, 'on average', coresOf(tree, tree.total[i]!), '');
		if (looksOf(tree, 0) !== '')
			row(table, 'rests on', looksOf(tree, tree.total[i]!), '');
		if (up > 0)
			row(table, 'of its caller', '', percent(tree.total[i]!, tree.total[up]!));
		if (zoomed > 0 && i > zoomed && i < tree.end[zoomed]!)
			row(table, 'of the zoomed', '', percent(tree.total[i]!, tree.total[zoomed]!));
	}
	place(tip, left, top);
}
