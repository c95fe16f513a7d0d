/* SPDX-License-Identifier: MIT */
/* menu: a button and what opens below it. A click beside it, or Esc, closes it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface MenuProps {
	label: ComponentChildren;
	title: string;
	kind?: string;
	children: (close: () => void) => ComponentChildren;
	onOpen?: () => void;
}

export function Menu({ label, title, kind = '', children, onOpen }: MenuProps) {
	const place = useRef<HTMLDetailsElement>(null);
	const close = () => {
		if (place.current)
			place.current.open = false;
	};
	useEffect(() => {
		const click = (e: Event) => {
			if (!place.current?.contains(e.target as Node))
				close();
		};
		const key = (e: KeyboardEvent) => {
			if (e.key !== 'Escape' || !place.current?.open)
				return;
			close();
			place.current.querySelector('summary')?.focus();
			e.stopPropagation();
			e.preventDefault();
		};
		document.addEventListener('pointerdown', click, true);
		document.addEventListener('keydown', key, true);
		return () => {
			document.removeEventListener('pointerdown', click, true);
			document.removeEventListener('keydown', key, true);
		};
	}, []);
	return (
		<details class={'menu ' + kind} ref={place}>
			<summary title={title} onClick={() => place.current?.open || onOpen?.()}>{label}</summary>
			<div class="menu-list">{children(close)}</div>
		</details>
	);
}
