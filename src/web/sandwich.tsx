/* SPDX-License-Identifier: MIT */
/* sandwich: one function between those that call it and those that it calls, all its calls together. */
import { useMemo, useState } from 'preact/hooks';
import type { Paint } from './colour';
import { FlameView, type Flame } from './flame';
import { callees, callers, functionsOf } from './functions';
import type { Tree } from './profile';
import { search } from './search';
import type { SortBy } from './state';
import { Table } from './table';
import { brief, percent } from './text';
import { amount, coresOf } from './tip';

export interface SandwichProps {
	tree: Tree;
	colours: Uint8Array;
	paint: Paint;
	query: string;
	sort: SortBy;
	fn: string;
	onSort: (sort: SortBy) => void;
	onFn: (fn: string) => void;
	onOver?: () => void; /* it, over time */
	keys: (flame: Flame | null) => void;
	tint?: (tree: Tree) => { colours: Uint8Array; paint: Paint }; /* of two sides: by node */
}

function Half(props: { title: string; tree: Tree; up: boolean; all: SandwichProps; keys?: (flame: Flame | null) => void }) {
	const { tree, all } = props, [zoom, setZoom] = useState({ tree, node: 0 });
	const hits = useMemo(() => search(tree, all.query)?.hits ?? null, [tree, all.query]);
	const tinted = useMemo(() => all.tint?.(tree), [tree, all.tint]);
	return (
		<div class="half">
			<h3>{props.title}</h3>
			{tree.n === 1 ? <p class="quiet none">{props.up ? 'Nothing calls it: it begins its stacks.' : 'It calls nothing that was seen.'}</p> :
				<FlameView tree={tree} colours={tinted?.colours ?? all.colours} byNode={tinted !== undefined} paint={tinted?.paint ?? all.paint} hits={hits} up={props.up} label={props.title}
					node={zoom.tree === tree ? zoom.node : 0} onZoom={(node) => setZoom({ tree, node })} keys={props.keys}
					onPick={(i) => all.onFn(tree.names.text[tree.name[i]!]!)} />}
		</div>
	);
}

/* A value as all it may be read as. */
function whole(tree: Tree, value: number): string {
	return [amount(tree, value), coresOf(tree, value), percent(value, tree.total[0]!)].filter((x) => x !== '').join(', ');
}

/* The root of its callees has what all its calls have. */
function bothSides(calls: Tree, all: Tree): string {
	const { base, comp } = calls.sides!, sides = all.sides!;
	const text = (value: number, of: number) => coresOf(all, value) + ', ' + percent(value, of);
	return 'total, base ' + text(base.total[0]!, sides.base.total[0]!) + ' \u00a0 now ' + text(comp.total[0]!, sides.comp.total[0]!);
}

export function Sandwich(props: SandwichProps) {
	const { tree, fn } = props, functions = functionsOf(tree);
	const name = useMemo(() => (fn === '' ? -1 : tree.names.text.indexOf(fn)), [tree, fn]);
	const known = name >= 0 && functions.boxes[name]! > 0;
	const both = useMemo(() => (known ? [callers(tree, name), callees(tree, name)] as const : null), [tree, name, known]);
	return (
		<div class="sandwich">
			<Table {...props} small chosen={name} onPick={(i) => props.onFn(tree.names.text[i]!)} />
			<div class="slices">
				{both ? <>
					<div class="sandwich-head">
						<bdi class="fn">{brief(tree.names.text[name]!)}</bdi>
						<span class="quiet">
							{tree.sides ? bothSides(both[1], tree) :
								'self ' + whole(tree, functions.self[name]!) + ' \u00a0 total ' + whole(tree, functions.total[name]!)}
						</span>
						{props.onOver && <button class="small" title="This function in the timeline above" onClick={props.onOver}>Over time</button>}
					</div>
					<Half title="Callers" tree={both[0]} up all={props} />
					<Half title="Callees" tree={both[1]} up={false} all={props} keys={props.keys} />
				</> : <div class="notice">
					<h2>{fn === '' ? 'Choose a function' : 'Not in this interval'}</h2>
					<p>{fn === '' ? 'Click one in the list, or double-click a box of the flame graph: all its calls are put together, with who calls it above and what it calls below.' :
						brief(fn) + ' was not met here. Choose another function, or a longer interval.'}</p>
				</div>}
			</div>
		</div>
	);
}
