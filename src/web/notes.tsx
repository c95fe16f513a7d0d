/* SPDX-License-Identifier: MIT */
/* notes: dialogs for an annotation: to add one, or to keep an interval; to read one, compare around it, delete it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { change, Failure } from './api';
import type { Note } from './answers';
import type { Span, State } from './state';
import { brief, clean } from './text';
import { day, clock, parseWhen, range, stamp, zoneName } from './when';

export function Dialog({ title, children, onClose }: { title: string; children: ComponentChildren; onClose: () => void }) {
	const place = useRef<HTMLDialogElement>(null);
	useEffect(() => place.current!.showModal(), []);
	return (
		<dialog class="card" ref={place} onClose={onClose} onPointerDown={(e) => e.target === place.current && onClose()} aria-label={title}>
			<div class="card-inside">
				<header><h2>{title}</h2><button class="small" onClick={onClose}>Close</button></header>
				{children}
			</div>
		</dialog>
	);
}

function trouble(e: unknown): string {
	if (e instanceof Failure && e.trouble === 'token')
		return 'This needs the token: open the page again and enter it as the password, or send it with POST /api/v1/annotations. (' +
			brief(clean(e.message)) + ')';
	return e instanceof Failure ? brief(clean(e.message)) : String(e);
}

export interface AddProps {
	at: number;
	pin: boolean; /* it is about the interval */
	now: number;
	interval: Span | null;
	services: string[];
	state: State;
	onClose: () => void;
	onDone: () => void;
}

export function AddNote(props: AddProps) {
	const { interval } = props, { services, hosts } = props.state;
	const [text, setText] = useState(''), [when, setWhen] = useState(day(props.at) + ' ' + clock(props.at)), [service, setService] = useState(services.length === 1 ? services[0]! : '');
	const [pin, setPin] = useState(props.pin && interval !== null), [wrong, setWrong] = useState(''), [busy, setBusy] = useState(false);
	const send = async (e: Event) => {
		const at = parseWhen(when, props.now);
		e.preventDefault();
		if (at === null)
			return setWrong('\u201c' + when + '\u201d is no time.');
		if (text.trim() === '')
			return setWrong('Say what happened.');
		setBusy(true);
		try {
			await change('api/v1/annotations', { text: text.trim(), ...(pin && interval ? { at: interval[0], until: interval[1], pin: true } : { at }),
				...(service ? { service } : {}), ...(hosts.length === 1 ? { host: hosts[0] } : {}) });
			props.onDone();
		} catch (failure) {
			setWrong(trouble(failure));
			setBusy(false);
		}
	};
	return (
		<Dialog title={pin ? 'Keep an interval' : 'Annotate'} onClose={props.onClose}>
			<form onSubmit={send}>
				<label><span>What</span><input name="text" value={text} maxLength={500} autofocus autocomplete="off" placeholder="deploy 4.2"
					onInput={(e) => setText(e.currentTarget.value)} /></label>
				<label><span>When</span><input name="at" value={pin && interval ? range(...interval) : when} disabled={pin} spellcheck={false} autocomplete="off"
					onInput={(e) => setWhen(e.currentTarget.value)} /></label>
				<label><span>Of</span><select name="service" value={service} onChange={(e) => setService(e.currentTarget.value)}>
					<option value="">everything</option>
					{props.services.map((name) => <option key={name} value={name}>{brief(clean(name), 60)}</option>)}
				</select></label>
				{interval && <label class="box"><input name="pin" type="checkbox" checked={pin} onChange={(e) => setPin(e.currentTarget.checked)} />
					<span><b>Keep {range(...interval)} for good</b><span class="quiet">Retention does not delete what is pinned.</span></span></label>}
				{wrong && <p class="wrong" role="alert">{wrong}</p>}
				<p class="quiet">Times are {zoneName(props.at)}.</p>
				<button class="main" type="submit" disabled={busy}>{pin ? 'Keep it' : 'Add'}</button>
			</form>
		</Dialog>
	);
}

export interface NoteProps {
	note: Note;
	annotate: boolean;
	onAround: (note: Note) => void;
	onGo: (note: Note) => void;
	onClose: () => void;
	onDone: () => void;
}

export function NoteCard({ note, annotate, onAround, onGo, onClose, onDone }: NoteProps) {
	const [wrong, setWrong] = useState('');
	const remove = async () => {
		try {
			await change('api/v1/annotations', { delete: note.id });
			onDone();
		} catch (failure) {
			setWrong(trouble(failure));
		}
	};
	const facts: [string, string][] = [['When', stamp(note.at, 0) + (note.until !== null ? ' \u2013 ' + stamp(note.until, 0) : '') + ' ' + zoneName(note.at)],
		['Service', clean(note.service)], ['Host', clean(note.host)], ['By', note.by], ['Kept', note.pin ? 'for good: retention leaves it alone' : '']];
	return (
		<Dialog title={brief(note.text, 200) || '(no text)'} onClose={onClose}>
			<dl>{facts.filter(([, text]) => text !== '').map(([name, text]) => [<dt key={name}>{name}</dt>,
				<dd key={name + '.'}><bdi>{brief(text)}</bdi></dd>])}</dl>
			{wrong && <p class="wrong" role="alert">{wrong}</p>}
			<p class="buttons">
				<button class="main" onClick={() => onAround(note)} title="The 30 minutes before as the base">Compare around this</button>
				<button onClick={() => onGo(note)}>Go there</button>
				{annotate && <button class="danger" onClick={() => void remove()}>Delete</button>}
			</p>
		</Dialog>
	);
}
