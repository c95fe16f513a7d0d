/* SPDX-License-Identifier: MIT */
/* toolbar: the switches above the picture, the search, and the way to what is zoomed to. */
import type { ComponentChildren } from 'preact';
import { Menu } from './menu';
import { diffAddress, profileAddress } from './questions';
import { Refine } from './refine';
import type { Found } from './search';
import { matcher } from './search';
import { chain, type Tree } from './profile';
import { comparing, type Change, type Span, type State, type View, type Way } from './state';
import { brief, percent, plural } from './text';
import { coresOf, looksOf } from './tip';

type Set = (change: Change, way?: Way) => void;

const FORMATS = [
	['html', 'Flame graph (HTML)', 'with table and search in one file, to be mailed'],
	['svg', 'Flame graph (SVG)', 'a picture that zooms and searches by itself'],
	['csv', 'Table (CSV)', 'functions with self and total'],
	['pprof', 'pprof', 'for go tool pprof, Parca, Pyroscope'],
	['speedscope', 'speedscope', 'for speedscope.app'],
	['folded', 'Folded stacks', 'for flamegraph.pl, inferno'],
	['pstats', 'pstats', 'for python -m pstats, snakeviz'],
	['callgrind', 'callgrind', 'for KCachegrind'],
	['json', 'JSON', 'what this page draws'],
] as const;
const OF_BOTH = ['svg', 'folded', 'json']; /* what a comparison can be saved as */

export function Switch<T extends string>(props: { label: string; value: T; options: readonly (readonly [T, string, string])[];
	onChange: (value: T) => void }) {
	return (
		<div class="switch" role="group" aria-label={props.label}>
			{props.options.map(([value, text, title]) => (
				<button key={value} aria-pressed={value === props.value} title={title} onClick={() => props.onChange(value)}>{text}</button>
			))}
		</div>
	);
}

