/* SPDX-License-Identifier: MIT */
/* help: the keys. */
import { useEffect, useRef } from 'preact/hooks';

const KEYS: [string, [string, string][]][] = [
	['Views', [['f', 'flame graph'], ['t', 'top table, or changes'], ['s', 'sandwich, of the box under the pointer'], ['R', 'regressions'], ['H', 'hosts'],
		['l', 'live'], ['r', 'ask for the newest'], ['d', 'light or dark'], ['u', 'UTC or local time'], ['y', 'copy a link with absolute times']]],
	['Time', [['w', 'which part of time'], ['+ \u2212', 'shorter, longer; or the wheel'], ['{ }', 'earlier, later; or Ctrl-drag'], ['[ ]', 'interval before, after'],
		['drag', 'choose an interval'], ['Shift-drag', 'one to compare with'], ['h', 'timeline or heat map'], ['b', 'split by the next'], ['e', 'annotate']]],
	['Comparing', [['p', 'with what was directly before'], ['x', 'swap sides'], ['Esc', 'end it']]],
	['What is shown', [['m', 'CPU, wall, GIL'], ['g', 'by function, line, module'], ['a', 'threads apart or together'],
		['o', 'focus, ignore, library, recursion'], ['c', 'colours'], ['i', 'icicle or flame']]],
	['Moving about', [['click', 'zoom to a box'], ['\u2190 \u2191 \u2192 \u2193', 'walk over boxes, rows, cells'], ['Enter', 'zoom, or open a row'],
		['Home', 'show everything'], ['Esc', 'one step back']]],
	['Searching', [['/', 'text, or /regex/'], ['n N', 'next, previous box found'], ['?', 'this']]],
];

/* only: the keys that mean something here. */
export function Help({ onClose, only }: { onClose: () => void; only?: readonly string[] }) {
	const lists = KEYS.map(([title, keys]) => [title, keys.filter(([key]) => !only || only.includes(key))] as const).filter(([, keys]) => keys.length > 0);
	const place = useRef<HTMLDialogElement>(null);
	useEffect(() => place.current!.showModal(), []);
	return (
		<dialog class="help" ref={place} onClose={onClose} onClick={(e) => e.target === place.current && onClose()}>
			<div class="help-inside">
				<header><h2>Keys</h2><button class="small" onClick={onClose}>Close</button></header>
				<div class="help-lists">
					{lists.map(([title, keys]) => (
						<section key={title}>
							<h3>{title}</h3>
							<dl>{keys.map(([key, text]) => [<dt key={key}><kbd>{key}</kbd></dt>, <dd key={key + '.'}>{text}</dd>])}</dl>
						</section>
					))}
				</div>
				<p class="quiet">Values are CPU time that the kernel measured, shared out by looks. The address of this page holds everything that is chosen: it can be sent to somebody.</p>
			</div>
		</dialog>
	);
}
