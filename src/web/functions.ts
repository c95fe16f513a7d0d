/* SPDX-License-Identifier: MIT */
/*
 * functions: sums over a tree by function: self, total, and who calls it and is called by it. A function that is on a
 * stack twice counts once: its outermost call has it all.
 */
import { makeTree, type Tree } from './profile';

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

/* A tree that grows, and is put in order at the end. */
class Grower {
	private readonly child = new Map<number, number>();
	private readonly first: number[] = [];
	private readonly sibling: number[] = [];
	private readonly name: number[] = [];
	private readonly self: number[] = [];
	private readonly total: number[] = [];

	constructor(private readonly from: Tree, root: number) {
		this.add(-1, root);
	}

	private add(parent: number, name: number): number {
		const at = this.name.length;
		this.name.push(name);
		this.self.push(0);
		this.total.push(0);
		this.first.push(-1);
		this.sibling.push(-1);
		if (parent >= 0) {
			this.sibling[at] = this.first[parent]!;
			this.first[parent] = at;
		}
		return at;
	}

	below(parent: number, name: number): number {
		const key = parent * this.from.names.text.length + name;
		let at = this.child.get(key);
		if (at === undefined)
			this.child.set(key, at = this.add(parent, name));
		return at;
	}

	count(node: number, total: number, self: number): void {
		this.total[node]! += total;
		this.self[node]! += self;
	}

	private children(node: number): number[] {
		const list: number[] = [];
		for (let c = this.first[node]!; c >= 0; c = this.sibling[c]!)
			list.push(c);
		return list.sort((a, b) => this.total[a]! - this.total[b]! || b - a); /* the largest is taken first */
	}

	finish(): Tree {
		const n = this.name.length;
		const name = new Int32Array(n), depth = new Int32Array(n), self = new Float64Array(n), total = new Float64Array(n);
		const todo = [0], levels = [0];
		for (let at = 0; todo.length > 0; at++) {
			const node = todo.pop()!, level = levels.pop()!;
			name[at] = this.name[node]!;
			depth[at] = level;
			self[at] = this.self[node]!;
			total[at] = this.total[node]!;
			for (const c of this.children(node)) {
				todo.push(c);
				levels.push(level + 1);
			}
		}
		return makeTree(this.from.names, name, depth, self, total, this.from.meta);
	}
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
			grower.count(at[d]!, tree.total[i]!, tree.self[i]!);
		}
	}
	return grower.finish();
}

/* The function at the root, its callers below it, the root of everything left out. */
export function callers(tree: Tree, name: number): Tree {
	const grower = new Grower(tree, name);
	for (const call of calls(tree, name)) {
		const weight = tree.total[call]!;
		let at = 0;
		grower.count(0, weight, 0);
		for (let i = tree.parent[call]!; i > 0; i = tree.parent[i]!) {
			at = grower.below(at, tree.name[i]!);
			grower.count(at, weight, 0);
		}
		grower.count(at, 0, weight);
	}
	return grower.finish();
}
