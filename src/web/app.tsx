/* SPDX-License-Identifier: MIT */
/* app: puts the parts together. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { Actions } from './actions';
import type { Note } from './answers';
import { CompareBar, CompareMenu, type CompareProps } from './compare';
import { lineColours } from './colour';
import { Differential, useSides } from './differential';
import { DiffFacts, Facts } from './facts';
import { FindingsView } from './findings';
import type { Flame } from './flame';
import { copyLink, Header } from './header';
import { Help } from './help';
import { HostsView, inTrouble, StoreStrip } from './hosts';
import { onKey, type Desk } from './keys';
import { Loader } from './load';
import { AddNote, NoteCard } from './notes';
import { Loading, NoSamples, NoTargets, setWho, Strip, Trouble, Young } from './notice';
import { Picture } from './picture';
import { findPath, pathKey, type Tree } from './profile';
import { baseInterval, splitBy } from './questions';
import { reshape, wishes } from './reshape';
import { search } from './search';
import { servicesOf } from './services';
import { Side } from './side';
import { comparing, lasting, Store, type Change, type State, type Way } from './state';
import { clean } from './text';
import { isDark, startTheme, turnTheme } from './theme';
import { TimelineView } from './timeline';
import { Toolbar } from './toolbar';
import { setUtc } from './when';

/* What is shown: one profile, or two as one, without what is not wanted. */
function useShown(loader: Loader, state: State) {
	const both = comparing(state), diff = both ? loader.diff.value : null, whole = loader.profile.value;
	const one = useMemo(() => (whole && wishes(state) ? reshape(whole, state) : whole), [whole, state.focus, state.ignore, state.nostd, state.norec]);
	const sides = useSides(diff, state), tree: Tree | null = both ? sides : one;
	const found = useMemo(() => (tree ? search(tree, state.q) : null), [tree, state.q]);
	const node = useMemo(() => (tree ? Math.max(0, findPath(tree, state.zoom)) : 0), [tree, state.zoom]);
	return { both, diff, whole, tree, found, node, empty: tree !== null && !(tree.total[0]! > 0) };
}

/* What the timeline can be split by. */
function splitsOf(loader: Loader, state: State, several: boolean): string[] {
	const labels = loader.keys().filter((key) => key !== 'host').map((key) => 'label.' + key);
	const splits = ['service', ...(several || loader.collector() ? ['host'] : []), 'pid', ...labels, ...(state.fn !== '' ? ['function'] : [])];
	return splits.includes(splitBy(state)) ? splits : [...splits, splitBy(state)];
}

function nameOf(state: State, host: string): string {
	return clean(state.services.length > 0 ? state.services.map((s) => s || '(no name)').join(', ') :
		state.pids.length > 0 ? 'pid ' + state.pids.join(', ') : host);
}

/* What stands where there is nothing to be shown at all. */
function Bare({ loader, onRetry }: { loader: Loader; onRetry: () => void }) {
	const targets = loader.targets.value;
	if (loader.targets.failure)
		return <Trouble failure={loader.targets.failure} onRetry={onRetry} />;
	if (!targets)
		return <Loading what="Asking what is looked at" />;
	if (loader.collector() && loader.fleet.value)
		return <HostsView hosts={loader.fleet.value.hosts} watermark={loader.watermark()} onPick={() => undefined} />;
	return targets.targets.length === 0 && !loader.collector() ? <NoTargets onRetry={onRetry} /> : <Young step={targets.step} />;
}

