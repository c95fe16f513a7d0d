/* SPDX-License-Identifier: MIT */
/* icon: the signs on buttons. */
const icons = {
	side: 'M2 4h12M2 8h12M2 12h12',
	light: 'M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1',
	dark: 'M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z',
	link: 'M6.6 9.4a3 3 0 0 0 4.3 0l2.2-2.2a3 3 0 0 0-4.3-4.3L7.7 4M9.4 6.6a3 3 0 0 0-4.3 0L2.9 8.8a3 3 0 0 0 4.3 4.3L8.3 12',
	done: 'M3 8.5l3.2 3.2L13 5',
} as const;

export function Icon({ name }: { name: keyof typeof icons }) {
	return <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={icons[name]} /></svg>;
}
