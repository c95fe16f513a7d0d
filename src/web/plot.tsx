/* SPDX-License-Identifier: MIT */
/* plot: layers over time as a drawing. It only draws: hands and marks are those of the stage around it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Timeline } from './answers';
import { mix, paints } from './colour';
import { gaps, type Layer } from './layers';
import type { Span } from './state';
import { axisSplits, axisTimes } from './when';

export const HEIGHT = 128, LEFT = 54, RIGHT = 30, TOP = 8, BOTTOM = 24; /* the same in style.css, .stage */
const MARK = 84; /* px between two times */
export const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

export interface PlotProps {
	data: Timeline | null;
	found: Layer[];
	window: Span;
	dark: boolean;
	zone: boolean;
	percent?: boolean;
	height?: number;
}

/* A slice is as wide as it is: its value stands until the next one begins, the last one until its own end. */
function times(data: Timeline, n: number): number[] {
	return Array.from({ length: n + 1 }, (_, i) => data.from + i * data.step);
}

function closed(v: (number | null)[]): (number | null)[] {
	return [...v, v.length > 0 ? v[v.length - 1]! : null];
}

/* Lines across, for where nobody looked: not the same as nothing. */
export function hatch(pen: CanvasRenderingContext2D, dark: boolean): CanvasPattern {
	const tile = document.createElement('canvas'), size = Math.round(7 * (window.devicePixelRatio || 1));
	tile.width = tile.height = size;
	const own = tile.getContext('2d')!;
	own.strokeStyle = dark ? '#6a6a76' : '#b4b4be';
	own.lineWidth = Math.max(1, size / 7);
	for (const shift of [-size, 0, size]) {
		own.moveTo(shift, size);
		own.lineTo(shift + size, 0);
	}
	own.stroke();
	return pen.createPattern(tile, 'repeat')!;
}

function drawGaps(u: uPlot, data: Timeline, dark: boolean): void {
	const pen = u.ctx, { left, top, width, height } = u.bbox, limit = (x: number) => Math.max(left, Math.min(left + width, x));
	const pattern = hatch(pen, dark);
	pen.save();
	for (const [from, until] of gaps(data)) {
		const a = limit(u.valToPos(from, 'x', true)), b = limit(u.valToPos(until, 'x', true));
		pen.fillStyle = dark ? '#24242a' : '#f3f3f6';
		pen.fillRect(a, top, b - a, height);
		pen.fillStyle = pattern;
		pen.fillRect(a, top, b - a, height);
	}
	pen.restore();
}

function axes(window: Span, width: number, dark: boolean, percent: boolean): uPlot.Axis[] {
	const grid = { stroke: dark ? '#2a2a31' : '#ececf1', width: 1 };
	const common = { stroke: dark ? '#a0a0ab' : '#5c5c66', font: '11px ' + fontFamily, grid, ticks: { show: false } };
	const { at, step } = axisSplits(window[0], window[1], (width - LEFT - RIGHT) / MARK);
	return [
		{ ...common, size: BOTTOM, gap: 6, splits: () => at, values: () => axisTimes(at, step) },
		{ ...common, size: LEFT, gap: 6, space: 28, values: (_u, splits) => splits.map((v) => (percent ? axisNumber(100 * v) + ' %' : axisNumber(v))) },
	];
}

function axisNumber(value: number): string {
	return String(Math.round(value * 1e6) / 1e6);
}

function options(props: PlotProps, width: number): uPlot.Options {
	const { data, found, dark, window } = props, page = (dark ? paints.dark : paints.light).page.slice(1);
	const stepped = uPlot.paths.stepped!({ align: 1 });
	return {
		width, height: props.height ?? HEIGHT, padding: [TOP, RIGHT, 0, 0], legend: { show: false }, cursor: { show: false },
		scales: { x: { time: true, range: () => window }, y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
		axes: axes(window, width, dark, props.percent ?? false),
		/* the tallest first: what stands before it is painted over it */
		series: [{}, ...[...found].reverse().map((layer) => ({ stroke: layer.colour, fill: mix(layer.colour.slice(1), page, 0.5), width: 1,
			paths: stepped, points: { show: false } }))],
		hooks: { drawAxes: [(u) => data && drawGaps(u, data, dark)] },
	};
}

export function Plot(props: PlotProps) {
	const place = useRef<HTMLDivElement>(null), [width, setWidth] = useState(0);
	const { data, found, window } = props;
	useEffect(() => {
		const seen = new ResizeObserver(() => setWidth(place.current?.clientWidth ?? 0));
		seen.observe(place.current!);
		return () => seen.disconnect();
	}, []);
	useEffect(() => {
		if (!data || width === 0)
			return;
		const columns = [...found].reverse().map((layer) => closed(layer.sum));
		const u = new uPlot(options(props, width), [times(data, found[0]?.own.length ?? 0), ...columns], place.current!);
		return () => u.destroy();
	}, [found, width, props.dark, props.zone, window[0], window[1]]);
	return <div class="plot" ref={place} style={{ height: (props.height ?? HEIGHT) + 'px' }} />;
}
