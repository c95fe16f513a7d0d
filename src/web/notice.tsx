/* SPDX-License-Identifier: MIT */
/* notice: what stands where there is nothing to show, and what to do about it. */
import type { ComponentChildren } from 'preact';
import type { Failure } from './api';
import { wishes } from './reshape';
import type { Change, State } from './state';
import { brief, clean } from './text';

export function Notice({ title, children, kind = '' }: { title: string; children?: ComponentChildren; kind?: string }) {
	return (
		<div class={'notice ' + kind} role={kind === 'trouble' ? 'alert' : 'status'}>
			<h2>{title}</h2>
			{children}
		</div>
	);
}

export function Loading({ what }: { what: string }) {
	return <div class="notice loading" role="status"><p>{what}</p></div>;
}

export function NoTargets({ onRetry }: { onRetry: () => void }) {
	return (
		<Notice title="Nothing is being looked at yet">
			<p>The daemon runs, but no process matches its rules. Name processes when it starts:</p>
			<pre>scrape serve -p PID{'\n'}scrape serve -P 'gunicorn|celery'</pre>
			<p>or write a rule into <code>/etc/scrape/scrape.conf</code> (see <code>man scrape.conf</code>), such as</p>
			<pre>[rule shop]{'\n'}unit = shop@*.service</pre>
			<p>and tell the daemon to read it:</p>
			<pre>systemctl reload scrape</pre>
			<p>What could be looked at on this machine, and what not and why, says</p>
			<pre>scrape ps</pre>
			<p><button onClick={onRetry}>Look again</button></p>
		</Notice>
	);
}

function sentence(text: string): string {
	const said = brief(clean(text)).trim();
	return /[.!?\u2026]$/.test(said) || said === '' ? said : said + '.';
}

export function Young({ step }: { step: number }) {
	return (
		<Notice title="Nothing has been added up yet">
			<p>The daemon has just begun. There is something to see as soon as the first {step} seconds are over; this page asks again by itself.</p>
		</Notice>
	);
}

let who = 'daemon';

/* Which of the two programs it is that answers, or does not. */
export function setWho(name: 'daemon' | 'collector'): void {
	who = name;
}

function title({ trouble }: Failure): string {
	return {
		offline: 'The ' + who + ' does not answer',
		token: 'This ' + who + ' asks for its token',
		busy: 'The ' + who + ' is busy',
		refused: 'The ' + who + ' refused this question',
		damaged: 'The answer makes no sense',
		absent: 'This ' + who + ' does not know this question',
	}[trouble];
}

function unit(): string {
	return who === 'collector' ? 'scrape-collect' : 'scrape';
}

/* A page that is loaded anew makes the browser ask; the server then gives it a cookie. */
function logIn(): void {
	location.reload();
}

export function Trouble({ failure, onRetry, onReset }: { failure: Failure; onRetry: () => void; onReset?: () => void }) {
	const said = sentence(failure.message);
	return (
		<Notice title={title(failure)} kind="trouble">
			{failure.trouble === 'offline' && <>
				<p>It is asked again every few seconds. On its machine, see whether it runs:</p>
				<pre>systemctl status {unit()}{'\n'}journalctl -u {unit()} -n 20</pre>
			</>}
			{failure.trouble === 'token' && <>
				<p>Enter it as the password; any user name will do. It is in the file that <code>token-file</code> names in <code>/etc/scrape/scrape.conf</code>.</p>
				<p><button class="main" onClick={logIn}>Enter the token</button></p>
			</>}
			{failure.trouble === 'busy' && <p>{said} It is asked again in {failure.retry} s. A shorter interval takes less time.</p>}
			{(failure.trouble === 'refused' || failure.trouble === 'absent') && <p class="said">{said}</p>}
			{failure.trouble === 'damaged' && <p>{said} Perhaps something between the {who} and this page changed it, or the {who} was upgraded: reload the page.</p>}
			{failure.trouble !== 'token' && <p>
				<button onClick={onRetry}>Ask again</button>
				{(failure.trouble === 'refused' || failure.trouble === 'absent') && onReset && <button onClick={onReset}>Show everything</button>}
			</p>}
		</Notice>
	);
}

export function Strip({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
	return (
		<div class="strip" role="alert">
			<b>{title(failure)}.</b>
			<span>{sentence(failure.message)} What is shown is older.</span>
			<button class="small" onClick={failure.trouble === 'token' ? logIn : onRetry}>
				{failure.trouble === 'token' ? 'Enter the token' : 'Ask again'}
			</button>
		</div>
	);
}

const nothing = {
	cpu: 'No CPU time was used',
	wall: 'No thread was seen',
	gil: 'Nobody was seen with the interpreter lock',
} as const;

export function NoSamples({ state, set }: { state: State; set: (change: Change) => void }) {
	return (
		<Notice title={nothing[state.mode] + ' in this interval'}>
			{state.mode !== 'wall' && <p>The threads may have been waiting all the time: the wall clock mode shows where.</p>}
			<p>
				{state.mode !== 'wall' && <button class="main" onClick={() => set({ mode: 'wall' })}>Show wall clock time</button>}
				{state.from !== null && <button onClick={() => set({ from: null, until: null })}>Whole timeline</button>}
				{(state.services.length > 0 || state.pids.length > 0) &&
					<button onClick={() => set({ services: [], pids: [] })}>All services</button>}
				{state.hosts.length + state.labels.length > 0 && <button onClick={() => set({ hosts: [], labels: [] })}>Any host and label</button>}
				{wishes(state) && <button onClick={() => set({ focus: '', ignore: '', nostd: false, norec: false })}>Without focus and ignore</button>}
			</p>
		</Notice>
	);
}
