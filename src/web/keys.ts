/* SPDX-License-Identifier: MIT */
/* keys: what a key does, apart from those of a field that is typed in. */
import type { Flame } from './flame';
import type { Change, State } from './state';

export interface Desk {
	state: State;
	flame: Flame | null;
	interval: [number, number] | null;
	set: (change: Change, way?: 'push' | 'replace') => void;
	zoomOut: () => void;
	live: () => void;
	reload: () => void;
	turnTheme: () => void;
	help: () => void;
	shift: (steps: number) => void;
}

function after<T>(list: readonly T[], one: T): T {
	return list[(list.indexOf(one) + 1) % list.length]!;
}

/* One step back, from the smallest to the largest thing that was done. */
function back({ state, set, zoomOut }: Desk): void {
	if (state.q !== '')
		set({ q: '' }, 'replace');
	else if (state.view !== 'flame')
		set({ view: 'flame' });
	else if (state.zoom !== '')
		zoomOut();
	else if (state.from !== null)
		set({ from: null, until: null });
}

function focusSearch(): void {
	const field = document.querySelector<HTMLInputElement>('#search');
	field?.focus();
	field?.select();
}

const simple: Record<string, (desk: Desk) => void> = {
	f: ({ set }) => set({ view: 'flame' }),
	t: ({ set }) => set({ view: 'table' }),
	s: ({ state, set, flame }) => (flame && flame.focus > 0 ? flame.pick() : state.view !== 'sandwich' && set({ view: 'sandwich' })),
	l: (desk) => desk.live(),
	r: (desk) => desk.reload(),
	d: (desk) => desk.turnTheme(),
	m: ({ state, set }) => set({ mode: after(['cpu', 'wall', 'gil'] as const, state.mode) }),
	g: ({ state, set }) => set({ merge: after(['function', 'line', 'module'] as const, state.merge), zoom: '' }),
	a: ({ state, set }) => set({ threads: !state.threads, zoom: '' }),
	c: ({ state, set }) => set({ colour: after(['module', 'language', 'hash'] as const, state.colour) }, 'replace'),
	i: ({ state, set }) => set({ up: !state.up }, 'replace'),
	n: ({ flame }) => flame?.nextHit(1),
	N: ({ flame }) => flame?.nextHit(-1),
	'?': (desk) => desk.help(),
	'[': (desk) => desk.shift(-1),
	']': (desk) => desk.shift(1),
	Home: ({ set }) => set({ zoom: '' }),
};

export function onKey(event: KeyboardEvent, desk: Desk): void {
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
	} else if (Object.hasOwn(simple, key)) {
		simple[key]!(desk);
	} else {
		return;
	}
	event.preventDefault();
}
