/* SPDX-License-Identifier: MIT */
/* zoom: moving the part of time that the timeline shows, never beyond what there is. */
import { SPAN_MAX, type Change, type Span } from './state';

export const SHORTEST = 60;

/* factor > 1: a longer part; what lies at `at` of the width stays where it is. */
export function zoomed([from, until]: Span, factor: number, at: number, watermark: number, follows: boolean): Change {
	const length = until - from, next = Math.round(Math.min(SPAN_MAX, Math.max(Math.min(SHORTEST, length), length * factor)));
	const fixed = from + at * length, end = Math.min(Math.max(watermark, until), Math.round(fixed + (1 - at) * next));
	/* Who looks at the newest, and zooms at it, goes on following it. */
	return { span: next, end: follows && end >= watermark ? null : end, live: false };
}

export function panned([from, until]: Span, by: number, watermark: number): Change {
	const end = Math.round(until + by * (until - from));
	return end >= watermark ? { end: null } : { end: Math.max(end, 1), live: false };
}

/* The part that holds all of these and some more on both sides. */
export function holding(parts: Span[], watermark: number): Change {
	const from = Math.min(...parts.map(([a]) => a)), until = Math.max(...parts.map(([, b]) => b)), room = Math.max(60, 0.15 * (until - from));
	const end = Math.min(watermark, Math.ceil(until + room));
	return { end, span: Math.min(SPAN_MAX, Math.ceil(end - from + room)) };
}
