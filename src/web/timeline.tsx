/* SPDX-License-Identifier: MIT */
/* timeline: CPU of what is chosen over time, stacked; an interval is dragged on it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Timeline } from './api';
import { lineColours, mix, otherLine, paints } from './colour';
import { clean, clock, digits, span } from './text';

const HEIGHT = 128, DRAWN = 10, AXIS = 54;

export interface TimelineProps {
	data: Timeline | null;
	by: 'service' | 'pid';
	colours: Map<string, string>; /* of services */
	mode: string;
	window: [number, number];
	interval: [number, number] | null; /* what was dragged */
	step: number;
	dark: boolean;
	onInterval: (interval: [number, number] | null) => void;
}

interface Layer {
	label: string;
	colour: string;
	own: (number | null)[];
	sum: (number | null)[];
}

function weight(v: (number | null)[]): number {
	return v.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/* The largest ones, and one for the others, each on top of the one before. */
function layers(data: Timeline, by: 'service' | 'pid', colours: Map<string, string>): Layer[] {
	const series = data.series.map((s) => ({ label: String(s.labels[by] ?? ''), own: s.v, weight: weight(s.v) }))
		.sort((a, b) => b.weight - a.weight || (a.label < b.label ? -1 : 1));
	const shown = series.slice(0, series.length > DRAWN + 1 ? DRAWN : series.length), rest = series.slice(shown.length);
	const found: Layer[] = shown.map((s) => ({
		label: by === 'pid' ? 'pid ' + clean(s.label) : clean(s.label) || '(no name)', colour: colours.get(s.label) ?? otherLine,
		own: s.own, sum: [],
	}));
	if (rest.length > 0)
		found.push({ label: rest.length + ' others', colour: otherLine, own: rest.reduce<(number | null)[]>(
			(sum, s) => plus(sum, s.own), []), sum: [] });
	let below: (number | null)[] = [];
	for (const layer of found)
		below = layer.sum = plus(below, layer.own);
	return found;
}

function plus(a: (number | null)[], b: (number | null)[]): (number | null)[] {
	return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
		const p = a[i] ?? null, q = b[i] ?? null;
		return p === null ? q : q === null ? p : p + q;
	});
}

/* A slice is as wide as it is: its value stands until the next one begins, the last one until its own end. */
function times(data: Timeline, n: number): number[] {
	return Array.from({ length: n + 1 }, (_, i) => data.from + i * data.step);
}

function closed(v: (number | null)[]): (number | null)[] {
	return [...v, v.length > 0 ? v[v.length - 1]! : null];
}

function axes(dark: boolean): uPlot.Axis[] {
	const grid = { stroke: dark ? '#2a2a31' : '#ececf1', width: 1 };
	const common = { stroke: dark ? '#a0a0ab' : '#5c5c66', font: '11px ' + fontFamily, grid, ticks: { show: false } };
	return [
		{ ...common, size: 24, gap: 6, space: 80, values: (_u, splits) => splits.map((t) => clock(t).replace(/:00$/, '')) },
		{ ...common, size: AXIS, gap: 6, space: 28, values: (_u, splits) => splits.map(axisNumber) },
	];
}

const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

function axisNumber(value: number): string {
	return String(Math.round(value * 1e6) / 1e6);
}

function options(props: TimelineProps, width: number, found: Layer[], onCursor: (at: number | null) => void,
	onSelect: (u: uPlot) => void, onReady: (u: uPlot) => void): uPlot.Options {
	const page = (props.dark ? paints.dark : paints.light).page.slice(1);
	const stepped = uPlot.paths.stepped!({ align: 1 });
	return {
		width, height: HEIGHT, padding: [8, 30, 0, 0], legend: { show: false },
		scales: { x: { time: true, range: () => props.window }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
		axes: axes(props.dark),
		cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 3 },
			bind: { dblclick: () => null } },
		/* the tallest first: what stands before it is painted over it */
		series: [{}, ...[...found].reverse().map((layer) => ({ stroke: layer.colour, fill: mix(layer.colour.slice(1), page, 0.5), width: 1,
			paths: stepped, points: { show: false } }))],
		hooks: {
			ready: [onReady],
			setSelect: [onSelect],
			setCursor: [(u) => onCursor(u.cursor.idx ?? null)],
		},
	};
}

