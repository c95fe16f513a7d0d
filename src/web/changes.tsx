/* SPDX-License-Identifier: MIT */
/* changes: functions by how much they changed, each with the interval of its change: what may be chance is dimmed. */
import { useMemo } from 'preact/hooks';
import { isNoise, type Diff, type Measure, type Row } from './diff';
import { Rows } from './rows';
import { matcher } from './search';
import type { Change, Order, State, Way } from './state';
import { where } from './table';
import { brief, count, digits, percent, points, signed } from './text';

const HIGH = 26;

export interface ChangesProps {
	state: State;
	diff: Diff;
	set: (change: Change, way?: Way) => void;
	onPick: (row: Row) => void;
}

export function measureOf(row: Row, state: Pick<State, 'value' | 'cores'>): Measure {
	return row[state.value][state.cores ? 'cores' : 'share'];
}

function sorted(diff: Diff, state: State): Row[] {
	const { test } = matcher(state.q), of = (row: Row) => measureOf(row, state);
	const rows = diff.rows.filter((row) => (!test || test(row.fn) || test(row.file)) && (of(row).base > 0 || of(row).comp > 0));
	const byName = (a: Row, b: Row) => (a.fn < b.fn ? -1 : a.fn > b.fn ? 1 : 0);
	const by: Record<Order, (a: Row, b: Row) => number> = {
		name: byName,
		base: (a, b) => of(b).base - of(a).base,
		now: (a, b) => of(b).comp - of(a).comp,
		/* what is certain stands before what may be chance */
		change: (a, b) => Number(isNoise(of(a))) - Number(isNoise(of(b))) || Math.abs(of(b).delta) - Math.abs(of(a).delta),
	};
	return rows.sort((a, b) => by[state.order](a, b) || byName(a, b));
}

/* Amounts as the state wants them: cores, or shares of their side. */
export function shown(value: number, cores: boolean, threshold: number, whole: number): string {
	const share = cores ? (whole > 0 ? value / whole : 0) : value;
	if (value <= 0)
		return threshold > 0 ? '< ' + (cores ? digits(threshold * whole) : percent(threshold, 1)) : '0';
	return threshold > 0 && share < threshold ? '< ' + (cores ? digits(threshold * whole) : percent(threshold, 1)) : cores ? digits(value) : percent(value, 1);
}

/* Wall clock time has none: its looks are of waiting, which goes on and on. */
export function intervalText({ lo, hi }: Pick<Measure, 'lo' | 'hi'>, { cores, mode }: Pick<State, 'cores' | 'mode'>): string {
	const text = (v: number) => (cores ? signed(v) : points(v).replace(/ pts$/, ''));
	if (mode === 'wall' && lo === null)
		return 'none for wall clock';
	return lo === null || hi === null ? 'too short to tell' : '[' + text(lo) + ', ' + text(hi) + ']';
}

/* The interval as a line over a scale that all rows share; the middle is no change. */
export function Whisker({ measure, most }: { measure: Measure; most: number }) {
	const at = (v: number) => 50 + 48 * Math.max(-1, Math.min(1, most > 0 ? v / most : 0));
	const { lo, hi, delta } = measure, kind = lo === null || isNoise(measure) ? 'noise' : delta > 0 ? 'more' : 'less';
	return (
		<span class={'whisker ' + kind} aria-hidden="true">
			{lo !== null && hi !== null && <i class="line" style={{ left: at(lo) + '%', width: Math.max(1, at(hi) - at(lo)) + '%' }} />}
			<i class="dot" style={{ left: at(delta) + '%' }} />
		</span>
	);
}

function Head({ state, n, set }: { state: State; n: number; set: ChangesProps['set'] }) {
	const head = (order: Order, label: string, title: string) => (
		<button class={'head head-' + order + (state.order === order ? ' sorted' : '')} title={title} onClick={() => set({ order }, 'replace')}
			aria-sort={state.order === order ? (order === 'name' ? 'ascending' : 'descending') : 'none'}>{label}</button>
	);
	return (
		<div class="table-head changes-row" role="row">
			{head('base', 'Base', 'What it used before')}
			{head('now', 'Now', 'What it uses now')}
			{head('change', 'Change', 'The largest first; what may be chance last')}
			<span class="head interval-head" title="The change lies in it with a probability of 95 %">95 % interval</span>
			{head('name', 'Function', 'By name')}
			<span class="quiet">{count(n)}</span>
		</div>
	);
}

function ChangeRow({ row, props, most, top, cursor }: { row: Row; props: ChangesProps; most: number; top: string; cursor: boolean }) {
	const { state, diff } = props, m = measureOf(row, state), noise = isNoise(m), unsure = m.lo === null;
	const other = row[state.value][state.cores ? 'share' : 'cores'], { threshold } = diff;
	const kind = noise ? ' noise' : unsure ? ' unsure' : m.delta > 0 ? ' more' : ' less';
	const about = [brief(row.fn), brief(row.file), state.cores ? points(other.delta) : signed(other.delta) + ' cores',
		noise ? 'The interval contains 0: this may be chance' : '', 'Click for its callers and callees'];
	return (
		<div class={'row changes-row' + kind + (cursor ? ' cursor' : '')} role="row" style={{ top }} onClick={() => props.onPick(row)}
			title={about.filter((line) => line !== '').join('\n')}>
			<span class="num">{shown(m.base, state.cores, threshold, diff.base.cores)}</span>
			<span class="num">{shown(m.comp, state.cores, threshold, diff.comp.cores)}</span>
			<span class="num delta">{state.cores ? signed(m.delta) : points(m.delta)}</span>
			<span class="interval">{noise ? <em>noise</em> : null}{intervalText(m, state)}</span>
			<Whisker measure={m} most={most} />
			<span class="what">{(noise || (unsure && state.mode !== 'wall')) && <em class="here">{noise ? 'noise' : 'too short'}</em>}<bdi class="fn">{brief(row.fn)}</bdi><bdi class="quiet where">{brief(where(row.file))}</bdi></span>
		</div>
	);
}

export function Changes(props: ChangesProps) {
	const { state, diff } = props;
	const rows = useMemo(() => sorted(diff, state), [diff, state.q, state.order, state.value, state.cores]);
	const most = useMemo(() => Math.max(1e-9, ...rows.slice(0, 2000).map((row) => measureOf(row, state)).map((m) =>
		(isNoise(m) ? Math.abs(m.delta) : Math.max(Math.abs(m.delta), Math.abs(m.lo ?? 0), Math.abs(m.hi ?? 0))))), [rows]);
	return (
		<div class="table changes" role="table" aria-label="Changes">
			<Head state={state} n={rows.length} set={props.set} />
			<Rows n={rows.length} high={HIGH} version={rows} focus onOpen={(at) => props.onPick(rows[at]!)} row={(at, top, cursor) =>
				<ChangeRow key={rows[at]!.fn + '\0' + rows[at]!.file} row={rows[at]!} props={props} most={most} top={top} cursor={cursor} />} />
			{rows.length === 0 && <p class="quiet none">{state.q ? 'No function here has this in its name or file.' : 'Neither side has anything.'}</p>}
		</div>
	);
}
