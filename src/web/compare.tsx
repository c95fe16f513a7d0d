/* SPDX-License-Identifier: MIT */
/* compare: choosing what to compare with, and the bar that says what is compared with what. */
import type { Note } from './answers';
import { Menu } from './menu';
import { baseInterval } from './questions';
import { alone, comparing, swapped, type Change, type Label, type Span, type State } from './state';
import { brief, clean } from './text';
import { range, span, stamp } from './when';

const DEPLOYS = 4; /* in the menu: the newest */
const NEAR = 3; /* times the length of the timeline */

const BEFORE: [number, string, string][] = [[0, 'Directly before', 'the same length, ending where this begins'], [86400, '1 day before', 'the same hours yesterday'],
	[7 * 86400, '1 week before', 'the same hours a week ago']];

export interface CompareProps {
	state: State;
	interval: Span;
	window: Span;
	services: string[];
	hosts: string[];
	labels: Map<string, string[]>; /* their values */
	notes: Note[];
	onAround: (note: Note) => void;
	onOpen: () => void; /* values are wanted */
	set: (change: Change) => void;
}

/* An interval of the same length, so long before; 0: directly before. */
export function before([from, until]: Span, away: number): Span {
	const by = away || until - from;
	return [from - by, until - by];
}

/* Comparing means two intervals that stand still; both have to be told. */
export function withBase(state: State, interval: Span, window: Span, base: Span): Change {
	const far = window[1] - base[0], length = window[1] - window[0];
	return { baseFrom: base[0], baseUntil: base[1], from: interval[0], until: interval[1], live: false, end: state.end ?? window[1],
		...(base[0] < window[0] && far <= NEAR * length ? { span: Math.ceil(far + 0.05 * length) } : {}), /* a base beside it is to be seen */
		view: state.view === 'regressions' || state.view === 'hosts' ? 'flame' : state.view, zoom: '' };
}

interface Choice {
	name: string;
	base: string; /* "": the same */
	now: string;
	values: string[];
	pick: (value: string) => Change;
}

function choices({ state, services, hosts, labels }: CompareProps): Choice[] {
	const told = (list: string[]) => list.map((x) => brief(clean(x), 40)).join(', ');
	const found: Choice[] = [
		{ name: 'service', base: state.baseServices[0] ?? '', now: told(state.services), values: services, pick: (v) => ({ baseServices: v ? [v] : [] }) },
		{ name: 'host', base: state.baseHosts[0] ?? '', now: told(state.hosts), values: hosts, pick: (v) => ({ baseHosts: v ? [v] : [] }) },
	];
	for (const [key, values] of labels) {
		const of = (list: Label[]) => list.filter(([k]) => k === key).map(([, v]) => v);
		found.push({ name: key, base: of(state.baseLabels)[0] ?? '', now: told(of(state.labels)), values,
			pick: (v) => ({ baseLabels: [...state.baseLabels.filter(([k]) => k !== key), ...(v ? [[key, v] as Label] : [])] }) });
	}
	return found.filter(({ values, base }) => values.length > 1 || base !== '');
}

/* Another service, host or version on the base's side. */
function Others(props: CompareProps) {
	const { state, interval, window, set } = props, list = choices(props);
	return list.length === 0 ? null : (
		<div class="others">
			<h3>The base is of another</h3>
			{list.map(({ name, base, now, values, pick }) => (
				<label key={name}>
					<span>{clean(name)}</span>
					<select value={base} onChange={(e) => set({ from: interval[0], until: interval[1], live: false, end: state.end ?? window[1], zoom: '',
						...pick(e.currentTarget.value) })}>
						<option value="">{'the same' + (now ? ' (' + brief(now, 30) + ')' : '')}</option>
						{values.map((value) => <option key={value} value={value}>{brief(clean(value), 60) || '(no name)'}</option>)}
					</select>
				</label>
			))}
		</div>
	);
}

export function CompareMenu(props: CompareProps) {
	const { state, interval, window, set } = props;
	return (
		<Menu kind="compare-menu" title="With another interval, service, host or version (p: directly before)" onOpen={props.onOpen} label="Compare">
			{(close) => <>
				{BEFORE.map(([away, name, title]) => (
					<button class="item" key={name} onClick={() => { set(withBase(state, interval, window, before(interval, away))); close(); }}>
						<b>{name}</b><span class="quiet">{title}</span>
					</button>
				))}
				{props.notes.filter((note) => note.at > window[0] && note.at < window[1]).slice(-DEPLOYS).reverse().map((note) => (
					<button class="item around" key={note.id} onClick={() => { props.onAround(note); close(); }}>
						<b>Around <bdi>{brief(note.text, 32) || stamp(note.at)}</bdi></b>
						<span class="quiet">30 minutes before and after {stamp(note.at)}</span>
					</button>
				))}
				<p class="quiet">Or drag one on the timeline with Shift.</p>
				<Others {...props} />
			</>}
		</Menu>
	);
}

function Chip({ kind, name, at, filters }: { kind: 'base' | 'now'; name: string; at: Span; filters: string[] }) {
	return (
		<span class={'chip ' + kind}>
			<b>{name}</b>
			<span class="chip-when">{range(...at)}</span>
			<span class="quiet">{span(at[1] - at[0])}</span>
			{filters.map((text) => <bdi key={text}>{brief(text, 60)}</bdi>)}
		</span>
	);
}

/* What tells the sides apart. */
function told(services: string[], hosts: string[], labels: Label[]): string[] {
	return [...services, ...hosts].map((x) => clean(x) || '(no name)').concat(labels.map(([key, value]) => clean(key + '=' + value)));
}

export function CompareBar(props: CompareProps) {
	const { state, interval, set } = props;
	if (!comparing(state))
		return null;
	const keys = state.baseLabels.map(([key]) => key), twins = state.labels.filter(([key]) => keys.includes(key));
	return (
		<div class="compare-bar" role="group" aria-label="Comparison">
			<Chip kind="base" name="Base" at={baseInterval(state, interval)} filters={told(state.baseServices, state.baseHosts, state.baseLabels)} />
			<button class="small" title="Swap sides (x)" onClick={() => set(swapped(state, interval))}>{'\u21c4'} Swap</button>
			<Chip kind="now" name="Now" at={interval} filters={told(state.baseServices.length > 0 ? state.services : [],
				state.baseHosts.length > 0 ? state.hosts : [], twins)} />
			<span class="gap" />
			<button class="small" title="No comparison (Esc)" onClick={() => set({ ...alone, finding: '' })}>Clear</button>
		</div>
	);
}
