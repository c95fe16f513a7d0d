/* SPDX-License-Identifier: MIT */
/* grower: a tree that is made of parts of another one, node by node, and put in order at the end. */
import { makeTree, type Side, type Tree } from './profile';

/* What of a node is counted: all it has; only that it was passed; that what it has ends here. */
export type Count = 'both' | 'total' | 'self' | 'ends';

interface Column {
	from: Side;
	self: number[];
	total: number[];
}

export class Grower {
	private readonly child = new Map<number, number>();
	private readonly first: number[] = [];
	private readonly sibling: number[] = [];
	private readonly name: number[] = [];
	private readonly parent: number[] = [];
	private readonly columns: Column[];

	constructor(private readonly from: Tree, root: number) {
		const sides: Side[] = from.sides ? [from, from.sides.base, from.sides.comp] : [from];
		this.columns = sides.map((side) => ({ from: side, self: [], total: [] }));
		this.add(-1, root);
	}

	private add(parent: number, name: number): number {
		const at = this.name.length;
		this.name.push(name);
		this.parent.push(parent);
		for (const column of this.columns) {
			column.self.push(0);
			column.total.push(0);
		}
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

	/* Adds what the i-th node of the other tree has. */
	count(node: number, i: number, what: Count): void {
		for (const { from, self, total } of this.columns) {
			if (what === 'both' || what === 'self')
				self[node]! += from.self[i]!;
			else if (what === 'ends')
				self[node]! += from.total[i]!;
			if (what === 'both' || what === 'total')
				total[node]! += from.total[i]!;
		}
	}

	/* Totals, where only what is a node's own was counted. */
	sum(): void {
		for (const { self, total } of this.columns) {
			for (let i = 0; i < self.length; i++)
				total[i] = self[i]!;
			for (let i = self.length - 1; i > 0; i--)
				total[this.parent[i]!]! += total[i]!;
		}
	}

	private children(node: number, bySize: boolean): number[] {
		const list: number[] = [], { total } = this.columns[0]!;
		for (let c = this.first[node]!; c >= 0; c = this.sibling[c]!)
			if (this.columns.some((column) => column.total[c]! > 0))
				list.push(c);
		return bySize ? list.sort((a, b) => total[a]! - total[b]! || b - a) : list; /* the last one is taken first */
	}

	finish(bySize = true): Tree {
		const order: number[] = [], depths: number[] = [], todo = [0], levels = [0];
		while (todo.length > 0) {
			const node = todo.pop()!, level = levels.pop()!;
			order.push(node);
			depths.push(level);
			for (const c of this.children(node, bySize)) {
				todo.push(c);
				levels.push(level + 1);
			}
		}
		const placed = (values: number[]) => Float64Array.from(order, (i) => values[i]!);
		const side = ({ self, total }: Column): Side => ({ self: placed(self), total: placed(total) });
		const [own, base, comp] = this.columns.map(side);
		return makeTree(this.from.names, Int32Array.from(order, (i) => this.name[i]!), Int32Array.from(depths), own!.self, own!.total,
			this.from.meta, base && comp ? { base, comp, least: this.from.sides!.least, known: null } : null);
	}
}
