/* SPDX-License-Identifier: MIT */
/* findings: the regressions: which functions changed, when, by how much; one that is chosen is shown over time, and
 * what was before it is compared with what came after. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Note, Timeline } from './answers';
import type { Place } from './brush';
import { lines } from './colour';
import { layers } from './layers';
import { Marks, type Band } from './marks';
import { Plot } from './plot';
import { around, type Finding, type Findings } from './regressions';
import { timeAt } from './stage';
import type { Span, State } from './state';
import { amountOf, brief, clean, count, plural, points, signed } from './text';
import { where } from './table';
import { range, span, stamp } from './when';

const FLAGS: Record<string, string> = {
	saturated: 'The machine or service was at its limit: judged by shares, not by cores',
	recurring: 'The same step was there a day or a week before: perhaps it comes every day',
	uniform: 'All functions slowed down together: perhaps the machine, not the code',
	per_host: 'Not at the same time, or not at all, on every host',
	new: 'It was not there before',
	gone: 'It is not there any more',
};
const HIGH = 118; /* px */
const HOSTS = 12; /* told with their own moments */

function sizeOf({ before, after, share }: Finding): string {
	return share ? points(after - before) : signed(after - before);
}

function size(f: Finding): string {
	const text = (v: number) => (f.share ? points(v).replace(/ pts$/, '') : signed(v));
	return f.least === null || f.most === null ? 'no interval' : '[' + text(f.least) + ', ' + text(f.most) + ']';
}

/* "14:02 ± 1 min", or from when to when. */
function moment({ at, lo, hi }: { at: number; lo: number; hi: number }): string {
	return hi > lo ? range(lo, hi) : stamp(at);
}

function Flags({ flags }: { flags: string[] }) {
	const known = (flag: string) => (Object.hasOwn(FLAGS, flag) ? flag : '');
	return <span class="flags">{flags.map((flag) => <i key={flag} class={'tag ' + known(flag)} title={FLAGS[known(flag)] ?? ''}>{brief(flag.replace(/_/g, ' '), 30)}</i>)}</span>;
}

function FindingRow({ finding, chosen, onPick }: { finding: Finding; chosen: boolean; onPick: () => void }) {
	const more = finding.after > finding.before;
	return (
		<li class={'finding' + (chosen ? ' chosen' : '') + (more ? ' more' : ' less')}>
			<button aria-pressed={chosen} onClick={onPick}>
				<span class="finding-top">
					<bdi class="fn">{brief(clean(finding.fn)) || '(no name)'}</bdi>
					<b class="finding-size">{sizeOf(finding)}{finding.share ? '' : ' cores'}</b>
				</span>
				<span class="finding-line">
					<bdi class="quiet">{brief(clean(finding.service), 60)}{finding.file ? ' \u00b7 ' + where(finding.file) : ''}</bdi>
					<span class="quiet">{amountOf(finding.before, finding.share)} {'\u2192'} {amountOf(finding.after, finding.share)}</span>
				</span>
				<span class="finding-line">
					<span title={'The moment lies in ' + moment(finding) + ' with a probability of 95 %'}>{stamp(finding.at)}
						{finding.hi > finding.lo && <span class="quiet"> {'\u00b1'} {span((finding.hi - finding.lo) / 2)}</span>}</span>
					<Flags flags={finding.flags} />
				</span>
			</button>
		</li>
	);
}

function Empty({ findings, window }: { findings: Findings; window: Span }) {
	const from = findings.from || window[0], until = findings.until || window[1];
	return (
		<div class="notice">
			<h2>Nothing changed</h2>
			<p>{plural(findings.tested, 'function')} {findings.tested === 1 ? 'was' : 'were'} tested, {range(from, until)}: none shows a change that is more than chance.</p>
			<p>A change is named if it exceeds what chance makes of this many functions, and is at least 1 point or 0.01 cores for three slices.</p>
		</div>
	);
}

export interface FindingsProps {
	state: State;
	findings: Findings | null;
	change: Timeline | null;
	notes: Note[];
	window: Span;
	dark: boolean;
	children: ComponentChildren; /* the comparison of before and after */
	onPick: (finding: Finding | null) => void;
	onOpen: (finding: Finding) => void;
	onNote: (note: Note) => void;
}

