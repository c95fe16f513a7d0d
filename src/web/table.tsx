/* SPDX-License-Identifier: MIT */
/* table: functions with what they used themselves and with all they called. Only the rows in sight exist. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Paint } from './colour';
import { functionsOf } from './functions';
import { inSeconds, type Tree } from './profile';
import { matcher, matching } from './search';
import type { SortBy } from './state';
import { brief, count, percent, seconds } from './text';

const ROW = 24, SPARE = 8;

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

function Cell({ tree, samples, bar }: { tree: Tree; samples: number; bar: string }) {
	const share = tree.total[0]! > 0 ? samples / tree.total[0]! : 0;
	return (
		<span class="cell" title={count(samples) + ' ' + tree.meta.unit}>
			<i class={bar} style={{ width: Math.max(share > 0 ? 0.5 : 0, 100 * share) + '%' }} />
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
			{head('self', 'Self', 'Spent in the function itself')}
			{head('total', 'Total', 'Spent in the function and in what it called')}
			{head('name', 'Function', 'By name')}
			<span class="quiet">{count(n)}</span>
		</div>
	);
}

export function Table(props: TableProps) {
	const { tree, small } = props, place = useRef<HTMLDivElement>(null);
	const [view, setView] = useState({ top: 0, height: 600 }), [cursor, setCursor] = useState(-1);
	const rows = useMemo(() => sorted(tree, props.sort, props.query), [tree, props.sort, props.query]);
	const functions = functionsOf(tree), { names } = tree;

	useEffect(() => {
		const frame = place.current!, read = () => setView({ top: frame.scrollTop, height: frame.clientHeight });
		const seen = new ResizeObserver(read);
		seen.observe(frame);
		frame.addEventListener('scroll', read);
		if (!small && document.activeElement === document.body)
			frame.focus({ preventScroll: true }); /* so that the arrows walk */
		return () => seen.disconnect();
	}, []);
	useEffect(() => setCursor(-1), [rows]);

	const onKey = (e: KeyboardEvent) => {
		const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[e.key];
		if (e.key === 'Enter' && cursor >= 0)
			props.onPick(rows[cursor]!);
		if (step === undefined)
			return;
		const next = Math.max(0, Math.min(rows.length - 1, cursor + step)), frame = place.current!;
		setCursor(next);
		if (next * ROW < frame.scrollTop)
			frame.scrollTop = next * ROW;
		else if ((next + 1) * ROW > frame.scrollTop + frame.clientHeight)
			frame.scrollTop = (next + 1) * ROW - frame.clientHeight;
		e.preventDefault();
		e.stopPropagation();
	};
	const first = Math.max(0, Math.floor(view.top / ROW) - SPARE);
	const beyond = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + SPARE);
	return (
		<div class={'table' + (small ? ' small' : '')} role="table" aria-label="Functions">
			<Header sort={props.sort} onSort={props.onSort} n={rows.length} />
			<div class="table-body" ref={place} tabIndex={0} onKeyDown={onKey}>
				<div class="table-all" style={{ height: rows.length * ROW + 'px' }}>
					{Array.from({ length: Math.max(0, beyond - first) }, (_, k) => {
						const at = first + k, name = rows[at]!;
						return (
							<div class={'row' + (name === props.chosen ? ' chosen' : '') + (at === cursor ? ' cursor' : '')}
								key={name} role="row" style={{ top: at * ROW + 'px' }} onClick={() => props.onPick(name)}
								title={brief(names.text[name]!) + (names.file[name] ? '\n' + brief(names.file[name]!) : '') +
									'\nClick for its callers and callees'}>
								<Cell tree={tree} samples={functions.self[name]!} bar="bar-self" />
								<Cell tree={tree} samples={functions.total[name]!} bar="bar-total" />
								<span class="what">
									<i class="swatch" style={{ background: props.paint.box[props.colours[name]!] }} />
									<bdi class="fn">{brief(names.fn[name] || names.text[name]!)}</bdi>
									<bdi class="quiet where">{brief(where(tree, name))}</bdi>
								</span>
							</div>
						);
					})}
				</div>
			</div>
			{rows.length === 0 && <p class="quiet none">No function here has this in its name or file.</p>}
		</div>
	);
}

/* Enough of the file to tell it: what stands in brackets in the text, or its last parts. */
function where(tree: Tree, name: number): string {
	const { names } = tree, file = names.file[name]!;
	if (file === '')
		return '';
	return file.split('/').slice(-2).join('/') + (names.line[name] ? ':' + names.line[name] : '');
}
