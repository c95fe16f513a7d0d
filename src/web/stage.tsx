/* SPDX-License-Identifier: MIT */
/*
 * stage: where a picture of time stands, the timeline or the heat map: the same hand moves, zooms and chooses on both,
 * and the same marks lie over them. The keys are those of the page when the stage has the focus.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Note } from './answers';
import { Brush, type Place } from './brush';
import { Marks, type Band } from './marks';
import type { Span } from './state';

export interface StageProps {
	kind: string;
	label: string;
	window: Span;
	step: number; /* what is chosen lies on multiples of this */
	interval: Span | null;
	bands: Band[];
	notes: Note[];
	cursor: Place | null;
	exact?: (from: Place, to: Place) => Span; /* what a drag means; otherwise its left and its right */
	children: ComponentChildren;
	onCursor: (place: Place | null) => void;
	onHold: (busy: boolean) => void;
	onInterval: (interval: Span | null, exactly?: Span) => void;
	onBase: (interval: Span, exactly?: Span) => void;
	onPan: (by: number) => void;
	onZoom: (factor: number, at: number) => void;
	onNote: (note: Note) => void;
	onSpan: (at: Span) => void;
	onKey?: (event: KeyboardEvent) => boolean;
}

/* Outward; what is beyond an edge by less than the slack (a pixel) was meant to be on it. */
export function snap([from, until]: Span, step: number, limits: Span, slack = 0): Span {
	const little = slack / step + 1e-9, a = Math.max(limits[0], Math.floor(from / step + little) * step);
	return [a, Math.min(limits[1], Math.max(a + step, Math.ceil(until / step - little) * step))];
}

export function timeAt(window: Span, x: number): number {
	return window[0] + x * (window[1] - window[0]);
}

export function Stage(props: StageProps) {
	const place = useRef<HTMLDivElement>(null), latest = useRef(props);
	const [drag, setDrag] = useState<Band | null>(null);
	const brush = useRef<Brush | null>(null);
	latest.current = props;
	const exactly = (from: Place, to: Place): Span => {
		const { window, exact } = latest.current;
		return exact ? exact(from, to) : [timeAt(window, Math.min(from.x, to.x)), timeAt(window, Math.max(from.x, to.x))];
	};
	const meant = (from: Place, to: Place): Span => {
		const { window, step, exact } = latest.current, pixel = (window[1] - window[0]) / Math.max(1, place.current!.clientWidth);
		return snap(exactly(from, to), step, window, exact ? 0 : Math.min(pixel, step / 4));
	};
	useEffect(() => {
		const hold = () => latest.current.onHold(brush.current?.busy ?? false);
		brush.current = new Brush(place.current!, () => ({
			hover: (at) => latest.current.onCursor(at),
			drag: (from, to, base) => {
				hold();
				setDrag({ kind: base ? 'base' : 'now', at: meant(from, to) });
			},
			drop: (from, to, base) => {
				const at = meant(from, to), precise = exactly(from, to);
				setDrag(null);
				hold();
				if (base)
					latest.current.onBase(at, precise);
				else
					latest.current.onInterval(at, precise);
			},
			cancel: () => {
				setDrag(null);
				hold();
			},
			click: hold,
			pan: (by) => latest.current.onPan(by),
			zoom: (factor, at) => latest.current.onZoom(factor, at),
			whole: () => latest.current.onInterval(null),
		}));
	}, []);
	return (
		<div class={'stage ' + props.kind + '-stage'}>
			{props.children}
			<div class="brush" ref={place} tabIndex={0} role="application" aria-label={props.label} onKeyDown={(e) => onKey(e, latest.current)} />
			<Marks window={props.window} bands={drag ? [...props.bands.filter((band) => band.kind !== drag.kind), drag] : props.bands}
				notes={props.notes} cursor={props.cursor?.x ?? null} onNote={props.onNote} onSpan={props.onSpan} />
		</div>
	);
}

/* Arrows move, with Shift they make the interval longer or shorter. */
function onKey(event: KeyboardEvent, props: StageProps): void {
	const side = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
	if (event.ctrlKey || event.metaKey || event.altKey)
		return;
	if (props.onKey?.(event)) {
		/* a matter of the picture */
	} else if (side !== 0 && event.shiftKey) {
		stretch(props, side);
	} else if (side !== 0) {
		props.onPan(side * 0.1);
	} else {
		return;
	}
	event.preventDefault();
	event.stopPropagation();
}

function stretch({ window, step, interval, cursor, onInterval }: StageProps, side: number): void {
	const pace = step * Math.max(1, Math.round((window[1] - window[0]) / step / 60));
	const begin = Math.floor(timeAt(window, cursor?.x ?? 0.5) / step) * step;
	const [from, until] = interval ?? [begin, begin];
	onInterval(snap([from, Math.max(from + step, until + side * pace)], step, window));
}
