/* SPDX-License-Identifier: MIT */
/* table: functions with what they used themselves and with all they called. Only the rows in sight exist. */
import { useMemo } from 'preact/hooks';
import type { Paint } from './colour';
import { functionsOf } from './functions';
import { inSeconds, type Tree } from './profile';
import { coresOf, looksOf } from './tip';
import { Rows } from './rows';
import { matcher, matching } from './search';
import type { SortBy } from './state';
import { brief, count, percent, seconds } from './text';

const ROW = 24;

export interface TableProps {
	tree: Tree;
	colours: Uint8Array;
	paint: Paint;
	query: string;
	sort: SortBy;
	chosen: number; /* a name, or -1 */
	small?: boolean;
	onSort: (sort: SortBy) => void;
	onPick: (name: number) => void;
}

function sorted(tree: Tree, sort: SortBy, query: string): Int32Array {
	const { list, self, total } = functionsOf(tree), { text } = tree.names, { test } = matcher(query);
	const hits = test ? matching(tree.names, test) : null;
	const shown = hits ? list.filter((name) => hits[name] === 1) : list.slice();
	const byName = (a: number, b: number) => (text[a]! < text[b]! ? -1 : text[a]! > text[b]! ? 1 : 0);
	if (sort === 'name')
		return shown.sort(byName);
	const [one, two] = sort === 'self' ? [self, total] : [total, self];
	return shown.sort((a, b) => one[b]! - one[a]! || two[b]! - two[a]! || byName(a, b));
}

function value(tree: Tree, samples: number): string {
	const time = inSeconds(tree, samples);
	return time === null ? count(samples) : seconds(time);
}

/* A share with what it is a share of: time, and CPUs kept busy. */
function Cell({ tree, samples, bar }: { tree: Tree; samples: number; bar: string }) {
	const share = tree.total[0]! > 0 ? samples / tree.total[0]! : 0;
	return (
		<span class="cell" title={[count(samples) + ' ' + tree.meta.unit, looksOf(tree, samples), coresOf(tree, samples)].filter((x) => x !== '').join(' \u00b7 ')}>
			<i class={bar} style={{ width: Math.max(share > 0 ? 0.5 : 0, 100 * share) + '%' }} />
			<span class="cores-of">{coresOf(tree, samples).replace(/ \w+$/, '')}</span>
			<span class="time">{value(tree, samples)}</span>
			<span class="share">{percent(samples, tree.total[0]!)}</span>
		</span>
	);
}

function Header({ sort, onSort, n }: { sort: SortBy; onSort: (sort: SortBy) => void; n: number }) {
	const head = (by: SortBy, label: string, title: string) => (
		<button class={'head head-' + by + (sort === by ? ' sorted' : '')} title={title} onClick={() => onSort(by)}
			aria-sort={sort === by ? (by === 'name' ? 'ascending' : 'descending') : 'none'}>
			{label}
		</button>
	);
	return (
		<div class="table-head" role="row">
			{head('self', 'Self', 'Spent in the function itself: cores, time, share')}
			{head('total', 'Total', 'Spent in the function and in what it called: cores, time, share')}
			{head('name', 'Function', 'By name')}
			<span class="quiet">{count(n)}</span>
		</div>
	);
}

export function Table(props: TableProps) {
	const { tree, small } = props;
	const rows = useMemo(() => sorted(tree, props.sort, props.query), [tree, props.sort, props.query]);
	const functions = functionsOf(tree), { names } = tree;
	return (
		<div class={'table' + (small ? ' small' : '')} role="table" aria-label="Functions">
			<Header sort={props.sort} onSort={props.onSort} n={rows.length} />
			<Rows n={rows.length} high={ROW} version={rows} focus={!small} onOpen={(at) => props.onPick(rows[at]!)} row={(at, top, cursor) => {
				const name = rows[at]!;
				return (
					<div class={'row' + (name === props.chosen ? ' chosen' : '') + (cursor ? ' cursor' : '')} key={name} role="row" style={{ top }}
						onClick={() => props.onPick(name)} title={brief(names.text[name]!) + (names.file[name] ? '\n' + brief(names.file[name]!) : '') +
							'\nClick for its callers and callees'}>
						<Cell tree={tree} samples={functions.self[name]!} bar="bar-self" />
						<Cell tree={tree} samples={functions.total[name]!} bar="bar-total" />
						<span class="what">
							<i class="swatch" style={{ background: props.paint.box[props.colours[name]!] }} />
							<bdi class="fn">{brief(names.fn[name] || names.text[name]!)}</bdi>
							<bdi class="quiet where">{brief(where(names.file[name]!, names.line[name]!))}</bdi>
						</span>
					</div>
				);
			}} />
			{rows.length === 0 && <p class="quiet none">No function here has this in its name or file.</p>}
		</div>
	);
}

/* Enough of the file to tell it: its last parts. */
export function where(file: string, line = 0): string {
	return file === '' ? '' : file.split('/').slice(-2).join('/') + (line ? ':' + line : '');
}
