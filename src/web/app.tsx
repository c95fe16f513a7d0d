/* SPDX-License-Identifier: MIT */
/* app: puts the parts together. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { coloursOf, lineColours, paints } from './colour';
import { FlameView, type Flame } from './flame';
import { Help } from './help';
import { onKey, type Desk } from './keys';
import { Loader } from './load';
import { Loading, NoSamples, NoTargets, Notice, Strip, Trouble, Young } from './notice';
import { findPath, pathKey, type Tree } from './profile';
import { Sandwich } from './sandwich';
import { search } from './search';
import { Services, servicesOf } from './services';
import { Store, type Change, type State } from './state';
import { Table } from './table';
import { clean, clock, span } from './text';
import { isDark, startTheme, turnTheme } from './theme';
import { TimelineView } from './timeline';
import { Crumbs, Facts, Looks, Toolbar } from './toolbar';

const SPANS = [60, 300, 900, 3600, 6 * 3600, 86400];

function Range({ state, window, set }: { state: State; window: [number, number] | null; set: (change: Change) => void }) {
	const spans = SPANS.includes(state.span) ? SPANS : [...SPANS, state.span].sort((a, b) => a - b);
	return (
		<div class="range">
			<label class="choice" title="How long the timeline is">
				<span>last</span>
				<select value={state.span} onChange={(e) => set({ span: Number(e.currentTarget.value), from: null, until: null })}>
					{spans.map((value) => <option key={value} value={value}>{span(value)}</option>)}
				</select>
			</label>
			{window && <span class="quiet until">until {clock(window[1])}</span>}
			{state.end !== null && <button class="small" title="As new as there is (r)" onClick={() => set({ end: null, from: null, until: null })}>Now</button>}
		</div>
	);
}

function Header(props: { state: State; host: string; window: [number, number] | null; set: (change: Change) => void; dark: boolean;
	busy: boolean; onLive: () => void; onTheme: () => void; onHelp: () => void; onSide: () => void }) {
	const { state } = props;
	return (
		<header class="top">
			<button class="icon side-button" aria-label="Services" title="Services" onClick={props.onSide}>
				<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4h12M2 8h12M2 12h12" /></svg>
			</button>
			<span class="brand">
				<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
					<path class="b1" d="M1 1h16v4H1z" /><path class="b2" d="M1 6.5h10v4H1z" /><path class="b3" d="M3 12h5v4H3z" />
				</svg>
				scrape
			</span>
			{props.host && <span class="host" title="The machine that is looked at"><bdi>{clean(props.host)}</bdi></span>}
			<span class="gap" />
			<Range state={state} window={props.window} set={props.set} />
			<button class={'live' + (state.live ? ' on' : '')} aria-pressed={state.live} title="Follow what happens now (l)" onClick={props.onLive}>
				<i />Live
			</button>
			<button class="icon" title="Light or dark (d)" aria-label="Light or dark" onClick={props.onTheme}>
				<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
					{props.dark ? <path d="M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1" /> :
						<path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z" />}
				</svg>
			</button>
			<button class="icon" title="Keys (?)" aria-label="Keys" onClick={props.onHelp}>?</button>
			<div class={'progress' + (props.busy ? ' on' : '')} />
		</header>
	);
}

/* The picture, in one of its three views. */
function Picture(props: { state: State; tree: Tree; dark: boolean; set: (change: Change, way?: 'push' | 'replace') => void;
	keys: (flame: Flame | null) => void; node: number; hits: Uint8Array | null; onZoom: (node: number) => void }) {
	const { state, tree, set } = props, paint = props.dark ? paints.dark : paints.light;
	const colours = useMemo(() => coloursOf(tree.names, state.colour), [tree, state.colour]);
	const common = { tree, colours, paint, sort: state.sort, query: state.q, onSort: (sort: State['sort']) => set({ sort }, 'replace') };
	const pick = (name: number) => set({ view: 'sandwich', fn: tree.names.text[name]! });
	if (state.view === 'table')
		return <Table {...common} chosen={-1} onPick={pick} />;
	if (state.view === 'sandwich')
		return <Sandwich {...common} fn={state.fn} onFn={(fn) => set({ fn })} keys={props.keys} />;
	return <>
		<div class="under">
			<Crumbs tree={tree} node={props.node} onZoom={props.onZoom} />
			<Looks state={state} set={set} />
		</div>
		<FlameView tree={tree} colours={colours} paint={paint} hits={props.hits} up={state.up} node={props.node} keys={props.keys}
			label="Flame graph; the same numbers are in the top table" onZoom={props.onZoom} onPick={(i) => pick(tree.name[i]!)} />
	</>;
}

