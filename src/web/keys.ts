/* SPDX-License-Identifier: MIT */
/* keys: what a key does, apart from those of a field that is typed in. */
import type { Actions } from './actions';
import type { Flame } from './flame';
import { splitBy } from './questions';
import { alone, comparing, type Change, type State, type Way } from './state';

export interface Desk {
	state: State;
	flame: Flame | null;
	hosts: boolean;
	splits: string[];
	act: Actions;
	set: (change: Change, way?: Way) => void;
	zoomOut: () => void;
	reload: () => void;
	turnTheme: () => void;
	help: () => void;
	copy: () => void;
	note: (pin?: boolean) => void;
}

function after<T>(list: readonly T[], one: T): T {
	return list[(list.indexOf(one) + 1) % list.length]!;
}

/* One step back, from the smallest to the largest thing that was done. */
function back({ state, set, zoomOut }: Desk): void {
	if (state.q !== '')
		set({ q: '' }, 'replace');
	else if (state.finding !== '' && state.view === 'regressions')
		set({ finding: '', ...alone });
	else if (state.view !== 'flame')
		set({ view: 'flame' });
	else if (state.zoom !== '')
		zoomOut();
	else if (comparing(state))
		set({ ...alone, finding: '' });
	else if (state.from !== null)
		set({ from: null, until: null });
}

function focusSearch(): void {
	const field = document.querySelector<HTMLInputElement>('#search');
	field?.focus();
	field?.select();
}

function openMenu(kind: string): void {
	const menu = document.querySelector<HTMLDetailsElement>('.menu.' + kind);
	if (!menu)
		return;
	if (!menu.open)
		menu.querySelector('summary')?.click();
	menu.querySelector<HTMLElement>('.menu-list :is(input, button, select)')?.focus();
}

const simple: Record<string, (desk: Desk) => void> = {
	f: ({ set }) => set({ view: 'flame' }),
	t: ({ set }) => set({ view: 'table' }),
	s: ({ state, set, flame }) => (flame && flame.focus > 0 ? flame.pick() : state.view !== 'sandwich' && set({ view: 'sandwich' })),
	R: ({ set }) => set({ view: 'regressions' }),
	H: ({ set, hosts }) => hosts && set({ view: 'hosts' }),
	h: ({ state, set }) => set({ chart: state.chart === 'heat' ? 'line' : 'heat' }),
	b: ({ state, splits, act }) => act.split(after(splits, splitBy(state))),
	l: ({ act }) => act.live(),
	r: (desk) => desk.reload(),
	d: (desk) => desk.turnTheme(),
	u: ({ state, set }) => set({ utc: !state.utc }, 'replace'),
	y: (desk) => desk.copy(),
	e: (desk) => desk.note(),
	p: ({ act }) => act.compareBefore(),
	x: ({ act }) => act.swap(),
	o: () => openMenu('refine'),
	w: () => openMenu('range-menu'),
	m: ({ state, set }) => set({ mode: after(['cpu', 'wall', 'gil'] as const, state.mode) }),
	g: ({ state, set }) => set({ merge: after(['function', 'line', 'module'] as const, state.merge), zoom: '' }),
	a: ({ state, set }) => set({ threads: !state.threads, zoom: '' }),
	c: ({ state, set }) => set({ colour: after(['module', 'language', 'hash'] as const, state.colour) }, 'replace'),
	i: ({ state, set }) => set({ up: !state.up }, 'replace'),
	n: ({ flame }) => flame?.nextHit(1),
	N: ({ flame }) => flame?.nextHit(-1),
	'?': (desk) => desk.help(),
	'[': ({ act }) => act.shift(-1),
	']': ({ act }) => act.shift(1),
	'{': ({ act }) => act.pan(-1),
	'}': ({ act }) => act.pan(1),
	'+': ({ act }) => act.zoom(0.5),
	'=': ({ act }) => act.zoom(0.5),
	'-': ({ act }) => act.zoom(2),
	Home: ({ set }) => set({ zoom: '' }),
};

/* only: the letters that mean something here. */
export function onKey(event: KeyboardEvent, desk: Desk, only?: readonly string[]): void {
	const target = event.target as HTMLElement, { key } = event;
	const typing = target.localName === 'input' && (target as HTMLInputElement).type !== 'checkbox';
	if (document.querySelector('dialog[open]'))
		return;
	if ((key === 'f' && (event.ctrlKey || event.metaKey)) || (key === '/' && !typing)) {
		focusSearch();
	} else if (key === 'Escape') {
		if (target.localName === 'input' && target.id !== 'search')
			return target.blur();
		back(desk);
		target.blur();
	} else if (typing || event.ctrlKey || event.metaKey || event.altKey || target.localName === 'select') {
		return;
	} else if (key.startsWith('Arrow')) {
		if (!desk.flame)
			return;
		desk.flame.walk(key);
	} else if (key === 'Enter') {
		if (['button', 'summary', 'a'].includes(target.localName))
			return;
		desk.flame?.enter();
	} else if (Object.hasOwn(simple, key) && (!only || only.includes(key))) {
		simple[key]!(desk);
	} else {
		return;
	}
	event.preventDefault();
}
