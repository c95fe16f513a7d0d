/* SPDX-License-Identifier: MIT */
/*
 * functions: sums over a tree by function: self, total, and who calls it and is called by it. A function that is on a
 * stack twice counts once: its outermost call has it all.
 */
import { Grower } from './grower';
import type { Tree } from './profile';

export interface Functions {
	list: Int32Array; /* names that stand in the tree, but not the root's */
	self: Float64Array; /* by name */
	total: Float64Array;
	boxes: Int32Array;
}

const known = new WeakMap<Tree, Functions>();

export function functionsOf(tree: Tree): Functions {
	let found = known.get(tree);
	if (!found)
		known.set(tree, found = sum(tree));
	return found;
}

function sum(tree: Tree): Functions {
	const n = tree.names.text.length;
	const self = new Float64Array(n), total = new Float64Array(n), boxes = new Int32Array(n);
	const covered = new Int32Array(n); /* by name: the node behind the outermost call that is open */
	for (let i = 1; i < tree.n; i++) {
		const name = tree.name[i]!;
		self[name]! += tree.self[i]!;
		boxes[name]!++;
		if (i >= covered[name]!) {
			total[name]! += tree.total[i]!;
			covered[name] = tree.end[i]!;
		}
	}
	const list: number[] = [];
	for (let name = 0; name < n; name++)
		if (boxes[name]! > 0)
			list.push(name);
	return { list: Int32Array.from(list), self, total, boxes };
}

/* The outermost calls of a function. */
function calls(tree: Tree, name: number): number[] {
	const list: number[] = [];
	for (let i = 0; i < tree.n;) {
		if (tree.name[i] === name) {
			list.push(i);
			i = tree.end[i]!;
		} else {
			i++;
		}
	}
	return list;
}

/* The function at the root, what it calls below. */
export function callees(tree: Tree, name: number): Tree {
	const grower = new Grower(tree, name), at: number[] = [];
	for (const call of calls(tree, name)) {
		const base = tree.depth[call]!;
		for (let i = call; i < tree.end[call]!; i++) {
			const d = tree.depth[i]! - base;
			at[d] = d === 0 ? 0 : grower.below(at[d - 1]!, tree.name[i]!);
			grower.count(at[d]!, i, 'both');
		}
	}
	return grower.finish();
}

/* The function at the root, its callers below it, the root of everything left out. */
export function callers(tree: Tree, name: number): Tree {
	const grower = new Grower(tree, name);
	for (const call of calls(tree, name)) {
		let at = 0;
		grower.count(0, call, 'total');
		for (let i = tree.parent[call]!; i > 0; i = tree.parent[i]!) {
			at = grower.below(at, tree.name[i]!);
			grower.count(at, call, 'total');
		}
		grower.count(at, call, 'ends');
	}
	return grower.finish();
}
