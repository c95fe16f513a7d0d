/* SPDX-License-Identifier: MIT */
/*
 * reshape: a tree without what somebody does not want to see: only the stacks with a certain frame, without certain
 * frames, whose share their callers then have, with recursion as one call. Sums of what stays are kept.
 */
import { Grower } from './grower';
import type { Names, Tree } from './profile';

export interface Wish {
	focus: string;
	ignore: string;
	nostd: boolean;
	norec: boolean;
}

export function wishes(wish: Wish): boolean {
	return wish.focus !== '' || wish.ignore !== '' || wish.nostd || wish.norec;
}

/* An expression, with or without slashes around it; null: nothing, or none. */
export function expression(text: string): RegExp | null {
	const parts = /^\/(.+?)(?:\/([a-z]*))?$/s.exec(text);
	if (text === '')
		return null;
	try {
		return parts ? new RegExp(parts[1]!, (parts[2] || 'i').replace(/[gy]/g, '')) : new RegExp(text, 'i');
	} catch {
		return null;
	}
}

/* Files of the interpreter's own library, frozen ones too; what was installed beside it is not. */
export function isStandard(file: string): boolean {
	return (/(^|\/)lib\/python[0-9]+\.[0-9]+t?\//.test(file) && !/\/(site|dist)-packages\//.test(file)) || /^<frozen [^>]*>$/.test(file);
}

function matches(names: Names, test: RegExp | null): Uint8Array | null {
	return test && Uint8Array.from(names.text, (text, i) => (test.test(text) || test.test(names.fn[i]!) || test.test(names.file[i]!) ? 1 : 0));
}

function dropped(names: Names, wish: Wish): Uint8Array {
	const ignored = matches(names, expression(wish.ignore));
	return Uint8Array.from(names.text, (_, i) => (ignored?.[i] || (wish.nostd && names.kind[i] !== 'group' && isStandard(names.file[i]!)) ? 1 : 0));
}

/* Which nodes have a frame on their way from the root that is wanted. */
function within(tree: Tree, focus: Uint8Array): Uint8Array {
	const inside = new Uint8Array(tree.n);
	for (let i = 1; i < tree.n; i++)
		inside[i] = focus[tree.name[i]!] || inside[tree.parent[i]!] ? 1 : 0;
	return inside;
}

export function reshape(tree: Tree, wish: Wish): Tree {
	if (!wishes(wish))
		return tree;
	const focus = matches(tree.names, expression(wish.focus)), inside = focus && within(tree, focus);
	const drop = dropped(tree.names, wish), grower = new Grower(tree, tree.name[0]!);
	const place = new Int32Array(tree.n); /* where a node has gone */
	const open = new Int32Array(tree.names.text.length).fill(-1); /* by name: its outermost call that is open */
	const closing: [name: number, until: number][] = [];
	for (let i = 0; i < tree.n; i++) {
		const name = tree.name[i]!;
		while (closing.length > 0 && i >= closing[closing.length - 1]![1])
			open[closing.pop()![0]] = -1;
		if (i > 0) {
			const above = place[tree.parent[i]!]!;
			place[i] = drop[name] ? above : wish.norec && open[name]! >= 0 ? open[name]! : grower.below(above, name);
			if (!drop[name] && open[name]! < 0) {
				open[name] = place[i]!;
				closing.push([name, tree.end[i]!]);
			}
		}
		if (!inside || inside[i])
			grower.count(place[i]!, i, 'self');
	}
	grower.sum();
	return grower.finish(false);
}
