/* SPDX-License-Identifier: MIT */
/* toolbar: the switches above the picture, the search, the way to what is zoomed to, and what the numbers rest on. */
import { useEffect, useRef } from 'preact/hooks';
import { profileAddress } from './api';
import type { Found } from './search';
import { matcher } from './search';
import { chain, inSeconds, type Tree } from './profile';
import type { Change, State } from './state';
import { brief, clock, count, day, digits, percent, plural, seconds, span } from './text';

const FORMATS = [
	['svg', 'Flame graph (SVG)', 'a picture that zooms and searches by itself'],
	['pprof', 'pprof', 'for go tool pprof, Parca, Pyroscope'],
	['speedscope', 'speedscope', 'for speedscope.app'],
	['folded', 'Folded stacks', 'for flamegraph.pl, inferno'],
	['json', 'JSON', 'what this page draws'],
] as const;

function Switch<T extends string>(props: { label: string; value: T; options: readonly (readonly [T, string, string])[];
	onChange: (value: T) => void }) {
	return (
		<div class="switch" role="group" aria-label={props.label}>
			{props.options.map(([value, text, title]) => (
				<button key={value} aria-pressed={value === props.value} title={title} onClick={() => props.onChange(value)}>{text}</button>
			))}
		</div>
	);
}

function Choice<T extends string>(props: { label: string; title: string; value: T; options: readonly (readonly [T, string])[];
	onChange: (value: T) => void }) {
	return (
		<label class="choice" title={props.title}>
			<span>{props.label}</span>
			<select value={props.value} onChange={(e) => props.onChange(e.currentTarget.value as T)}>
				{props.options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
			</select>
		</label>
	);
}

function Downloads({ state, interval }: { state: State; interval: [number, number] }) {
	const place = useRef<HTMLDetailsElement>(null);
	useEffect(() => {
		const close = (e: Event) => {
			if (place.current && !(e.type === 'click' && place.current.contains(e.target as Node)) &&
				(e.type === 'click' || (e as KeyboardEvent).key === 'Escape'))
				place.current.open = false;
		};
		document.addEventListener('click', close);
		document.addEventListener('keydown', close);
		return () => {
			document.removeEventListener('click', close);
			document.removeEventListener('keydown', close);
		};
	}, []);
	return (
		<details class="menu" ref={place}>
			<summary title="What is shown, as a file">Download</summary>
			<div class="menu-list">
				{FORMATS.map(([format, name, title]) => (
					<a key={format} href={profileAddress(state, interval, format)} download
						data-format={format} onClick={() => { place.current!.open = false; }}>
						<b>{name}</b>
						<span class="quiet">{title}</span>
					</a>
				))}
			</div>
		</details>
	);
}

export interface ToolbarProps {
	state: State;
	tree: Tree | null;
	found: Found | null;
	interval: [number, number];
	set: (change: Change, way?: 'push' | 'replace') => void;
	onNext: (step: number) => void;
}

export function Toolbar({ state, tree, found, interval, set, onNext }: ToolbarProps) {
	return (
		<div class="toolbar">
			<Switch label="View" value={state.view} onChange={(view) => set({ view })} options={[
				['flame', 'Flame graph', 'Where the time goes, as boxes (f)'],
				['table', 'Top', 'Functions by what they used (t)'],
				['sandwich', 'Sandwich', 'Callers and callees of one function (s)'],
			]} />
			<Switch label="Mode" value={state.mode} onChange={(mode) => set({ mode })} options={[
				['cpu', 'CPU', 'Time on a CPU (m)'],
				['wall', 'Wall', 'All time, waiting too (m)'],
				['gil', 'GIL', 'Time with the interpreter lock (m)'],
			]} />
			<Choice label="by" title="What is one box (g)" value={state.merge} onChange={(merge) => set({ merge, zoom: '' })}
				options={[['function', 'function'], ['line', 'line'], ['module', 'module']]} />
			<button class="toggle" aria-pressed={state.threads} title="Each thread apart (a)"
				onClick={() => set({ threads: !state.threads, zoom: '' })}>Threads</button>
			<Search state={state} tree={tree} found={found} set={set} onNext={onNext} />
			<Downloads state={state} interval={interval} />
		</div>
	);
}

function Search({ state, tree, found, set, onNext }: Omit<ToolbarProps, 'interval'>) {
	const wrong = matcher(state.q).wrong;
	const told = state.q === '' ? '' : wrong ? 'no expression' : !found || !tree ? '' : found.boxes === 0 ? 'nothing found' :
		percent(found.sum, tree.total[0]!);
	return (
		<div class={'search' + (told === '' ? '' : ' told') + (wrong || found?.boxes === 0 ? ' wrong' : '')}>
			<input id="search" type="search" placeholder="Search: text or /regex/" value={state.q} spellcheck={false}
				aria-label="Search" title="/ or Ctrl-F; Enter goes to the next box"
				onInput={(e) => set({ q: e.currentTarget.value }, 'replace')}
				onKeyDown={(e) => {
					if (e.key === 'Enter')
						onNext(e.shiftKey ? -1 : 1);
				}} />
			<span class="found" role="status" title={found && found.boxes > 0 ? plural(found.boxes, 'box', 'boxes') : ''}>{told}</span>
		</div>
	);
}

/* How it looks: what the server is not asked for. */
export function Looks({ state, set }: { state: State; set: (change: Change, way?: 'push' | 'replace') => void }) {
	return <>
		<Choice label="colour by" title="What a colour means (c)" value={state.colour} onChange={(colour) => set({ colour }, 'replace')}
			options={[['module', 'module'], ['language', 'language'], ['hash', 'function']]} />
		<button class="toggle" title="Turn it upside down (i)" onClick={() => set({ up: !state.up }, 'replace')}>{state.up ? 'Icicle' : 'Flame'}</button>
	</>;
}

export function Crumbs({ tree, node, onZoom }: { tree: Tree; node: number; onZoom: (node: number) => void }) {
	const nodes = chain(tree, node), skip = Math.max(0, nodes.length - 6);
	if (node === 0)
		return <div class="crumbs quiet">Click a box to zoom, double-click for its callers and callees.</div>;
	return (
		<nav class="crumbs" aria-label="Zoomed to">
			{nodes.map((i, at) => {
				if (at > 0 && at <= skip)
					return null;
				const name = tree.name[i]!, text = tree.names.fn[name] || tree.names.text[name]!;
				return (
					<span class="crumb" key={i}>
						{at > 0 && <i>{skip > 0 && at === skip + 1 ? '\u203a \u2026 \u203a' : '\u203a'}</i>}
						<button title={brief(tree.names.text[name]!)} aria-current={i === node} onClick={() => onZoom(i)}>
							<bdi>{brief(text, 80)}</bdi>
						</button>
					</span>
				);
			})}
		</nav>
	);
}

const KINDS: Record<string, string> = { cpu: 'of CPU', wall: 'of threads\' time', gil: 'with the GIL' };
const MUCH_LOST = 0.05, LITTLE = 0.95;

/* What the numbers rest on; what a reader should hesitate at stands out. */
export function Facts({ tree }: { tree: Tree }) {
	const { meta } = tree, { mode } = meta, time = inSeconds(tree, tree.total[0]!);
	const lost = Object.entries(meta.lost), sum = lost.reduce((n, [, value]) => n + value, 0);
	const much = sum > MUCH_LOST * (meta.looks + sum);
	const parts: (string | false)[] = [
		time !== null ? seconds(time) + ' ' + (KINDS[mode] ?? mode) : count(tree.total[0]!) + ' ' + meta.unit,
		time !== null && !!meta.duration && digits(time / meta.duration) + (mode === 'wall' ? ' threads' : ' cores') + ' over ' + span(meta.duration),
		meta.from !== null && meta.until !== null && (day(meta.from) === day(Date.now() / 1000) ? '' : day(meta.from) + ' ') + clock(meta.from) + '\u2013' + clock(meta.until),
		plural(meta.looks, 'look') + (meta.rateAsked ? ' at ' + digits(meta.rateAsked) + ' Hz' : '') +
			(meta.rateReached && meta.rateAsked && meta.rateReached < 0.98 * meta.rateAsked ? ' (' + digits(meta.rateReached) + ' reached)' : ''),
	];
	return (
		<div class="facts">
			{parts.filter((part) => part !== false).map((part) => <span key={part}>{part}</span>)}
			{sum > 0 && <span class={much ? 'warn' : ''} title={lost.map(([reason, n]) => reason + ' ' + count(n)).join('\n') +
				'\nLost looks are counted, never guessed.'}>{count(sum)} lost</span>}
			{meta.coverage !== null && meta.coverage < 0.9995 && <span class={meta.coverage < LITTLE ? 'warn' : ''}
				title="How much of the interval there are data of">{percent(meta.coverage, 1)} covered</span>}
		</div>
	);
}
