/* SPDX-License-Identifier: MIT */
/* legend: what stands above the picture of time: which picture, of what, and what lies under the pointer. */
import type { Timeline, Heat } from './answers';
import type { Place } from './brush';
import { cellAt, cellSpan, HeatLegend } from './heat';
import { DRAWN, type Layer } from './layers';
import { functionOf, POINTS, splitBy, stepFor } from './questions';
import type { State } from './state';
import { amountOf, brief, clean, count, percent } from './text';
import type { TimelineProps } from './timeline';
import { clock, range, span, stamp } from './when';

/* Cells are shorter than a second. */
export function precise(t: number): string {
	return clock(t) + (t % 1).toFixed(1).slice(1);
}

const what: Record<string, string> = { cpu: 'CPU, cores', wall: 'Wall clock, threads', gil: 'Interpreter lock held, cores' };

/* A function's timeline can be one of shares. */
export function inShares(state: State): boolean {
	return splitBy(state) === 'function' && state.unit === 'share';
}

/* What is kept of older times is coarser than what was asked for. */
function coarser({ data, heat, state, window, step }: HeadProps): string {
	if (state.chart === 'heat')
		return heat && heat.column > step ? 'columns of ' + span(heat.column) : '';
	return data && data.step > stepFor(window[1] - window[0], step, POINTS) ? 'snapped to ' + span(data.step) : '';
}

export type HeadProps = TimelineProps & {
	data: Timeline | null;
	heat: Heat | null;
	found: Layer[];
	under: number | null; /* the time under the pointer */
	cursor: Place | null;
	cell: [number, number] | null; /* where the keys are, on the heat map */
};

function splitName(by: string, state: State): string {
	return by === 'function' ? 'of ' + brief(clean(functionOf(state)), 40) : 'by ' + brief(clean(by.replace(/^label\./, '')), 40);
}

export function Head(props: HeadProps) {
	const { state, data, heat, interval, set } = props, isHeat = state.chart === 'heat', part = isHeat ? heat?.coverage : data?.coverage;
	return (
		<div class="timeline-head">
			<h2>{isHeat ? 'Looks running' : inShares(state) ? 'Share' : what[state.mode] ?? state.mode}</h2>
			<div class="switch" role="group" aria-label="Picture of time">
				<button class="small" aria-pressed={!isHeat} title="Over time (h)" onClick={() => set({ chart: 'line' })}>Timeline</button>
				<button class="small" aria-pressed={isHeat} title="When within each slice: patterns of seconds (h)" onClick={() => set({ chart: 'heat' })}>Heat map</button>
			</div>
			{!isHeat && <select class="small" aria-label="Split the timeline by" title="One layer for each (b)" value={splitBy(state)}
				onChange={(e) => props.act.split(e.currentTarget.value)}>
				{props.splits.map((by) => <option key={by} value={by}>{splitName(by, state)}</option>)}
			</select>}
			{!isHeat && splitBy(state) === 'function' && <select class="small" aria-label="Unit of the timeline" value={state.unit}
				onChange={(e) => set({ unit: e.currentTarget.value as State['unit'] }, 'replace')}>
				<option value="cores">cores</option>
				<option value="share">share</option>
			</select>}
			{isHeat ? heat && <HeatLegend heat={heat} dark={props.dark} /> : !props.failure && <Legend {...props} />}
			<span class="when">{isHeat ? heatWhen(props) : lineWhen(props)}</span>
			{coarser(props) && <span class="told" title="Older times are kept coarser">{coarser(props)}</span>}
			{part !== null && part !== undefined && part < 0.9995 && <span class={'covered' + (part < 0.95 ? ' warn' : '')}
				title="Where nobody looked it is hatched">{percent(part, 1)} covered</span>}
			{props.annotate && <button class="small" title="Note something at this time (e)" onClick={() => props.onAdd()}>Annotate</button>}
			{props.annotate && interval && <button class="small" title="Keep this interval, whatever retention deletes" onClick={() => props.onAdd(true)}>Pin</button>}
			{interval && <button class="small" aria-label="Whole timeline" title="The whole timeline (Esc, or a double click)"
				onClick={() => props.act.choose(null)}>{'\u00d7'}</button>}
		</div>
	);
}

/* Which point of the timeline lies under the pointer; -1: none. */
function indexAt({ data, found, under }: HeadProps): number {
	const i = data && under !== null ? Math.floor((under - data.from) / data.step) : -1;
	return i >= 0 && i < (found[0]?.own.length ?? 0) ? i : -1;
}

function Legend(props: HeadProps) {
	const at = indexAt(props);
	return (
		<div class="keys">
			{props.found.slice(0, DRAWN + 1).map((layer) => (
				<span class="key" title={brief(layer.label)} key={layer.label}>
					<i style={{ background: layer.colour }} />
					<bdi>{brief(layer.label, 60)}</bdi>
					{at >= 0 && <b>{layer.own[at] === null || layer.own[at] === undefined ? 'gap' : amountOf(layer.own[at]!, inShares(props.state))}</b>}
				</span>
			))}
		</div>
	);
}

function chosen({ interval }: HeadProps): string {
	return interval ? range(...interval) + ' (' + span(interval[1] - interval[0]) + ')' : 'drag to choose an interval';
}

function lineWhen(props: HeadProps): string {
	const at = indexAt(props), { data, found } = props;
	if (at < 0)
		return chosen(props);
	const sum = found[found.length - 1]!.sum[at];
	return stamp(data!.from + at * data!.step) + (data!.step > 10 ? ' +' + span(data!.step) : '') + ' \u00b7 ' +
		(sum === null || sum === undefined ? 'nobody looked' : amountOf(sum, inShares(props.state)) + ' in all');
}

function heatWhen(props: HeadProps): string {
	const { heat, cursor, window, cell } = props, at = heat && cursor ? cellAt(heat, window, cursor) : cell;
	if (!heat || !at || heat.columns.length === 0)
		return chosen(props);
	const column = heat.columns[at[0]], from = cellSpan(heat, at, at)[0];
	return (heat.column / heat.rows < 1 ? precise(from) : stamp(from)) + ' \u00b7 ' + (column ? count(column[at[1]] ?? 0) + ' looks' : 'nobody looked');
}
