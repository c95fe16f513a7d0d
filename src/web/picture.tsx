/* SPDX-License-Identifier: MIT */
/* picture: a profile, or the comparison of two, as a flame graph, a table or a sandwich. */
import { useMemo } from 'preact/hooks';
import { Changes } from './changes';
import { coloursOf, diffPaints, paints } from './colour';
import type { Diff } from './diff';
import { DiffLegend, Differential, tiltColours } from './differential';
import { FlameView, type Flame } from './flame';
import type { Tree } from './profile';
import { Refined } from './refine';
import { Sandwich } from './sandwich';
import type { Change, State, Way } from './state';
import { Table } from './table';
import { Crumbs, Looks, Sides } from './toolbar';

export interface PictureProps {
	state: State;
	tree: Tree;
	alone?: boolean; /* there is no timeline beside it */
	diff: Diff | null; /* what the tree was made of, if it has sides */
	dark: boolean;
	node: number;
	hits: Uint8Array | null;
	set: (change: Change, way?: Way) => void;
	keys: (flame: Flame | null) => void;
	onZoom: (node: number) => void;
}

export function Picture(props: PictureProps) {
	const { state, tree, diff, set } = props, theme = props.dark ? 'dark' : 'light';
	const colours = useMemo(() => coloursOf(tree.names, state.colour), [tree.names, state.colour]);
	const common = { tree, colours, paint: paints[theme], sort: state.sort, query: state.q, onSort: (sort: State['sort']) => set({ sort }, 'replace') };
	const pick = (name: number) => set({ view: 'sandwich', fn: tree.names.text[name]! });
	if (state.view === 'sandwich')
		return <Sandwich {...common} fn={state.fn} onFn={(fn) => set({ fn })} {...(props.alone ? {} : { onOver: () => set({ by: 'function', chart: 'line' }) })} keys={props.keys}
			{...(diff ? { tint: (half: Tree) => ({ colours: tiltColours(half, diff, state.cores), paint: diffPaints[theme] }) } : {})} />;
	if (state.view === 'table' && diff)
		return <>
			<div class="under">
				<Refined state={state} set={set} />
				<span class="quiet crumbs"><span class="hint">95 % intervals; what may be chance is dimmed.</span></span>
				<Sides state={state} set={set} value />
			</div>
			<Changes state={state} diff={diff} set={set} onPick={(row) => {
				const name = tree.names.fn.findIndex((fn, i) => fn === row.fn && (row.file === '' || tree.names.file[i]!.endsWith(row.file)));
				if (name >= 0)
					pick(name);
			}} />
		</>;
	if (state.view === 'table')
		return <>
			<div class="under refined"><Refined state={state} set={set} /></div>
			<Table {...common} chosen={-1} onPick={pick} />
		</>;
	return <>
		<div class="under">
			<Refined state={state} set={set} />
			<Crumbs tree={tree} node={props.node} onZoom={props.onZoom} />
			{diff && <DiffLegend dark={props.dark} />}
			{diff && <Sides state={state} set={set} width />}
			<Looks state={state} set={set} />
		</div>
		{diff ? <Differential state={state} tree={tree} diff={diff} dark={props.dark} keys={props.keys} onZoom={props.onZoom}
			onPick={(i) => pick(tree.name[i]!)} /> :
			<FlameView tree={tree} colours={colours} paint={paints[theme]} hits={props.hits} up={state.up} node={props.node} keys={props.keys}
				label="Flame graph; the same numbers are in the top table" onZoom={props.onZoom} onPick={(i) => pick(tree.name[i]!)} />}
	</>;
}
