/* SPDX-License-Identifier: MIT */
/* timeline: what is chosen over time, as layers or as a heat map; a part of it is dragged, and one to compare with. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Actions } from './actions';
import type { Heat, Note, Timeline } from './answers';
import type { Failure } from './api';
import type { Place } from './brush';
import { cellAt, cellOf, cellSpan, HeatPicture, HEAT_HEIGHT } from './heat';
import { layers } from './layers';
import { Head, inShares, precise } from './legend';
import type { Band } from './marks';
import { Plot } from './plot';
import { Stage, timeAt } from './stage';
import { functionOf } from './questions';
import type { Change, Span, State, Way } from './state';
import { brief, clean } from './text';
import { range } from './when';

export interface TimelineProps {
	state: State;
	data: Timeline | null;
	dataBy: string; /* what it is split by, whatever the state says meanwhile */
	failure: Failure | null;
	heat: Heat | null;
	heatFailure: Failure | null;
	colours: Map<string, string>; /* of services */
	splits: string[]; /* what it can be split by */
	window: Span;
	interval: Span | null; /* what was dragged */
	base: Span | null;
	step: number;
	notes: Note[];
	annotate: boolean;
	dark: boolean;
	set: (change: Change, way?: Way) => void;
	act: Actions;
	onNote: (note: Note) => void;
	onAdd: (pin?: boolean) => void;
	onCursor: (at: number | null) => void;
}

type Cell = [number, number];

/* What is marked on the heat map by keys: arrows move, Enter begins and ends an interval, with Shift the base. */
function useCells(heat: Heat | null, step: number, choose: (at: Span, exactly: Span) => void, base: (at: Span) => void) {
	const [cell, setCell] = useState<Cell | null>(null), [anchor, setAnchor] = useState<Cell | null>(null);
	const move = ([x, y]: [number, number], on: Heat) => {
		const from = cell ?? [on.columns.length >> 1, on.rows >> 1], limit = (v: number, most: number) => Math.min(most - 1, Math.max(0, v));
		setCell([limit(from[0] + x, on.columns.length), limit(from[1] + y, on.rows)]);
	};
	const mark = (shift: boolean, on: Heat) => {
		if (!cell || !anchor)
			return setAnchor(cell);
		const exactly = cellSpan(on, anchor, cell);
		const at: Span = [Math.floor(exactly[0] / step) * step, Math.ceil(exactly[1] / step - 1e-9) * step];
		setAnchor(null);
		if (shift)
			base(at);
		else
			choose(at, exactly);
	};
	const onKey = (e: KeyboardEvent): boolean => {
		const by = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[e.key];
		if (heat && (e.key === 'Enter' || e.key === ' '))
			mark(e.shiftKey, heat);
		else if (heat && by && !e.shiftKey)
			move(by, heat);
		else
			return false;
		return true;
	};
	return { cell, marked: [anchor, cell].filter((c) => c !== null), onKey };
}

/* Why there is nothing, in the server's own words. */
function Refusal({ failure, state, set }: { failure: Failure | null; state: State; set: TimelineProps['set'] }) {
	const heat = state.chart === 'heat';
	if (failure?.trouble !== 'refused' && failure?.trouble !== 'absent')
		return null;
	return (
		<div class="over">
			<p role="alert">{failure.trouble === 'absent' ? 'This server has no ' + (heat ? 'heat map' : 'timeline') + '.' : brief(clean(failure.message))}</p>
			{heat ? <button class="small" onClick={() => set({ chart: 'line' })}>Timeline</button> :
				state.by !== '' && <button class="small" onClick={() => set({ by: '' })}>By service</button>}
		</div>
	);
}

export function TimelineView(props: TimelineProps) {
	const { state, interval, dataBy: by } = props, isHeat = state.chart === 'heat';
	const [cursor, setCursor] = useState<Place | null>(null), [told, setTold] = useState<{ exactly: Span; at: Span } | null>(null);
	const holding = useRef(false), [, turn] = useState(0);
	const fresh = useMemo(() => (props.data ? layers(props.data, by, by === 'service' ? props.colours : null, by === 'function' ? functionOf(state) : '') : []),
		[props.data, by, props.colours]);
	/* What comes while somebody drags is drawn afterwards: the ground must not move under the pointer. */
	const held = useRef({ found: fresh, data: props.data, window: props.window, heat: props.heat });
	if (!holding.current)
		held.current = { found: fresh, data: props.data, window: props.window, heat: props.heat };
	const { found, data, window, heat } = held.current;

	const choose = (at: Span | null, exactly?: Span) => {
		setTold(at && exactly && isHeat ? { exactly, at } : null);
		props.act.choose(at);
	};
	const cells = useCells(isHeat ? heat : null, props.step, choose, (at) => props.act.compareWith(at));
	const still = told && interval && told.at[0] === interval[0] && told.at[1] === interval[1] ? told.exactly : null;
	const marked: Cell[] = still && heat ? [cellOf(heat, still[0]), cellOf(heat, still[1] - heat.column / heat.rows / 2)] : [];
	const bands: Band[] = [];
	if (props.base)
		bands.push({ kind: 'base', at: props.base, text: 'base' });
	if (interval)
		bands.push({ kind: 'now', at: interval, ...(props.base ? { text: 'now' } : {}) });
	const under = cursor ? timeAt(window, cursor.x) : null;
	return (
		<section class="timeline" aria-label="Timeline">
			<Head {...props} data={data} heat={heat} found={found} under={under} cursor={cursor} cell={cells.cell} />
			<Stage kind={state.chart} label={isHeat ? 'Heat map: arrows move, Enter begins and ends an interval' : 'Timeline: arrows move, with Shift they choose'}
				window={window} step={props.step} interval={interval} bands={bands} notes={props.notes} cursor={cursor}
				onCursor={(place) => { setCursor(place); props.onCursor(place ? timeAt(window, place.x) : null); }}
				onHold={(busy) => { if (busy !== holding.current) { holding.current = busy; turn((n) => n + 1); } }}
				onInterval={choose} onBase={(at) => props.act.compareWith(at)} onPan={(by) => props.act.pan(by)} onZoom={(factor, at) => props.act.zoom(factor, at)}
				onNote={props.onNote} onSpan={(at) => props.act.show([at])} onKey={cells.onKey}
				{...(isHeat && heat ? { exact: (a: Place, b: Place) => cellSpan(heat, cellAt(heat, window, a), cellAt(heat, window, b)) } : {})}>
				{isHeat ? (heat ? <HeatPicture heat={heat} window={window} dark={props.dark} zone={state.utc}
					cells={[...cells.marked, ...marked]} /> : <div class="heat" style={{ height: HEAT_HEIGHT + 'px' }} />) :
					<Plot data={data} found={found} window={window} dark={props.dark} zone={state.utc} percent={inShares(state)} />}
				{!isHeat && data?.series.length === 0 && <div class="over quiet"><span>Nothing that was looked at fits these filters.</span></div>}
				<Refusal failure={isHeat ? props.heatFailure : props.failure} state={state} set={props.set} />
			</Stage>
			{still && interval && (still[0] > interval[0] || still[1] < interval[1]) && <p class="snapped" role="status">
				Cells {precise(still[0])}{'\u2013'}{precise(still[1])}, snapped to whole slices: {range(...interval)}
			</p>}
		</section>
	);
}
