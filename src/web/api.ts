/* SPDX-License-Identifier: MIT */
/* api: asks the server and says in words what went wrong. Addresses are relative, so a base path in front needs nothing. */
export type Trouble = 'offline' | 'token' | 'busy' | 'refused' | 'damaged' | 'absent';

export class Failure extends Error {
	constructor(readonly trouble: Trouble, message: string, readonly retry = 0) {
		super(message);
	}
}

const RETRY_DEFAULT = 3, RETRY_MAX = 60; /* seconds */

async function reason(answer: Response): Promise<string> {
	try {
		const body: unknown = await answer.json();
		const text = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined;
		if (typeof text === 'string')
			return text;
	} catch {
		/* no sentence: the number has to do */
	}
	return 'The server answered with status ' + answer.status + '.';
}

async function fail(answer: Response): Promise<never> {
	const text = await reason(answer);
	if (answer.status === 401 || answer.status === 403)
		throw new Failure('token', text);
	if (answer.status === 503 || answer.status === 429) {
		const wait = Number(answer.headers.get('Retry-After')) || RETRY_DEFAULT;
		throw new Failure('busy', text, Math.min(Math.max(wait, 1), RETRY_MAX));
	}
	throw new Failure(answer.status === 404 ? 'absent' : 'refused', text);
}

async function send(address: string, options: RequestInit, signal?: AbortSignal): Promise<Response> {
	let answer: Response;
	try {
		answer = await fetch(address, { ...options, credentials: 'same-origin', ...(signal ? { signal } : {}) });
	} catch (e) {
		if (signal?.aborted)
			throw e;
		throw new Failure('offline', 'There is no answer.', RETRY_DEFAULT);
	}
	if (!answer.ok)
		await fail(answer);
	return answer;
}

export async function ask(address: string, signal: AbortSignal): Promise<unknown> {
	const answer = await send(address, { headers: { Accept: 'application/json' } }, signal);
	try {
		return await answer.json();
	} catch (e) {
		if (signal.aborted)
			throw e;
		throw new Failure('damaged', 'The answer ended early or is no JSON.');
	}
}

/* The only thing that the page changes anywhere: annotations. */
export async function change(address: string, body: unknown): Promise<void> {
	await send(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}
