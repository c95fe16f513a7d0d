/* SPDX-License-Identifier: MIT */
/* differential: a flame graph of two sides: red is more than in the base, blue less, hatched blue is only there. */
import { useMemo } from 'preact/hooks';
import { DIFF_GHOST, DIFF_STEPS, diffPaints } from './colour';
import { boundsOf, isNoise, tilt, weigh, type Diff, type Row } from './diff';
import { FlameView, type Flame } from './flame';
import { wishes, reshape, type Wish } from './reshape';
import { findPath, type Tree } from './profile';
import { search } from './search';
import type { State } from './state';

const DAMP = 0.3; /* of the colour of what may be chance */

/* The tree of both sides as it is to be drawn. */
export function useSides(diff: Diff | null, state: State): Tree | null {
	const wish: Wish = { focus: state.focus, ignore: state.ignore, nostd: state.nostd, norec: state.norec };
	const weighed = useMemo(() => diff && weigh(diff.tree, state.width, state.cores, state.mode), [diff, state.width, state.cores, state.mode]);
	return useMemo(() => weighed && (wishes(wish) ? reshape(weighed, wish) : weighed), [weighed, state.focus, state.ignore, state.nostd, state.norec]);
}

/* Functions whose change may be chance, by their name and file. */
function chance(rows: Row[], cores: boolean): Set<string> {
	const unit = cores ? 'cores' : 'share';
	return new Set(rows.filter((row) => isNoise(row.self[unit]) && isNoise(row.total[unit])).map((row) => row.fn));
}

export function tiltColours(tree: Tree, diff: Diff, cores: boolean): Uint8Array {
	const unsure = chance(diff.rows, cores), middle = (DIFF_STEPS - 1) / 2;
	return Uint8Array.from(tree.name, (name, i) => {
		const t = tilt(tree, i, cores);
		if (tree.sides!.comp.total[i] === 0 && i > 0)
			return DIFF_GHOST;
		/* Twice as much is already strong: the root of what lies between keeps small changes to be seen. */
		const strong = Math.sign(t) * Math.min(1, Math.abs(t) * 2) ** 0.7;
		/* Of a tree that was reshaped only functions are known. */
		const bounds = boundsOf(tree, i, cores), noise = bounds ? isNoise(bounds) : unsure.has(tree.names.fn[name]!);
		return Math.round(middle + middle * strong * (noise ? DAMP : 1));
	});
}

export interface DifferentialProps {
	state: State;
	tree: Tree;
	diff: Diff;
	dark: boolean;
	keys?: (flame: Flame | null) => void;
	onZoom: (node: number) => void;
	onPick?: (node: number) => void;
}

export function Differential({ state, tree, diff, dark, keys, onZoom, onPick }: DifferentialProps) {
	const colours = useMemo(() => tiltColours(tree, diff, state.cores), [tree, diff, state.cores]);
	const hits = useMemo(() => search(tree, state.q)?.hits ?? null, [tree, state.q]);
	const node = useMemo(() => Math.max(0, findPath(tree, state.zoom)), [tree, state.zoom]);
	return <FlameView tree={tree} colours={colours} byNode paint={diffPaints[dark ? 'dark' : 'light']} hits={hits} up={state.up} node={node}
		label="Differential flame graph; the same numbers are in the table of changes" onZoom={onZoom} {...(onPick ? { onPick } : {})} keys={keys} />;
}

export function DiffLegend({ dark }: { dark: boolean }) {
	const paint = diffPaints[dark ? 'dark' : 'light'], steps = [0, 0.25, 0.5, 0.75, 1].map((part) => paint.box[Math.round(part * (DIFF_STEPS - 1))]);
	return (
		<span class="legend diff-legend">
			<i class="ghost" title="Now below what is told" /><span>only in base</span>
			<span>less</span><i style={{ background: 'linear-gradient(90deg,' + steps.join(',') + ')' }} /><span>more</span>
			<span class="pale" title="Functions whose interval contains 0 have paler colours">pale: may be chance</span>
		</span>
	);
}
