/* SPDX-License-Identifier: MIT */
/* search: which names match, and how much of the profile that is. The share counts what is below a match once. */
import type { Names, Tree } from './profile';

export interface Found {
	hits: Uint8Array; /* by name */
	boxes: number;
	sum: number;
}

export interface Matcher {
	test: ((text: string) => boolean) | null; /* null: nothing is searched for */
	wrong: boolean; /* /it is no expression/ */
}

/* Text, or /an expression/; case does not matter, unless the flags after the second slash are given. */
export function matcher(query: string): Matcher {
	const parts = /^\/(.*?)(?:\/([a-z]*))?$/s.exec(query);
	if (query === '' || query === '/' || query === '//')
		return { test: null, wrong: false };
	if (!parts) {
		const plain = query.toLowerCase();
		return { test: (text) => text.toLowerCase().includes(plain), wrong: false };
	}
	try {
		const pattern = new RegExp(parts[1]!, (parts[2] || 'i').replace(/[gy]/g, ''));
		return { test: (text) => pattern.test(text), wrong: false };
	} catch {
		return { test: null, wrong: true };
	}
}

export function matching(names: Names, test: (text: string) => boolean): Uint8Array {
	return Uint8Array.from(names.text, (text, i) => (test(text) || (names.file[i] !== '' && test(names.file[i]!)) ? 1 : 0));
}

export function search(tree: Tree, query: string): Found | null {
	const { test } = matcher(query);
	if (!test)
		return null;
	const hits = matching(tree.names, test);
	let sum = 0, boxes = 0;
	for (let i = 0, counted = 0; i < tree.n; i++) {
		if (!hits[tree.name[i]!])
			continue;
		boxes++;
		if (i >= counted) {
			sum += tree.total[i]!;
			counted = tree.end[i]!;
		}
	}
	return { hits, boxes, sum };
}
