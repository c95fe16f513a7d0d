/* SPDX-License-Identifier: MIT */
/* theme: light or dark as the system says, until somebody chooses. A taste, not a view: it is kept here, not in links. */
const KEY = 'scrape.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');

function kept(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null; /* storage is forbidden: then it is not kept */
	}
}

export function isDark(): boolean {
	const chosen = kept() ?? document.documentElement.dataset.theme;
	return chosen === 'dark' || (chosen !== 'light' && system.matches);
}

function apply(dark: boolean): void {
	document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

export function startTheme(changed: () => void): void {
	apply(isDark());
	system.addEventListener('change', () => {
		if (kept() !== null)
			return;
		apply(system.matches);
		changed();
	});
}

export function turnTheme(): void {
	const dark = !isDark();
	try {
		if (dark === system.matches)
			localStorage.removeItem(KEY);
		else
			localStorage.setItem(KEY, dark ? 'dark' : 'light');
	} catch {
		/* as above */
	}
	apply(dark);
}
