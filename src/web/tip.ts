/* SPDX-License-Identifier: MIT */
/* tip: the details beside the pointer. One element for the whole page, text only. */
import { brief, count, digits, percent, seconds } from './text';
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

/* A value with all that it may be read as: "12.0 s", "1,204 samples". */
export function amount(tree: Tree, value: number): string {
	const time = inSeconds(tree, value);
	const samples = count(value) + ' ' + tree.meta.unit;
	return time === null ? samples : seconds(time) + ' \u00b7 ' + samples;
}

function row(table: HTMLElement, name: string, value: string, share: string): void {
	const line = add(table, 'div', 'tip-row', '');
	add(line, 'span', 'tip-name', name);
	add(line, 'span', 'tip-value', value);
	add(line, 'span', 'tip-share', share);
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
	row(table, 'total', amount(tree, tree.total[i]!), percent(tree.total[i]!, tree.total[0]!));
	row(table, 'self', amount(tree, tree.self[i]!), percent(tree.self[i]!, tree.total[0]!));
	const time = inSeconds(tree, tree.total[i]!), { duration } = tree.meta;
	if (time !== null && duration)
		row(table, 'on average', digits(time / duration) + ' cores', '');
	if (up > 0)
		row(table, 'of its caller', '', percent(tree.total[i]!, tree.total[up]!));
	if (zoomed > 0 && i > zoomed && i < tree.end[zoomed]!)
		row(table, 'of the zoomed', '', percent(tree.total[i]!, tree.total[zoomed]!));
	place(tip, left, top);
}