export function App() {
	const [, redraw] = useReducer((n: number) => n + 1, 0), [help, setHelp] = useState(false), [side, setSide] = useState(false);
	const [noted, setNoted] = useState<Note | null>(null), [adding, setAdding] = useState<{ at: number; pin: boolean } | null>(null);
	const { store, loader } = useMemo(() => ({ store: new Store(), loader: new Loader(() => redraw(0)) }), []);
	const flame = useRef<Flame | null>(null), desk = useRef<Desk | null>(null), pointer = useRef<number | null>(null);
	const { state } = store, targets = loader.targets.value, dark = isDark(), status = loader.status.value;
	const window_ = loader.window(state), interval = loader.interval(state), watermark = loader.watermark();
	const set = (change: Change, way: Way = 'push') => store.set(change, way);
	setUtc(state.utc);
	setWho(loader.collector() ? 'collector' : 'daemon');

	useEffect(() => {
		const follow = (way: Way) => {
			redraw(0);
			void loader.show(store.state, way === 'soon');
		};
		const key = (event: KeyboardEvent) => desk.current && onKey(event, desk.current);
		startTheme(() => redraw(0));
		store.listen(follow);
		document.addEventListener('keydown', key);
		follow('push');
		return () => document.removeEventListener('keydown', key);
	}, []);

	const { both, diff, whole, tree, found, node, empty } = useShown(loader, state);
	const spark = loader.spark.value, chosen = state.services.join('\0');
	const names = useMemo(() => (targets ? servicesOf(targets, spark).map((s) => s.name) : []), [targets, spark]);
	const colours = useMemo(() => lineColours([...state.services, ...names]), [names, chosen]);
	const hosts = loader.values.get('host')?.value ?? [], several = hosts.length > 1, notes = loader.notes.value ?? [];
	const splits = splitsOf(loader, state, several), annotate = status?.annotate ?? false;

	const act = new Actions({ state, window: window_, interval, watermark, pointer: () => pointer.current, set });
	const zoomTo = (to: number) => tree && set({ zoom: pathKey(tree, to) });
	const retry = () => void loader.reload();
	const reload = () => {
		if (state.end !== null)
			set({ end: null });
		retry();
	};
	const theme = () => {
		turnTheme();
		redraw(0);
	};
	const note = (pin = false) => annotate && setAdding({ at: pointer.current ?? watermark, pin });
	desk.current = { state, flame: flame.current, hosts: loader.fleet.value !== null, splits, set, act, reload, turnTheme: theme, help: () => setHelp(true),
		zoomOut: () => zoomTo(tree && node > 0 ? tree.parent[node]! : 0), note, copy: () => window_ && void copyLink(lasting(state, window_)) };
	const host = loader.collector() ? status!.name || 'collector' : targets?.host ?? '', named = nameOf(state, host);
	document.title = (named ? named + ' \u00b7 ' : '') + 'scrape';

	const slots = [loader.targets, loader.timeline, loader.profile, loader.diff, loader.heat, loader.findings];
	const top = <Header state={state} name={host} collector={loader.collector()} window={window_} watermark={watermark} oldest={status?.oldest ?? null}
		set={set} dark={dark} busy={slots.some((slot) => slot.loading)} onLive={() => act.live()} onPan={(by) => act.pan(by)} onZoom={(factor) => act.zoom(factor)}
		onTheme={theme} onHelp={() => setHelp(true)} onSide={() => setSide(!side)} />;
	const extra = help && <Help onClose={() => setHelp(false)} />;
	if (!targets || !window_ || !interval || (targets.targets.length === 0 && !loader.collector()))
		return <div class="app bare">{top}<main><Bare loader={loader} onRetry={retry} /></main>{extra}</div>;

	const view = (state.view === 'hosts' && loader.fleet.value !== null) || state.view === 'regressions' ? state.view : 'picture';
	const main = both ? loader.diff : loader.profile, base = both ? baseInterval(state, interval) : null;
	const failure = loader.targets.failure ?? (view === 'picture' ? main.failure : null) ??
		(loader.timeline.failure?.trouble === 'refused' ? null : loader.timeline.failure) ?? loader.spark.failure;
	const keep = (now: Flame | null) => {
		flame.current = now;
		if (desk.current)
			desk.current.flame = now;
	};
	const compare: CompareProps = { state, interval, window: window_, services: names, hosts, notes, set, onAround: (about) => act.compareAround(about),
		labels: new Map([...loader.values].filter(([key]) => key !== 'host').map(([key, slot]) => [key, slot.value ?? []])),
		onOpen: () => loader.keys().forEach((key) => loader.ask(key)) };
	const picture = () => {
		if (tree && !empty)
			return <Picture state={state} tree={tree} diff={diff} dark={dark} set={set} node={node} hits={found?.hits ?? null} onZoom={zoomTo} keys={keep} />;
		if (tree)
			return <NoSamples state={state} set={set} />;
		return failure ? <Trouble failure={failure} onRetry={retry} onReset={() => act.reset()} /> : <Loading what="Adding up what was seen" />;
	};
	const regressions = () => (loader.findings.failure ? <Trouble failure={loader.findings.failure} onRetry={retry} /> :
		<FindingsView state={state} findings={loader.findings.value} change={loader.change.value} notes={notes} window={window_} dark={dark} onNote={setNoted}
			onPick={(finding) => act.pick(finding)} onOpen={(finding) => set({ view: 'flame', services: [finding.service], pids: [], zoom: '' })}>
			{loader.diff.failure ? <p class="quiet none">{clean(loader.diff.failure.message)}</p> : diff && tree &&
				<Differential state={state} tree={tree} diff={diff} dark={dark} keys={keep} onZoom={zoomTo} />}
		</FindingsView>);
	return (
		<div class={'app' + (side ? ' side-open' : '')}>
			{top}
			<Side state={state} loader={loader} targets={targets} spark={spark} colours={colours} several={several} set={set} />
			<main onClick={() => side && setSide(false)}>
				<TimelineView state={state} data={loader.timeline.value} dataBy={new URLSearchParams(loader.timeline.have).get('by') ?? 'function'}
					failure={loader.timeline.failure} heat={loader.heat.value} heatFailure={loader.heat.failure} colours={colours} splits={splits} window={window_}
					interval={state.from !== null ? interval : null} base={base} step={targets.step} notes={notes} annotate={annotate} dark={dark} set={set} act={act}
					onNote={setNoted} onAdd={note} onCursor={(at) => { pointer.current = at; }} />
				{view !== 'hosts' && <CompareBar {...compare} />}
				<Toolbar state={state} tree={tree} found={found} interval={interval} hosts={loader.fleet.value && inTrouble(loader.fleet.value.hosts)} set={set}
					compare={<CompareMenu {...compare} />} onNext={(step) => flame.current?.nextHit(step)} />
				{loader.fleet.value && <StoreStrip store={loader.fleet.value.store} />}
				{failure && tree && <Strip failure={failure} onRetry={retry} />}
				{view === 'picture' && tree && !empty && (diff ? <DiffFacts diff={diff} mode={state.mode} asked={interval} base={base!} /> : <Facts tree={tree} whole={whole!} asked={interval} />)}
				<div class={'picture' + (view === 'picture' && main.loading && tree && !state.live ? ' old' : '')}>
					{view === 'picture' ? picture() : view === 'regressions' ? regressions() :
						<HostsView hosts={loader.fleet.value!.hosts} watermark={watermark} onPick={(name) => set({ hosts: [name], view: 'flame', zoom: '' })} />}
				</div>
			</main>
			{extra}
			{noted && <NoteCard note={noted} annotate={annotate} onClose={() => setNoted(null)} onAround={(about) => { setNoted(null); act.compareAround(about); }}
				onGo={(about) => { setNoted(null); act.goTo(about); }} onDone={() => { setNoted(null); retry(); }} />}
			{adding && <AddNote {...adding} now={watermark} interval={state.from !== null ? interval : null} services={names} state={state}
				onClose={() => setAdding(null)} onDone={() => { setAdding(null); retry(); }} />}
		</div>
	);
}
