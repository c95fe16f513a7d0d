/* SPDX-License-Identifier: MIT */
/*
 * single: a profile as one file that needs no daemon: `scrape record -o work.html`. The profile stands in the file, as the
 * json format has it; what it can be asked is what needs nobody else: views, search, focus and ignore.
 */
import { render } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { Broken } from './broken';
import { Facts } from './facts';
import type { Flame } from './flame';
import { Help } from './help';
import { Icon } from './icon';
import { onKey, type Desk } from './keys';
import { NoSamples } from './notice';
import { Picture } from './picture';
import { findPath, pathKey, readProfile, type Tree } from './profile';
import { Refine } from './refine';
import { reshape, wishes } from './reshape';
import { search } from './search';
import './style.css';
import { Store } from './state';
import { isDark, startTheme, turnTheme } from './theme';
import { Search, Switch } from './toolbar';

const KEYS = ['f', 't', 's', 'd', 'o', 'c', 'i', 'n', 'N', '?', 'Home'];

function Single({ whole }: { whole: Tree }) {
	const [, redraw] = useReducer((n: number) => n + 1, 0), [help, setHelp] = useState(false);
	const store = useMemo(() => new Store(), []), flame = useRef<Flame | null>(null), desk = useRef<Partial<Desk>>({});
	const { state } = store, dark = isDark(), set: Store['set'] = (change, way) => store.set(change, way);
	const tree = useMemo(() => (wishes(state) ? reshape(whole, state) : whole), [state.focus, state.ignore, state.nostd, state.norec]);
	const found = useMemo(() => search(tree, state.q), [tree, state.q]);
	const node = useMemo(() => Math.max(0, findPath(tree, state.zoom)), [tree, state.zoom]);
	const zoomTo = (to: number) => set({ zoom: pathKey(tree, to) }), { meta } = whole;
	const theme = () => {
		turnTheme();
		redraw(0);
	};
	desk.current = { state, flame: flame.current, set, turnTheme: theme, help: () => setHelp(true), zoomOut: () => zoomTo(node > 0 ? tree.parent[node]! : 0) };
	const keep = (now: Flame | null) => {
		flame.current = now;
		desk.current.flame = now;
	};

	useEffect(() => {
		const key = (event: KeyboardEvent) => onKey(event, desk.current as Desk, KEYS);
		startTheme(() => redraw(0));
		store.listen(() => redraw(0));
		document.addEventListener('keydown', key);
		return () => document.removeEventListener('keydown', key);
	}, []);

	return (
		<div class="app bare single">
			<header class="top">
				<span class="brand"><span>scrape</span></span>
				<span class="host"><bdi>{meta.title}</bdi></span>
				<span class="gap" />
				<button class="icon" title="Light or dark (d)" aria-label="Light or dark" onClick={theme}><Icon name={dark ? 'light' : 'dark'} /></button>
				<button class="icon help-button" title="Keys (?)" aria-label="Keys" onClick={() => setHelp(true)}>?</button>
			</header>
			<main>
				<div class="toolbar plain">
					<Switch label="View" value={state.view} onChange={(view) => set({ view })} options={[
						['flame', 'Flame graph', 'Where the time goes, as boxes (f)'],
						['table', 'Top', 'Functions by what they used (t)'],
						['sandwich', 'Sandwich', 'Callers and callees of one function (s)'],
					]} />
					<Refine state={state} set={set} />
					<Search state={state} tree={tree} found={found} set={set} onNext={(step) => flame.current?.nextHit(step)} />
				</div>
				<Facts tree={tree} whole={whole} asked={[meta.from ?? 0, meta.until ?? 0]} />
				<div class="picture">
					{tree.total[0]! > 0 ?
						<Picture state={state} tree={tree} diff={null} dark={dark} set={set} node={node} hits={found?.hits ?? null} onZoom={zoomTo} keys={keep} alone /> :
						<NoSamples state={state} set={set} />}
				</div>
			</main>
			{help && <Help onClose={() => setHelp(false)} only={[...KEYS, 'n N', 'click', '\u2190 \u2191 \u2192 \u2193', 'Enter', 'Esc', '/']} />}
		</div>
	);
}

const place = document.getElementById('app')!;
try {
	render(<Single whole={readProfile(JSON.parse(document.getElementById('profile')!.textContent!))} />, place);
} catch (e) {
	render(<Broken message={String(e)} />, place);
}