export function TimelineView(props: TimelineProps) {
	const place = useRef<HTMLDivElement>(null), plot = useRef<uPlot | null>(null), latest = useRef(props);
	const [at, setAt] = useState<number | null>(null), [width, setWidth] = useState(0);
	const { interval } = props, dragging = useRef(false), [, turn] = useState(0);
	const fresh = useMemo(() => (props.data ? layers(props.data, props.by, props.by === 'service' ? props.colours :
		lineColours(props.data.series.map((s) => String(s.labels.pid ?? '')))) : []),
		[props.data, props.by, props.colours]);
	/* What comes while somebody drags is drawn afterwards: the ground must not move under the pointer. */
	const held = useRef({ found: fresh, data: props.data, window: props.window });
	if (!dragging.current)
		held.current = { found: fresh, data: props.data, window: props.window };
	const { found, data, window: shown } = held.current;
	latest.current = { ...props, window: shown };

	useEffect(() => {
		const release = () => {
			if (dragging.current)
				turn((n) => n + 1);
			dragging.current = false;
		};
		document.addEventListener('mouseup', release);
		return () => document.removeEventListener('mouseup', release);
	}, []);
	useEffect(() => {
		const seen = new ResizeObserver(() => setWidth(place.current?.clientWidth ?? 0));
		seen.observe(place.current!);
		return () => seen.disconnect();
	}, []);
	useEffect(() => {
		if (!data || width === 0)
			return;
		const select = (u: uPlot) => {
			const { left, width: wide } = u.select;
			if (wide < 3)
				return markInterval(u, latest.current.interval);
			const { step, window: limits } = latest.current;
			const from = Math.max(limits[0], Math.floor(u.posToVal(left, 'x') / step) * step);
			const until = Math.min(limits[1], Math.max(from + step, Math.ceil(u.posToVal(left + wide, 'x') / step) * step));
			latest.current.onInterval([from, until]);
		};
		const columns = [...found].reverse().map((layer) => closed(layer.sum));
		const u = new uPlot(options(latest.current, width, found, setAt, select,
			(ready) => markInterval(ready, latest.current.interval)),
			[times(data, found[0]?.own.length ?? 0), ...columns], place.current!);
		u.over.addEventListener('mousedown', () => { dragging.current = true; });
		u.over.addEventListener('dblclick', () => latest.current.onInterval(null));
		u.over.addEventListener('click', () => markInterval(u, latest.current.interval));
		plot.current = u;
		return () => {
			u.destroy();
			plot.current = null;
		};
	}, [found, width, props.dark, shown[0], shown[1]]);
	useEffect(() => {
		if (plot.current)
			markInterval(plot.current, interval);
	}, [interval?.[0], interval?.[1]]);
	return (
		<section class="timeline" aria-label="Timeline">
			<Head {...props} data={data} found={found} at={at} />
			<div class="plot" ref={place} />
		</section>
	);
}

function markInterval(u: uPlot, interval: [number, number] | null): void {
	if (!interval)
		return u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
	const wide = u.over.clientWidth, limit = (px: number) => Math.max(0, Math.min(wide, px));
	const left = limit(u.valToPos(interval[0], 'x')), right = limit(u.valToPos(interval[1], 'x'));
	u.setSelect({ left, top: 0, width: Math.max(1, right - left), height: u.over.clientHeight }, false);
}

const what: Record<string, string> = { cpu: 'CPU, cores', wall: 'Wall clock, threads', gil: 'Interpreter lock held, cores' };

function Head(props: TimelineProps & { found: Layer[]; at: number | null }) {
	const { found, at, data, interval } = props;
	const inside = at !== null && data !== null && at < (found[0]?.own.length ?? 0);
	return (
		<div class="timeline-head">
			<h2>{what[props.mode] ?? props.mode}</h2>
			<div class="keys">
				{found.slice(0, DRAWN + 1).map((layer) => (
					<span class="key" title={layer.label}>
						<i style={{ background: layer.colour }} />
						<bdi>{layer.label}</bdi>
						{inside && <b>{layer.own[at!] === null || layer.own[at!] === undefined ? 'gap' : digits(layer.own[at!]!)}</b>}
					</span>
				))}
			</div>
			<span class="when">
				{inside ? clock(data!.from + at! * data!.step) + ' \u00b7 ' + digits(found[found.length - 1]!.sum[at!] ?? 0) + ' in all' : interval ?
					clock(interval[0]) + '\u2013' + clock(interval[1]) + ' (' + span(interval[1] - interval[0]) + ')' :
					'drag to choose an interval'}
			</span>
			{interval && <button class="small" onClick={() => props.onInterval(null)} title="Esc or a double click">Whole</button>}
		</div>
	);
}
