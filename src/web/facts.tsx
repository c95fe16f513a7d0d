/* SPDX-License-Identifier: MIT */
/* facts: what the numbers rest on; what a reader should hesitate at stands out. */
import type { About, Diff } from './diff';
import { inSeconds, type Meta, type Tree } from './profile';
import type { Span } from './state';
import { brief, count, digits, percent, plural, seconds, signed } from './text';
import { clock, day, range, span, stamp } from './when';

const KINDS: Record<string, string> = { cpu: 'of CPU', wall: 'of threads\' time', gil: 'with the GIL' };
const MUCH_LOST = 0.05, LITTLE = 0.95, NEAR = 1; /* second */

function Covered({ part }: { part: number | null }) {
	return part === null || part >= 0.9995 ? null :
		<span class={part < LITTLE ? 'warn' : ''} title="How much of the interval there are data of">{percent(part, 1)} covered</span>;
}

/* How what is shown differs from what was asked for. */
export function snapped(asked: Span, from: number | null, until: number | null, step: number | null): string[] {
	const told: string[] = [];
	if (from === null || until === null)
		return told;
	const begins = Math.abs(from - asked[0]) > NEAR, ends = Math.abs(until - asked[1]) > NEAR;
	if (step && (begins || ends) && Math.abs(from - asked[0]) < step && Math.abs(until - asked[1]) < step)
		return ['snapped to ' + span(step)];
	if (begins)
		told.push(from > asked[0] ? 'nothing before ' + stamp(from) : 'begins at ' + stamp(from));
	if (ends)
		told.push(until < asked[1] ? 'data until ' + stamp(until) : 'ends at ' + stamp(until));
	return told;
}

function Lost({ meta }: { meta: Meta }) {
	const lost = Object.entries(meta.lost), sum = lost.reduce((n, [, value]) => n + value, 0);
	const much = sum > MUCH_LOST * (meta.looks + sum);
	return sum === 0 ? null : <span class={much ? 'warn' : ''} title={lost.map(([reason, n]) => reason + ' ' + count(n)).join('\n') +
		'\nLost looks are counted, never guessed.'}>{count(sum)} lost</span>;
}

/* whole: the same before anything was left out. */
export function Facts({ tree, whole, asked }: { tree: Tree; whole: Tree; asked: Span }) {
	const { meta } = tree, { mode } = meta, time = inSeconds(tree, tree.total[0]!);
	const cores = tree === whole && meta.cores !== null ? meta.cores : time !== null && meta.duration ? time / meta.duration : null;
	const told = snapped(asked, meta.from, meta.until, meta.step);
	const parts: (string | false)[] = [
		time !== null ? seconds(time) + ' ' + (KINDS[mode] ?? mode) : count(tree.total[0]!) + ' ' + meta.unit,
		tree !== whole && percent(tree.total[0]!, whole.total[0]!) + ' of all',
		cores !== null && !!meta.duration && digits(cores) + (mode === 'wall' ? ' threads' : ' cores') + ' over ' + span(meta.duration),
		meta.from !== null && meta.until !== null && (meta.until - meta.from > 86400 ? range(meta.from, meta.until) :
			(day(meta.from) === day(Date.now() / 1000) ? '' : day(meta.from) + ' ') + clock(meta.from) + '\u2013' + clock(meta.until)),
		meta.hosts !== null && plural(meta.hosts, 'host'),
		plural(meta.looks, 'look') + (meta.rateAsked ? ' at ' + digits(meta.rateAsked) + ' Hz' : '') +
			(meta.rateReached && meta.rateAsked && meta.rateReached < 0.98 * meta.rateAsked ? ' (' + digits(meta.rateReached) + ' reached)' : ''),
	];
	return (
		<div class="facts">
			{parts.filter((part) => part !== false).map((part) => <span key={part}>{part}</span>)}
			{told.map((text) => <span class="told" key={text} title="Not exactly what was asked for">{text}</span>)}
			<Lost meta={meta} />
			<Covered part={meta.coverage} />
		</div>
	);
}

function Side({ name, about, unit }: { name: string; about: About; unit: string }) {
	return (
		<span class={'side ' + name.toLowerCase()}><b>{name}</b> {digits(about.cores)} {unit}, {plural(about.looks, 'look')}
			{about.hosts !== null && about.hosts > 1 ? ', ' + plural(about.hosts, 'host') : ''}</span>
	);
}

/* A comparison snaps inward: no slice is in it that was not wholly asked for. */
export function DiffFacts({ diff, mode, asked, base }: { diff: Diff; mode: string; asked: Span; base: Span }) {
	const unit = mode === 'wall' ? 'threads' : 'cores';
	const told = [...snapped(base, diff.base.from, diff.base.until, diff.step), ...snapped(asked, diff.comp.from, diff.comp.until, diff.step)];
	const change = diff.comp.cores - diff.base.cores, part = 100 * change / diff.base.cores;
	return <>
		<div class="facts">
			<span>{signed(change)} {unit}{diff.base.cores > 0 ? ' (' + (change < 0 ? '\u2212' : '+') + Math.abs(part).toFixed(1) + ' %)' : ''}</span>
			<Side name="Base" about={diff.base} unit={unit} /><Side name="Now" about={diff.comp} unit={unit} />
			{[...new Set(told)].map((text) => <span class="told" key={text}>{text}</span>)}
			{diff.threshold > 0 && <span title="Less than this is left out on both sides: it is never called new or gone">
				pruned below {percent(diff.threshold, 1)}
			</span>}
			<Covered part={Math.min(diff.base.coverage ?? 1, diff.comp.coverage ?? 1)} />
		</div>
		{!diff.comparable && <div class="strip" role="alert">
			<b>These cannot be compared.</b>
			<span>{brief(diff.note) || 'Rate, native frames or mode changed in between.'}</span>
		</div>}
	</>;
}
