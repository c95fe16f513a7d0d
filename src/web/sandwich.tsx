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
import { amount } from './tip';

export interface SandwichProps {
	tree: Tree;
	colours: Uint8Array;
	paint: Paint;
	query: string;
	sort: SortBy;
	fn: string;
	onSort: (sort: SortBy) => void;
	onFn: (fn: string) => void;
	keys: (flame: Flame | null) => void;
}

function Half(props: { title: string; tree: Tree; up: boolean; all: SandwichProps; keys?: (flame: Flame | null) => void }) {
	const { tree, all } = props, [zoom, setZoom] = useState({ tree, node: 0 });
	const hits = useMemo(() => search(tree, all.query)?.hits ?? null, [tree, all.query]);
	return (
		<div class="half">
			<h3>{props.title}</h3>
			{tree.n === 1 ? <p class="quiet none">{props.up ? 'Nothing calls it: it begins its stacks.' : 'It calls nothing that was seen.'}</p> :
				<FlameView tree={tree} colours={all.colours} paint={all.paint} hits={hits} up={props.up} label={props.title}
					node={zoom.tree === tree ? zoom.node : 0} onZoom={(node) => setZoom({ tree, node })} keys={props.keys}
					onPick={(i) => all.onFn(tree.names.text[tree.name[i]!]!)} />}
		</div>
	);
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
							{'self ' + amount(tree, functions.self[name]!) + ', ' + percent(functions.self[name]!, tree.total[0]!) +
								' \u00a0 total ' + amount(tree, functions.total[name]!) + ', ' + percent(functions.total[name]!, tree.total[0]!)}
						</span>
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