/* Of which service, how much, when; and what is under the pointer. */
function Size({ finding, now }: { finding: Finding; now: string }) {
	const { before, after, share } = finding;
	return (
		<span class="quiet">
			<bdi>{brief(clean(finding.service), 80)}</bdi> {'\u00b7'} <b class={after > before ? 'more' : 'less'}>
				{amountOf(before, share)} {'\u2192'} {amountOf(after, share)}{share ? '' : ' cores'}
			</b> {size(finding)} {'\u00b7'} {moment(finding)}{now && ' \u00b7 ' + now}
		</span>
	);
}

function Detail({ finding, props }: { finding: Finding; props: FindingsProps }) {
	const { state, change } = props, part = around(finding, props.findings!.step), [cursor, setCursor] = useState<Place | null>(null);
	const found = useMemo(() => (change ? layers(change, 'function', new Map()).map((layer) => ({ ...layer, colour: lines[0]! })) : []), [change]);
	const bands: Band[] = [];
	if (finding.base)
		bands.push({ kind: 'base', at: finding.base, text: 'before' });
	if (finding.now)
		bands.push({ kind: 'now', at: finding.now, text: 'after' });
	bands.push({ kind: 'moment', at: [finding.lo, Math.max(finding.hi, finding.lo + props.findings!.step / 4)] });
	const t = cursor && change ? timeAt(part, cursor.x) : null, v = t === null ? undefined : found[0]?.own[Math.floor((t - change!.from) / change!.step)];
	const move = (e: PointerEvent) => {
		const edge = (e.currentTarget as HTMLElement).getBoundingClientRect();
		setCursor({ x: Math.min(1, Math.max(0, (e.clientX - edge.left) / edge.width)), y: 0 });
	};
	return (
		<div class="detail">
			<div class="detail-head">
				<div>
					<h3><bdi>{brief(clean(finding.fn))}</bdi></h3>
					<Size finding={finding} now={t === null ? '' : stamp(t) + ': ' + (v === null || v === undefined ? 'nobody looked' : amountOf(v, finding.share))} />
					{finding.hosts.length > 1 && <span class="quiet per-host">
						{finding.hosts.slice(0, HOSTS).map((m) => <span key={m.host}><bdi>{brief(clean(m.host), 40)}</bdi> {stamp(m.at)}</span>)}
					</span>}
				</div>
				<button class="small main" onClick={() => props.onOpen(finding)} title="Flame graph and changes of before and after">Compare</button>
				<button class="small" onClick={() => props.onPick(null)}>Close</button>
			</div>
			<div class="stage">
				<Plot data={change} found={found} window={part} dark={props.dark} zone={state.utc} percent={finding.share} height={HIGH} />
				<div class="brush still" onPointerMove={move} onPointerLeave={() => setCursor(null)} />
				<Marks window={part} bands={bands} notes={props.notes} cursor={cursor?.x ?? null} onNote={props.onNote} />
			</div>
			<div class="detail-picture">{props.children}</div>
		</div>
	);
}

export function FindingsView(props: FindingsProps) {
	const { state, findings } = props, words = state.q.toLowerCase();
	if (!findings)
		return <div class="notice loading" role="status"><p>Comparing every function with itself</p></div>;
	if (findings.items.length === 0)
		return <Empty findings={findings} window={props.window} />;
	const shown = findings.items.filter((f) => [f.fn, f.service, f.file].some((x) => x.toLowerCase().includes(words)));
	const finding = findings.items.find((f) => f.key === state.finding) ?? null;
	return (
		<div class={'findings' + (finding ? ' open' : '')}>
			<div class="findings-list">
				<p class="quiet">{plural(shown.length, 'change')} in {count(findings.tested)} functions, {range(findings.from || props.window[0], findings.until || props.window[1])}.</p>
				<ul>
					{shown.map((f) => <FindingRow key={f.key} finding={f} chosen={f === finding} onPick={() => props.onPick(f === finding ? null : f)} />)}
				</ul>
				{shown.length === 0 && <p class="quiet none">No finding has this in it.</p>}
			</div>
			{finding ? <Detail finding={finding} props={props} /> : <div class="notice detail-none">
				<p>Choose one: it is shown over time, and what was before is compared with what came after.</p>
			</div>}
		</div>
	);
}