export function App() {
	const [, redraw] = useReducer((n: number) => n + 1, 0), [help, setHelp] = useState(false), [side, setSide] = useState(false);
	const { store, loader } = useMemo(() => ({ store: new Store(), loader: new Loader(() => redraw(0)) }), []);
	const flame = useRef<Flame | null>(null), desk = useRef<Desk | null>(null);
	const { state } = store, targets = loader.targets.value, tree = loader.profile.value, dark = isDark();
	const window_ = loader.window(state), interval = loader.interval(state);
	const set = (change: Change, way: 'push' | 'replace' = 'push') => store.set(change, way);

	useEffect(() => {
		const follow = () => {
			redraw(0);
			void loader.show(store.state);
		};
		const key = (event: KeyboardEvent) => desk.current && onKey(event, desk.current);
		startTheme(() => redraw(0));
		store.listen(follow);
		document.addEventListener('keydown', key);
		follow();
		return () => document.removeEventListener('keydown', key);
	}, []);

	const found = useMemo(() => (tree ? search(tree, state.q) : null), [tree, state.q]);
	const node = useMemo(() => (tree ? Math.max(0, findPath(tree, state.zoom)) : 0), [tree, state.zoom]);
	const spark = loader.spark.value, chosen = state.services.join('\0');
	const colours = useMemo(() => lineColours(targets ? [...state.services, ...servicesOf(targets, spark).map((s) => s.name)] : []),
		[targets, spark, chosen]);
	const zoom = (to: number) => tree && set({ zoom: pathKey(tree, to) });
	const live = () => set(state.live ? { live: false, end: window_?.[1] ?? null } : { live: true, end: null, from: null, until: null });
	const theme = () => {
		turnTheme();
		redraw(0);
	};
	const reload = () => {
		if (state.end !== null)
			set({ end: null });
		void loader.reload();
	};
	const shift = (steps: number) => {
		if (!interval || !window_)
			return;
		const by = steps * (interval[1] - interval[0]);
		if (state.from !== null && interval[0] + by >= window_[0] && interval[1] + by <= window_[1])
			set({ from: interval[0] + by, until: interval[1] + by });
		else if (state.from === null && window_[1] + by <= (targets?.watermark ?? 0) + state.span)
			set({ end: Math.min(window_[1] + by, targets?.watermark ?? Infinity), live: false });
	};
	desk.current = { state, flame: flame.current, interval, set, live, reload, shift, turnTheme: theme, help: () => setHelp(true),
		zoomOut: () => zoom(tree && node > 0 ? tree.parent[node]! : 0) };
	const named = state.services.length > 0 ? state.services.map((s) => clean(s) || '(no name)').join(', ') :
		state.pids.length > 0 ? 'pid ' + state.pids.join(', ') : targets?.host ?? '';
	document.title = (named ? clean(named) + ' \u00b7 ' : '') + 'scrape';

	const busy = [loader.targets, loader.timeline, loader.profile].some((slot) => slot.loading);
	const retry = () => void loader.reload();
	const top = <Header state={state} host={targets?.host ?? ''} window={window_} set={set} dark={dark} busy={busy} onLive={live}
		onTheme={theme} onHelp={() => setHelp(true)} onSide={() => setSide(!side)} />;
	const extra = help && <Help onClose={() => setHelp(false)} />;
	if (!targets || targets.targets.length === 0 || targets.watermark <= 0)
		return <div class="app bare">{top}
			<main>{loader.targets.failure ? <Trouble failure={loader.targets.failure} onRetry={retry} /> :
				!targets ? <Loading what="Asking what is looked at" /> : targets.targets.length === 0 ? <NoTargets onRetry={retry} /> :
					<Young step={targets.step} />}</main>{extra}
		</div>;

	const failure = loader.targets.failure ?? loader.profile.failure ?? loader.timeline.failure ?? loader.spark.failure;
	const empty = tree !== null && !(tree.total[0]! > 0);
	return (
		<div class={'app' + (side ? ' side-open' : '')}>
			{top}
			<Services targets={targets} spark={spark} services={state.services} pids={state.pids} colours={colours}
				onServices={(services) => set({ services, pids: [], zoom: '' })} onPids={(pids) => set({ pids, services: [], zoom: '' })} />
			<main onClick={() => side && setSide(false)}>
				<TimelineView data={loader.timeline.value} by={state.pids.length > 0 ? 'pid' : 'service'} colours={colours} mode={state.mode}
					window={window_!} interval={state.from !== null ? interval : null} step={targets.step} dark={dark}
					onInterval={(chosen) => set(chosen ? { from: chosen[0], until: chosen[1], live: false, end: window_![1] } : { from: null, until: null })} />
				<Toolbar state={state} tree={tree} found={found} interval={interval!} set={set} onNext={(step) => flame.current?.nextHit(step)} />
				{failure && tree && <Strip failure={failure} onRetry={retry} />}
				{tree && !empty && <Facts tree={tree} />}
				<div class={'picture' + (loader.profile.loading && tree && !state.live ? ' old' : '')}>
					{tree && !empty ? <Picture state={state} tree={tree} dark={dark} set={set} node={node} hits={found?.hits ?? null}
						onZoom={zoom} keys={(one) => { flame.current = one; if (desk.current) desk.current.flame = one; }} /> :
						tree ? <NoSamples state={state} set={set} /> :
							failure ? <Trouble failure={failure} onRetry={retry} onReset={() => set({ services: [], pids: [], from: null, until: null, end: null })} /> :
								<Loading what="Adding up what was seen" />}
				</div>
			</main>
			{extra}
		</div>
	);
}

/* A mistake of ours ends in a sentence, not in an empty page. */
export function Broken({ message }: { message: string }) {
	return <div class="app bare"><main><Notice title="This page has a fault" kind="trouble">
		<p class="said">{clean(message)}</p>
		<p><button onClick={() => location.assign(location.pathname)}>Start over</button></p>
	</Notice></main></div>;
}
