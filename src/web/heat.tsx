/* SPDX-License-Identifier: MIT */
/*
 * heat: looks that found something running, a column for each slice or more, from top to bottom the time within it.
 * The cells are one picture of a pixel each, drawn as large as there is room.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Heat } from './answers';
import type { Place } from './brush';
import { BOTTOM, fontFamily, hatch, LEFT, RIGHT, TOP } from './plot';
import type { Span } from './state';
import { count } from './text';
import { axisSplits, axisTimes } from './when';

export const HEAT_HEIGHT = 190;
const RAMP = {
	light: [[247, 247, 249], [254, 224, 168], [250, 158, 87], [222, 73, 76], [140, 22, 74], [60, 9, 54]],
	dark: [[32, 32, 38], [72, 31, 84], [146, 41, 91], [218, 77, 62], [250, 156, 48], [252, 240, 160]],
} as const;

export function rampAt(share: number, dark: boolean): [number, number, number] {
	const ramp = RAMP[dark ? 'dark' : 'light'], at = Math.min(1, Math.max(0, share)) * (ramp.length - 1), i = Math.min(ramp.length - 2, Math.floor(at));
	const mix = (k: 0 | 1 | 2) => Math.round(ramp[i]![k] + (ramp[i + 1]![k] - ramp[i]![k]) * (at - i));
	return [mix(0), mix(1), mix(2)];
}

/* A pixel for each cell; where there is a gap nothing. */
function pixels(heat: Heat, dark: boolean): HTMLCanvasElement {
	const canvas = document.createElement('canvas'), wide = Math.max(1, heat.columns.length);
	canvas.width = wide;
	canvas.height = heat.rows;
	const pen = canvas.getContext('2d')!, image = pen.createImageData(wide, heat.rows), most = Math.max(1, heat.max);
	heat.columns.forEach((column, x) => {
		for (let y = 0; column && y < heat.rows; y++) {
			const rgb = rampAt((column[y] ?? 0) / most, dark);
			image.data.set([...rgb, 255], 4 * (y * wide + x));
		}
	});
	pen.putImageData(image, 0, 0);
	return canvas;
}

/* The cell at a place: which column, which row. */
export function cellAt(heat: Heat, window: Span, place: Place): [number, number] {
	const t = window[0] + place.x * (window[1] - window[0]);
	const clamp = (v: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(v)));
	return [clamp((t - heat.from) / heat.column, heat.columns.length), clamp(place.y * heat.rows, heat.rows)];
}

export function cellOf(heat: Heat, t: number): [number, number] {
	const x = Math.floor((t - heat.from) / heat.column), y = Math.floor(((t - heat.from) / heat.column - x) * heat.rows + 1e-6);
	return [x, Math.min(heat.rows - 1, y)];
}

export function cellTime(heat: Heat, [x, y]: [number, number]): number {
	return heat.from + x * heat.column + (y / heat.rows) * heat.column;
}

/* From the earlier of two cells to the end of the later one. */
export function cellSpan(heat: Heat, a: [number, number], b: [number, number]): Span {
	const times = [cellTime(heat, a), cellTime(heat, b)].sort((p, q) => p - q);
	return [times[0]!, times[1]! + heat.column / heat.rows];
}

function drawCells(pen: CanvasRenderingContext2D, heat: Heat, window: Span, wide: number, high: number, dark: boolean): void {
	const k = wide / (window[1] - window[0]), left = (t: number) => LEFT + (t - window[0]) * k;
	pen.save();
	pen.beginPath();
	pen.rect(LEFT, TOP, wide, high);
	pen.clip();
	pen.fillStyle = hatch(pen, dark);
	pen.fillRect(LEFT, TOP, wide, high);
	pen.imageSmoothingEnabled = false;
	pen.drawImage(pixels(heat, dark), left(heat.from), TOP, heat.columns.length * heat.column * k, high);
	pen.restore();
}

function drawAxes(pen: CanvasRenderingContext2D, heat: Heat, window: Span, wide: number, high: number, dark: boolean): void {
	const { at, step } = axisSplits(window[0], window[1], wide / 84), names = axisTimes(at, step);
	pen.font = '11px ' + fontFamily;
	pen.fillStyle = dark ? '#a0a0ab' : '#5c5c66';
	pen.textAlign = 'center';
	at.forEach((t, i) => pen.fillText(names[i]!, LEFT + ((t - window[0]) / (window[1] - window[0])) * wide, TOP + high + 17));
	pen.textAlign = 'right';
	for (const part of [0, 0.5, 1])
		pen.fillText(shortTime(heat.column * part), LEFT - 7, TOP + part * high + (part === 0 ? 9 : part === 1 ? 0 : 4));
}

export function shortTime(seconds: number): string {
	const round = (v: number) => String(Math.round(v * 10) / 10);
	return seconds >= 7200 ? round(seconds / 3600) + ' h' : seconds >= 120 ? round(seconds / 60) + ' min' : round(seconds) + ' s';
}

export function HeatPicture({ heat, window, dark, zone, cells }:
	{ heat: Heat; window: Span; dark: boolean; zone: boolean; cells: [number, number][] }) {
	const canvas = useRef<HTMLCanvasElement>(null), frame = useRef<HTMLDivElement>(null), [width, setWidth] = useState(0);
	useEffect(() => {
		const seen = new ResizeObserver(() => setWidth(frame.current?.clientWidth ?? 0));
		seen.observe(frame.current!);
		return () => seen.disconnect();
	}, []);
	useEffect(() => {
		const to = canvas.current!, ratio = globalThis.devicePixelRatio || 1, wide = width - LEFT - RIGHT, high = HEAT_HEIGHT - TOP - BOTTOM;
		if (wide <= 0)
			return;
		to.width = Math.round(width * ratio);
		to.height = Math.round(HEAT_HEIGHT * ratio);
		const pen = to.getContext('2d')!;
		pen.setTransform(ratio, 0, 0, ratio, 0, 0);
		drawCells(pen, heat, window, wide, high, dark);
		drawAxes(pen, heat, window, wide, high, dark);
	}, [heat, width, dark, zone, window[0], window[1]]);
	return (
		<div class="heat" ref={frame} style={{ height: HEAT_HEIGHT + 'px' }}>
			<canvas ref={canvas} role="img" aria-label="Heat map" style={{ width: '100%', height: HEAT_HEIGHT + 'px' }} />
			<div class="cells">{cells.map(([x, y], i) => <Cell key={i} heat={heat} window={window} x={x} y={y} />)}</div>
		</div>
	);
}

/* The outline of one cell. */
function Cell({ heat, window, x, y }: { heat: Heat; window: Span; x: number; y: number }) {
	const k = 100 / (window[1] - window[0]);
	return <i style={{ left: (heat.from + x * heat.column - window[0]) * k + '%', width: `max(3px, ${heat.column * k}%)`,
		top: (100 * y) / heat.rows + '%', height: 100 / heat.rows + '%' }} />;
}

export function HeatLegend({ heat, dark }: { heat: Heat; dark: boolean }) {
	const colours = useMemo(() => Array.from({ length: 12 }, (_, i) => 'rgb(' + rampAt(i / 11, dark).join() + ')').join(','), [dark]);
	return (
		<span class="legend" title={'How many looks found something running in ' + shortTime(heat.column / heat.rows)}>
			<span>0</span><i style={{ background: 'linear-gradient(90deg,' + colours + ')' }} /><span>{count(heat.max)} looks</span>
		</span>
	);
}
