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

export function seconds(value: number): string {
	return value > 0 && value < 0.0995 ? count(Math.max(1, value * 1000)) + ' ms' : digits(value) + ' s';
}

/* A length of time in words: 90 -> "1 min 30 s". */
export function span(value: number): string {
	const parts: string[] = [];
	let rest = Math.round(value);
	for (const [size, name] of [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']] as const) {
		const n = Math.floor(rest / size);
		rest -= n * size;
		if (n > 0 && parts.length < 2)
			parts.push(n + ' ' + name);
	}
	return parts.join(' ') || '0 s';
}

const pad = (n: number) => String(n).padStart(2, '0');

export function clock(unix: number): string {
	const d = new Date(unix * 1000);
	return pad(d.getHours()) + ':' + pad(d.getMinutes()) + ':' + pad(d.getSeconds());
}

export function day(unix: number): string {
	const d = new Date(unix * 1000);
	return d.getFullYear() + '-' + pad(d.getMonth() + 1) + '-' + pad(d.getDate());
}

/* FNV-1a over the bytes of UTF-8, as src/encode/picture.c does it: a module has one colour everywhere. */
const utf8 = new TextEncoder();
export function hash(text: string): number {
	let h = 2166136261;
	for (const byte of utf8.encode(text))
		h = Math.imul(h ^ byte, 16777619);
	return (h ^ (h >>> 15)) >>> 0;
}