export function Choice<T extends string>(props: { label: string; title: string; value: T; options: readonly (readonly [T, string])[];
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

function Downloads({ state, interval }: { state: State; interval: Span }) {
	const both = comparing(state);
	const address = (format: string) => (both ? diffAddress(state, interval) + '&format=' + format : profileAddress(state, interval, format));
	return (
		<Menu kind="downloads" title="What is shown, as a file" label="Download">
			{(close) => FORMATS.filter(([format]) => !both || OF_BOTH.includes(format)).map(([format, name, title]) => (
				<a key={format} href={address(format)} download data-format={format} onClick={close}>
					<b>{name}</b>
					<span class="quiet">{title}</span>
				</a>
			))}
		</Menu>
	);
}

export interface ToolbarProps {
	state: State;
	tree: Tree | null;
	found: Found | null;
	interval: Span;
	hosts: number | null; /* in trouble; null: there is no view of them */
	compare: ComponentChildren;
	set: Set;
	onNext: (step: number) => void;
}

function views(state: State, hosts: number | null): [View, string, string][] {
	const both = comparing(state) && state.view !== 'regressions';
	const list: [View, string, string][] = [
		['flame', 'Flame graph', 'Where the time goes, as boxes (f)'],
		both ? ['table', 'Changes', 'Functions by how much they changed (t)'] : ['table', 'Top', 'Functions by what they used (t)'],
		['sandwich', 'Sandwich', 'Callers and callees of one function (s)'],
		['regressions', 'Regressions', 'Which functions changed, and when (Shift R)'],
	];
	if (hosts !== null)
		list.push(['hosts', hosts > 0 ? 'Hosts \u00b7 ' + hosts + ' \u26a0' : 'Hosts', 'Where the data come from (Shift H)' +
			(hosts > 0 ? ': ' + plural(hosts, 'host') + ' in trouble' : '')]);
	return list;
}

export function Toolbar({ state, tree, found, interval, hosts, compare, set, onNext }: ToolbarProps) {
	const picture = state.view !== 'regressions' && state.view !== 'hosts';
	return (
		<div class={'toolbar' + (picture ? '' : ' plain')}>
			<Switch label="View" value={state.view} onChange={(view) => set({ view })} options={views(state, hosts)} />
			{picture && <>
				<Switch label="Mode" value={state.mode} onChange={(mode) => set({ mode })} options={[
					['cpu', 'CPU', 'Time on a CPU (m)'],
					['wall', 'Wall', 'All time, waiting too (m)'],
					['gil', 'GIL', 'Time with the interpreter lock (m)'],
				]} />
				<Choice label="by" title="What is one box (g)" value={state.merge} onChange={(merge) => set({ merge, zoom: '' })}
					options={[['function', 'function'], ['line', 'line'], ['module', 'module']]} />
				{!comparing(state) && <button class="toggle" aria-pressed={state.threads} title="Each thread apart (a)"
					onClick={() => set({ threads: !state.threads, zoom: '' })}>Threads</button>}
				<Refine state={state} set={set} />
				{compare}
			</>}
			{state.view !== 'hosts' && <Search state={state} tree={picture ? tree : null} found={found} set={set} onNext={onNext} />}
			{picture && <Downloads state={state} interval={interval} />}
		</div>
	);
}

export function Search({ state, tree, found, set, onNext }: Pick<ToolbarProps, 'state' | 'tree' | 'found' | 'set' | 'onNext'>) {
	const wrong = matcher(state.q).wrong;
	const told = state.q === '' ? '' : wrong ? 'no expression' : !found || !tree ? '' : found.boxes === 0 ? 'nothing found' :
		percent(found.sum, tree.total[0]!);
	return (
		<div class={'search' + (told === '' ? '' : ' told') + (wrong || (tree && found?.boxes === 0) ? ' wrong' : '')}>
			<input id="search" type="search" placeholder="Search: text or /regex/" value={state.q} spellcheck={false}
				aria-label="Search" title="/ or Ctrl-F; Enter goes to the next box"
				onInput={(e) => set({ q: e.currentTarget.value }, 'replace')}
				onKeyDown={(e) => {
					if (e.key === 'Enter')
						onNext(e.shiftKey ? -1 : 1);
				}} />
			<span class="found" role="status" title={found && tree && found.boxes > 0 ?
				[plural(found.boxes, 'box', 'boxes'), coresOf(tree, found.sum), looksOf(tree, found.sum)].filter((x) => x !== '').join(' \u00b7 ') : ''}>{told}</span>
		</div>
	);
}

/* How it looks: what the server is not asked for. */
export function Looks({ state, set }: { state: State; set: Set }) {
	return <>
		{!comparing(state) && <Choice label="colour by" title="What a colour means (c)" value={state.colour} onChange={(colour) => set({ colour }, 'replace')}
			options={[['module', 'module'], ['language', 'language'], ['hash', 'function']]} />}
		<button class="toggle" title="Turn it upside down (i)" onClick={() => set({ up: !state.up }, 'replace')}>{state.up ? 'Icicle' : 'Flame'}</button>
	</>;
}

/* How two sides are compared: in shares, or in cores; of what a box is as wide. */
export function Sides({ state, set, width, value }: { state: State; set: Set; width?: boolean; value?: boolean }) {
	return <>
		{value && <Choice label="of" title="In the function itself, or with what it calls" value={state.value} onChange={(v) => set({ value: v }, 'replace')}
			options={[['self', 'self'], ['total', 'total']]} />}
		{width && <Choice label="width" title="What makes a box wide: with both, what is only in the base is to be seen too" value={state.width}
			onChange={(v) => set({ width: v, zoom: '' }, 'replace')} options={[['both', 'both'], ['now', 'now'], ['base', 'base']]} />}
		<Switch label="Unit" value={state.cores ? 'cores' : 'share'} onChange={(v) => set({ cores: v === 'cores' }, 'replace')} options={[
			['share', 'Shares', 'Of its own side: when one function grows, the others shrink'],
			['cores', 'Cores', 'CPUs kept busy: a uniform slowdown shows only here'],
		]} />
	</>;
}

export function Crumbs({ tree, node, onZoom }: { tree: Tree; node: number; onZoom: (node: number) => void }) {
	const nodes = chain(tree, node), skip = Math.max(0, nodes.length - 6);
	if (node === 0)
		return <div class="crumbs quiet"><span class="hint">Click a box to zoom, double-click for its callers and callees.</span></div>;
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
