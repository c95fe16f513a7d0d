/* SPDX-License-Identifier: MIT */
/* refine: the part of the stacks that is wanted: focus, ignore, without the standard library, recursion as one call. */
import { Menu } from './menu';
import { expression, wishes } from './reshape';
import type { Change, State, Way } from './state';
import { brief } from './text';

function Field({ name, title, value, hint, set }: { name: 'focus' | 'ignore'; title: string; value: string; hint: string;
	set: (change: Change, way?: Way) => void }) {
	const wrong = value !== '' && expression(value) === null;
	return (
		<label class={wrong ? 'wrong' : ''}>
			<span>{title}</span>
			<input name={name} type="search" value={value} spellcheck={false} placeholder="regular expression" aria-invalid={wrong}
				onInput={(e) => set({ [name]: e.currentTarget.value, zoom: '' }, 'replace')} />
			<span class="quiet">{wrong ? 'This is no regular expression.' : hint}</span>
		</label>
	);
}

function Box({ title, hint, on, onChange }: { title: string; hint: string; on: boolean; onChange: (on: boolean) => void }) {
	return (
		<label class="box">
			<input type="checkbox" checked={on} onChange={(e) => onChange(e.currentTarget.checked)} />
			<span><b>{title}</b><span class="quiet">{hint}</span></span>
		</label>
	);
}

export function Refine({ state, set }: { state: State; set: (change: Change, way?: Way) => void }) {
	const n = [state.focus !== '', state.ignore !== '', state.nostd, state.norec].filter((on) => on).length;
	return (
		<Menu kind={'refine' + (n > 0 ? ' on' : '')} title="Focus, ignore, standard library, recursion (o)" label={n > 0 ? 'Refine \u00b7 ' + n : 'Refine'}>
			{() => <>
				<Field name="focus" title="Focus" value={state.focus} hint="Only stacks with a frame like this." set={set} />
				<Field name="ignore" title="Ignore" value={state.ignore} hint="Frames like this go into their callers." set={set} />
				<Box title="Hide the standard library" hint="Its time is its callers'." on={state.nostd} onChange={(nostd) => set({ nostd, zoom: '' })} />
				<Box title="Collapse recursion" hint="A function that calls itself again is one box." on={state.norec} onChange={(norec) => set({ norec, zoom: '' })} />
				{n > 0 && <button class="small" onClick={() => set({ focus: '', ignore: '', nostd: false, norec: false, zoom: '' })}>Show everything</button>}
			</>}
		</Menu>
	);
}

/* What was refined, said where it cannot be overlooked; a click undoes it. */
export function Refined({ state, set }: { state: State; set: (change: Change) => void }) {
	if (!wishes(state))
		return null;
	const chips: [string, Change][] = [];
	if (state.focus !== '')
		chips.push(['focus: ' + brief(state.focus, 40), { focus: '' }]);
	if (state.ignore !== '')
		chips.push(['ignore: ' + brief(state.ignore, 40), { ignore: '' }]);
	if (state.nostd)
		chips.push(['no standard library', { nostd: false }]);
	if (state.norec)
		chips.push(['recursion collapsed', { norec: false }]);
	return <>{chips.map(([text, change]) => (
		<button class="small undo" key={text} title="Click to undo" onClick={() => set({ ...change, zoom: '' })}><bdi>{text}</bdi> {'\u00d7'}</button>
	))}</>;
}
