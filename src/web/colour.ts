/* SPDX-License-Identifier: MIT */
/*
 * colour: the colours of boxes, the same as those of the SVG (src/encode/flame.css): sixteen hues of one lightness for
 * modules, native code, markers, groups; three shades tell functions of a module apart.
 */
import { hash } from './text';
import type { Names } from './profile';

export type ColourBy = 'module' | 'language' | 'hash';

export interface Paint {
	page: string;
	ink: string;
	faint: string; /* ink on what a search leaves behind */
	narrow: string;
	hit: string;
	onHit: string;
	box: string[]; /* by colour */
	left: string[]; /* what a search leaves behind, and callers of what is zoomed to */
	ghost?: number; /* the colour that is drawn hatched: what is not there any more */
}

export const SHADES = 3;
const HUES = 16, NATIVE = 16, MARKER = 17, GROUP = 18, KINDS = 19;
export const COLOURS = KINDS * SHADES;
const PYTHON_HUE = 11; /* by language: the blue */
const NATIVE_HUE = 3;

const light = ('ffafae fdb396 f3bb85 e2c47e cbcd84 b0d595 95daac 7edcc7 75dae0 7dd5f4 92ceff acc6ff c6bdff ddb6f4 ' +
	'efb0e0 faaec8 c3c8d0 d9d9d9 d3d8e6').split(' ');
const dark = ('814344 7f4730 784d1e 6c5514 5b5c1c 45622e 2a6643 006758 00666b 01627a 2a5c84 435688 584f84 68497a ' +
	'75456b 7d4358 50555e 46464b 3c4152').split(' ');

export function mix(over: string, under: string, share: number): string {
	let text = '#';
	for (let i = 0; i < 6; i += 2) {
		const a = parseInt(over.slice(i, i + 2), 16), b = parseInt(under.slice(i, i + 2), 16);
		text += Math.round(a * share + b * (1 - share)).toString(16).padStart(2, '0');
	}
	return text;
}

function boxes(hues: string[], page: string, shades: number[]): string[] {
	return hues.flatMap((hue) => shades.map((share) => mix(hue, page, share)));
}

function faded(colours: string[], page: string, share: number): string[] {
	return colours.map((colour) => mix(colour.slice(1), page, share));
}

function makePaint(hues: string[], page: string, shades: number[], rest: Omit<Paint, 'page' | 'box' | 'left'>): Paint {
	const box = boxes(hues, page, shades);
	return { ...rest, page: '#' + page, box, left: faded(box, page, 0.36) };
}

export const paints = {
	light: makePaint(light, 'ffffff', [1, 0.8, 0.62],
		{ ink: '#1d1d22', faint: '#85858f', narrow: '#dddde3', hit: '#7c3aed', onHit: '#ffffff' }),
	dark: makePaint(dark, '17171b', [1, 0.84, 0.7],
		{ ink: '#ececf1', faint: '#85858f', narrow: '#34343b', hit: '#a78bfa', onHit: '#17171b' }),
};

/* Differences: from blue, less, over grey to red, more; and one for what only the base has. */
export const DIFF_STEPS = 25, DIFF_GHOST = DIFF_STEPS;

function ramp(ends: [string, string, string]): string[] {
	const middle = (DIFF_STEPS - 1) / 2;
	return Array.from({ length: DIFF_STEPS }, (_, i) => mix(i < middle ? ends[0] : ends[2], ends[1], Math.abs(i - middle) / middle));
}

function diffPaint(paint: Paint, ends: [string, string, string], ghost: string): Paint {
	const box = [...ramp(ends), '#' + ghost];
	return { ...paint, box, left: faded(box, paint.page.slice(1), 0.36), ghost: DIFF_GHOST };
}

export const diffPaints = {
	light: diffPaint(paints.light, ['7fb2f5', 'e9e9ee', 'f5877c'], 'dbe9fc'),
	dark: diffPaint(paints.dark, ['2f66b3', '3a3a42', 'b3423b'], '1e3554'),
};

/* Lines of the timeline, in both themes legible on the page. */
export const lines = ['#7c6af2', '#0f9d8a', '#d9822b', '#d64577', '#3b8fd9', '#7a9a01', '#b05cc9', '#c2571a', '#1aa3c4',
	'#8a7b4f', '#e06666', '#5f7d95'];
export const otherLine = '#8e8e99';

/* The last two parts of the path, "json/decoder.py". */
export function moduleOf(file: string): string {
	const parts = file.split('/');
	return parts.slice(-2).join('/');
}

function hueOf(names: Names, i: number, by: ColourBy): number {
	const kind = names.kind[i];
	if (kind === 'marker')
		return MARKER;
	if (kind === 'group')
		return GROUP;
	if (by === 'hash')
		return hash(names.fn[i]! + '\0' + names.file[i]) % HUES;
	if (by === 'language')
		return kind === 'native' ? NATIVE_HUE : PYTHON_HUE;
	return kind === 'native' ? NATIVE : hash(moduleOf(names.file[i]!)) % HUES;
}

export function coloursOf(names: Names, by: ColourBy): Uint8Array {
	return Uint8Array.from(names.text, (_, i) => {
		const hue = hueOf(names, i, by);
		const shade = hue === MARKER || hue === GROUP ? 0 : hash(names.fn[i]!) % SHADES;
		return hue * SHADES + shade;
	});
}

/* Which colour each has in the timeline: its own, or the next one that is free. Of more names than there are colours,
 * those that come first are told apart. */
export function lineColours(names: string[]): Map<string, string> {
	const taken = new Array<boolean>(lines.length).fill(false), found = new Map<string, string>();
	const distinct = [...new Set(names)], first = distinct.slice(0, lines.length).sort();
	for (const name of [...first, ...distinct.slice(lines.length)]) {
		let at = hash(name) % lines.length;
		for (let tries = 0; taken[at] && tries < lines.length; tries++)
			at = (at + 1) % lines.length;
		taken[at] = true;
		found.set(name, lines[at]!);
	}
	return found;
}
