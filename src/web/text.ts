/* SPDX-License-Identifier: MIT */
/* text: names from targets and numbers, as people read them. A name is a stranger's: it is shown, never obeyed. */

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\ufffb]/g;
const LONGEST = 400; /* characters: no window is wider */

/* What cannot be seen, or turns its neighbours around, is shown as a sign of its own. */
export function clean(text: string): string {
	return text.replace(UNSEEN, (c) => {
		const code = c.charCodeAt(0);
		return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
	});
}

/* Enough of a name to know it by. */
export function brief(text: string, most = LONGEST): string {
	if (text.length <= most)
		return text;
	const keep = /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
	return text.slice(0, keep) + '\u2026';
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
	return grouped.format(value);
}

export function plural(n: number, one: string, many = one + 's'): string {
	return count(n) + ' ' + (n === 1 ? one : many);
}

export function percent(part: number, whole: number): string {
	const share = whole > 0 ? (100 * part) / whole : 0;
	return share > 0 && share < 0.01 ? '< 0.01 %' : share.toFixed(share >= 9.995 ? 1 : 2) + ' %';
}

/* Three digits tell enough: 0.004, 0.12, 3.41, 12.7, 128. */
export function digits(value: number): string {
	const size = Math.abs(value);
	if (size === 0)
		return '0';
	if (size < 0.0005)
		return '< 0.001';
	return size >= 99.95 ? count(value) : value.toFixed(size >= 9.995 ? 1 : size >= 0.0995 ? 2 : 3);
}

/* CPUs, or a share. */
export function amountOf(value: number, share: boolean): string {
	return share ? percent(value, 1) : digits(value);
}

/* With its sign, a minus as wide as a plus. */
export function signed(value: number): string {
	return (value > 0 ? '+' : value < 0 ? '\u2212' : '\u00b1') + digits(Math.abs(value));
}

/* The difference of two shares, in points of a hundred. */
export function points(value: number): string {
	const size = Math.abs(100 * value), sign = value > 0 ? '+' : value < 0 ? '\u2212' : '\u00b1';
	return size < 0.005 ? (size > 0 ? '< 0.01 pts' : '0 pts') : sign + size.toFixed(size >= 9.995 ? 1 : 2) + ' pts';
}

export function seconds(value: number): string {
	return value > 0 && value < 0.0995 ? count(Math.max(1, value * 1000)) + ' ms' : digits(value) + ' s';
}

/* FNV-1a over the bytes of UTF-8, as src/encode/picture.c does it: a module has one colour everywhere. */
const utf8 = new TextEncoder();
export function hash(text: string): number {
	let h = 2166136261;
	for (const byte of utf8.encode(text))
		h = Math.imul(h ^ byte, 16777619);
	return (h ^ (h >>> 15)) >>> 0;
}
