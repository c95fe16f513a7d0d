/* SPDX-License-Identifier: MIT */
/* rows: a long list of which only what is in sight exists. Arrows walk over it, Enter opens. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const SPARE = 8;

export interface RowsProps {
	n: number;
	high: number; /* px of a row */
	version: unknown; /* when this changes, the cursor is forgotten */
	focus: boolean; /* so that the arrows walk at once */
	onOpen: (at: number) => void;
	row: (at: number, top: string, cursor: boolean) => ComponentChildren;
}

export function Rows({ n, high, version, focus, onOpen, row }: RowsProps) {
	const place = useRef<HTMLDivElement>(null);
	const [view, setView] = useState({ top: 0, height: 600 }), [cursor, setCursor] = useState(-1);
	useEffect(() => {
		const frame = place.current!, read = () => setView({ top: frame.scrollTop, height: frame.clientHeight });
		const seen = new ResizeObserver(read);
		seen.observe(frame);
		frame.addEventListener('scroll', read);
		if (focus && document.activeElement === document.body)
			frame.focus({ preventScroll: true });
		return () => seen.disconnect();
	}, []);
	useEffect(() => setCursor(-1), [version]);

	const onKey = (e: KeyboardEvent) => {
		const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[e.key];
		if (e.key === 'Enter' && cursor >= 0)
			onOpen(cursor);
		if (step === undefined)
			return;
		const next = Math.max(0, Math.min(n - 1, cursor + step)), frame = place.current!;
		setCursor(next);
		if (next * high < frame.scrollTop)
			frame.scrollTop = next * high;
		else if ((next + 1) * high > frame.scrollTop + frame.clientHeight)
			frame.scrollTop = (next + 1) * high - frame.clientHeight;
		e.preventDefault();
		e.stopPropagation();
	};
	const first = Math.max(0, Math.floor(view.top / high) - SPARE), beyond = Math.min(n, Math.ceil((view.top + view.height) / high) + SPARE);
	return (
		<div class="table-body" ref={place} tabIndex={0} onKeyDown={onKey}>
			<div class="table-all" style={{ height: n * high + 'px' }}>
				{Array.from({ length: Math.max(0, beyond - first) }, (_, k) => row(first + k, (first + k) * high + 'px', first + k === cursor))}
			</div>
		</div>
	);
}
