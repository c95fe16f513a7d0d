/* SPDX-License-Identifier: MIT */
/* range: which part of time the timeline shows: the last minute to a year, or from and until as they are typed. */
import { useState } from 'preact/hooks';
import { Menu } from './menu';
import { SPAN_MAX, SPAN_MIN, type Change, type Span, type State } from './state';
import { clock, day, isAgo, parseWhen, range, span, stamp, zoneName } from './when';

const PRESETS: [number, string, string][] = [
	[60, '1 min', 'minute'], [300, '5 min', '5 minutes'], [900, '15 min', '15 minutes'], [3600, '1 h', 'hour'], [6 * 3600, '6 h', '6 hours'],
	[86400, '1 d', 'day'], [7 * 86400, '1 w', 'week'], [30 * 86400, '30 d', '30 days'], [365 * 86400, '1 y', 'year'],
];

const SLACK = 60; /* seconds by which more than is kept may be asked for */

export interface RangeProps {
	state: State;
	window: Span;
	watermark: number;
	oldest: number | null;
	set: (change: Change) => void;
	onPan: (by: number) => void;
	onZoom: (factor: number) => void;
}

export function spanName(seconds: number): string {
	return PRESETS.find(([value]) => value === seconds)?.[1] ?? span(seconds);
}

function Custom({ state, window, watermark, set, close }: RangeProps & { close: () => void }) {
	const typed = (t: number) => (state.end === null ? '' : day(t) + ' ' + clock(t));
	const [from, setFrom] = useState(typed(window[0])), [until, setUntil] = useState(typed(window[1])), [wrong, setWrong] = useState('');
	const go = (e: Event) => {
		e.preventDefault();
		const a = parseWhen(from, watermark), b = until.trim() === '' ? watermark : parseWhen(until, watermark);
		if (a === null || b === null)
			return setWrong('\u201c' + (a === null ? from : until) + '\u201d is no time.');
		if (b <= a)
			return setWrong('The end is not after the beginning.');
		if (b - a > SPAN_MAX)
			return setWrong('That is more than a year.');
		const newest = until.trim() === '' || /^now$/i.test(until.trim());
		setWrong('');
		set({ span: Math.max(SPAN_MIN, Math.round(b - a)), end: newest && isAgo(from) ? null : b, live: false, from: null, until: null });
		close();
	};
	return (
		<form class="custom" onSubmit={go}>
			<label><span>From</span><input name="from" value={from} spellcheck={false} autocomplete="off" onInput={(e) => setFrom(e.currentTarget.value)}
				placeholder={'3h, 14:05, ' + stamp(window[0], 0)} /></label>
			<label><span>Until</span><input name="until" value={until} spellcheck={false} autocomplete="off" placeholder="now"
				onInput={(e) => setUntil(e.currentTarget.value)} /></label>
			{wrong && <p class="wrong" role="alert">{wrong}</p>}
			<p class="quiet">So long ago (10min, 2h, 3d, 1w), a time in {zoneName()}, or with a zone of its own: 2026-11-22T14:05:00Z.</p>
			<button class="main" type="submit">Show</button>
		</form>
	);
}

export function Range(props: RangeProps) {
	const { state, window, watermark, oldest, set } = props, follows = state.end === null, [opened, open] = useState(0);
	const beyond = (length: number) => oldest !== null && watermark - length < oldest - SLACK;
	return (
		<div class="range" role="group" aria-label="Part of time">
			<button class="icon step-back" title="Earlier (Shift [ )" aria-label="Earlier" onClick={() => props.onPan(-1)}>{'\u2039'}</button>
			<Menu kind="range-menu" title="How long the timeline is (w)" onOpen={() => open(opened + 1)}
				label={<span class="range-now">
					<b>{follows ? 'last ' + spanName(state.span) : range(...window)}</b>
					<span class="quiet until">{follows ? 'until ' + stamp(window[1]) : spanName(state.span)}</span>
				</span>}>
				{(close) => <>
					<div class="presets">
						{PRESETS.map(([value, text, title]) => (
							<button key={value} title={'The last ' + title + (beyond(value) ? ': more than is kept' : '')} class={beyond(value) ? 'beyond' : ''}
								aria-pressed={follows && state.span === value}
								onClick={() => { set({ span: value, end: null, from: null, until: null }); close(); }}>{text}</button>
						))}
					</div>
					<Custom key={opened} {...props} close={close} />
					<div class="kept-line">
						<span>{oldest !== null && 'Kept since ' + stamp(oldest) + '.'}</span>
						<button class="small" onClick={() => set({ utc: !state.utc })}>{state.utc ? 'Local time' : 'UTC'}</button>
					</div>
				</>}
			</Menu>
			<button class="icon step-on" title="Later (Shift ] )" aria-label="Later" disabled={window[1] >= watermark} onClick={() => props.onPan(1)}>{'\u203a'}</button>
			<button class="icon zoom-out" title="Longer (-)" aria-label="Longer" onClick={() => props.onZoom(2)}>{'\u2212'}</button>
			<button class="icon zoom-in" title="Shorter (+)" aria-label="Shorter" onClick={() => props.onZoom(0.5)}>+</button>
			{state.end !== null && <button class="small now" title="As new as there is (r)" onClick={() => set({ end: null, from: null, until: null })}>Now</button>}
		</div>
	);
}
