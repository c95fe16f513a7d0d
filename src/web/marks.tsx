/* SPDX-License-Identifier: MIT */
/* marks: what lies over a picture of time: the intervals that are chosen, and flags where somebody noted something. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Note } from './answers';
import type { Span } from './state';
import { brief, plural } from './text';
import { hideTip, showWords } from './tip';
import { span, stamp } from './when';

export interface Band {
	kind: 'now' | 'base' | 'moment' | 'pin';
	at: Span;
	text?: string;
}

const FLAG = 22, LETTER = 7, WIDEST = 190; /* px: a flag, about a letter, the most words beside one */

function part(window: Span, t: number): number {
	return (t - window[0]) / (window[1] - window[0]);
}

function place(window: Span, [from, until]: Span): { left: string; width: string } | null {
	const a = Math.max(0, part(window, from)), b = Math.min(1, part(window, until));
	return b <= 0 || a >= 1 ? null : { left: 100 * a + '%', width: 100 * (b - a) + '%' };
}

function aboutNote(note: Note): string[] {
	return [note.text || '(no text)', stamp(note.at) + (note.until !== null ? ' \u2013 ' + stamp(note.until) + ' (' + span(note.until - note.at) + ')' : ''),
		[note.service && 'service ' + note.service, note.host && 'host ' + note.host, note.by && 'by ' + note.by, note.pin && 'kept for good']
			.filter((x) => x).join(' \u00b7 ')].filter((x) => x !== '');
}

function Flag({ note, group, onOpen }: { note: Note; group: Group; onOpen: (note: Note) => void }) {
	const { left, room, turned } = group;
	const tell = (e: { currentTarget: EventTarget | null }) => {
		const edge = (e.currentTarget as HTMLElement).getBoundingClientRect();
		showWords(aboutNote(note), edge.left, edge.top);
	};
	return (
		<div class={'flag' + (note.pin ? ' pin' : '') + (turned ? ' turned' : '')} style={{ left: 100 * left + '%' }}>
			<button aria-label={'Annotation: ' + aboutNote(note).join(', ')} onClick={() => { hideTip(); onOpen(note); }} onMouseEnter={tell} onMouseLeave={hideTip}
				onFocus={tell} onBlur={hideTip}>
				<i aria-hidden="true">{note.pin ? '\u25c6' : '\u2691'}</i>
				{room && <bdi>{brief(note.text, 28)}</bdi>}
			</button>
		</div>
	);
}

interface Group {
	left: number;
	notes: Note[];
	room: boolean; /* for words */
	turned: boolean; /* to the left */
}

/* Flags that would lie on each other are one; words stand beside a flag where they cover no other one. */
function grouped(window: Span, notes: Note[], width: number): Group[] {
	const groups: Group[] = [];
	for (const note of notes) {
		const left = part(window, note.at), last = groups[groups.length - 1];
		if (left < 0 || left > 1)
			continue;
		if (last && (left - last.left) * width < FLAG)
			last.notes.push(note);
		else
			groups.push({ left, notes: [note], room: false, turned: false });
	}
	let taken = -Infinity; /* px, from the left */
	groups.forEach((group, i) => {
		const x = group.left * width, text = group.notes.length === 1 ? group.notes[0]!.text : '', wide = Math.min(WIDEST, FLAG + LETTER * text.length);
		group.turned = x + wide > width;
		group.room = text !== '' && (group.turned ? x - wide >= taken : i + 1 === groups.length || x + wide < groups[i + 1]!.left * width);
		taken = group.turned ? x : x + (group.room ? wide : FLAG);
	});
	return groups;
}

function Several({ group, onSpan }: { group: Group; onSpan: (at: Span) => void }) {
	const { notes, left, turned } = group, tell = (e: { currentTarget: EventTarget | null }) => {
		const edge = (e.currentTarget as HTMLElement).getBoundingClientRect();
		showWords([plural(notes.length, 'annotation'), ...notes.slice(0, 12).map((note) => stamp(note.at) + ' ' + note.text)], edge.left, edge.top);
	};
	return (
		<div class={'flag' + (turned ? ' turned' : '')} style={{ left: 100 * left + '%' }}>
			<button aria-label={plural(notes.length, 'annotation') + ': zoom in'} onMouseEnter={tell} onMouseLeave={hideTip} onFocus={tell} onBlur={hideTip}
				onClick={() => { hideTip(); onSpan([notes[0]!.at, notes[notes.length - 1]!.at]); }}><i aria-hidden="true">{'\u2691'}</i>{notes.length}</button>
		</div>
	);
}

export interface MarksProps {
	window: Span;
	bands: Band[];
	notes: Note[];
	cursor: number | null;
	onNote: (note: Note) => void;
	onSpan?: (at: Span) => void; /* closer, please */
}

export function Marks({ window, bands, notes, cursor, onNote, onSpan }: MarksProps) {
	const frame = useRef<HTMLDivElement>(null), [width, setWidth] = useState(800);
	useEffect(() => {
		const seen = new ResizeObserver(() => setWidth(frame.current?.clientWidth ?? 0));
		seen.observe(frame.current!);
		return () => seen.disconnect();
	}, []);
	return (
		<div class="marks" ref={frame}>
			{[...bands, ...notes.filter((n) => n.until !== null).map((n): Band => ({ kind: 'pin', at: [n.at, n.until!] }))].map((band, i) => {
				const style = place(window, band.at);
				return style && <div key={i} class={'band ' + band.kind} style={style}>{band.text && <span>{band.text}</span>}</div>;
			})}
			{cursor !== null && <div class="hair" style={{ left: 100 * cursor + '%' }} />}
			{grouped(window, notes, width).map((group) => (group.notes.length > 1 && onSpan ? <Several key={group.notes[0]!.id} group={group} onSpan={onSpan} /> :
				<Flag key={group.notes[0]!.id} note={group.notes[0]!} group={group} onOpen={onNote} />))}
		</div>
	);
}
