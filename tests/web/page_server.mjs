/* SPDX-License-Identifier: MIT */
/*
 * page_server: the daemon's side of the page, made up: the same addresses, parameters, headers and statuses. What
 * it answers with is decided by `scene`, which the test changes.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as compare from './page_compare.mjs';
import * as data from './page_data.mjs';
import * as fleet from './page_fleet.mjs';

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8',
	svg: 'image/svg+xml', txt: 'text/plain; charset=utf-8' };
const downloads = { svg: 'image/svg+xml', folded: 'text/plain', pprof: 'application/octet-stream', speedscope: 'application/json' };

/* The policy that the daemon sends stands in its header file. */
export function policy(root) {
	const text = readFileSync(join(root, 'src/daemon/page.h'), 'utf8').split('#define PAGE_POLICY')[1].split('\n\n')[0];
	return [...text.matchAll(/"([^"]*)"/g)].map((part) => part[1]).join('');
}

function files(dist) {
	const found = new Map();
	for (const folder of ['', 'assets/'])
		for (const entry of readdirSync(join(dist, folder), { withFileTypes: true }))
			if (entry.isFile())
				found.set(folder + entry.name, readFileSync(join(dist, folder + entry.name)));
	return found;
}

export async function serve(root, base) {
	const dist = files(join(root, 'src/web/dist')), csp = policy(root);
	const scene = { kind: 'shop', now: data.WATERMARK, status: 200, token: false, delay: 0, only: '', old: false, annotate: true, writes: true, notes: fleet.notes() };
	const log = [];

	function refuse(answer, status, text, headers = {}) {
		answer.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
		answer.end(JSON.stringify({ error: text }));
	}

	const packed = new WeakMap(); /* large answers are made once: how long that takes here says nothing */

	function reply(answer, body) {
		if (!packed.has(body))
			packed.set(body, gzipSync(JSON.stringify(body), { level: 1 }));
		const bytes = packed.get(body);
		answer.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Cache-Control': 'no-store',
			'X-Content-Type-Options': 'nosniff' });
		answer.end(bytes);
	}

	const history = {
		status: () => fleet.status(scene.kind, scene.now, scene.annotate),
		labels: () => fleet.labels(scene.kind),
		heatmap: (query) => data.heatmap(query, scene.now),
		diff: (query) => compare.diff(scene.kind, query, scene.now, scene.unsure),
		regressions: (query) => compare.regressions(scene.kind, query),
		annotations: (query) => ({ items: scene.notes.filter((n) => n.at < Number(query.get('until')) && (n.until ?? n.at) >= Number(query.get('from'))) }),
	};

	function targets(query) {
		const all = data.targets(scene.kind === 'young' || scene.kind === 'none' ? 'shop' : scene.kind, scene.now);
		const nobody = scene.kind === 'none' || Number(query.get('until') ?? Infinity) < scene.now - 400 * 86400;
		return { ...all, ...(scene.kind === 'young' ? { watermark: 0 } : {}), ...(nobody ? { targets: [] } : {}) };
	}

	/* The only thing that can be changed. */
	function write(request, answer) {
		let body = '';
		request.on('data', (part) => { body += part; });
		request.on('end', () => {
			if (!scene.writes)
				return refuse(answer, 403, 'Annotating needs the token.');
			scene.sent = body === '' ? null : JSON.parse(body);
			if (request.headers['content-type'] !== 'application/json')
				return refuse(answer, 400, 'An annotation is JSON.');
			if (scene.sent.delete) {
				scene.notes = scene.notes.filter((n) => n.id !== scene.sent.delete);
				answer.writeHead(201, { 'Content-Type': 'application/json' });
				return answer.end(JSON.stringify({ id: scene.sent.delete }));
			}
			const id = 100 + scene.notes.length;
			scene.notes.push({ id, until: null, service: '', host: '', pin: false, by: 'you', at: scene.now, ...scene.sent });
			answer.writeHead(201, { 'Content-Type': 'application/json' });
			answer.end(JSON.stringify({ id }));
		});
	}

	function question(path, query, answer) {
		if (path === 'targets')
			return reply(answer, targets(query));
		if (path === 'timeline') {
			if (query.get('by') === 'pid' && Number(query.get('from')) < scene.now - 14 * 86400)
				return refuse(answer, 400, 'pids are kept since 2026-11-08T14:05:00Z; before, ask by host');
			return reply(answer, data.timeline(scene.kind, query, scene.now));
		}
		if (path === 'hosts' && scene.kind === 'fleet')
			return reply(answer, fleet.hosts(scene.now));
		if (!scene.old && Object.hasOwn(history, path))
			return reply(answer, history[path](query));
		const values = /^labels\/(.+)\/values$/.exec(path);
		if (!scene.old && values)
			return reply(answer, fleet.values(scene.kind, decodeURIComponent(values[1]), query, scene.now));
		if (path !== 'profile')
			return refuse(answer, 404, 'There is nothing here.');
		const format = query.get('format');
		if (format === 'json')
			return reply(answer, data.profile(scene.kind, query, scene.now));
		answer.writeHead(200, { 'Content-Type': downloads[format] ?? 'text/plain', 'Content-Disposition':
			'attachment; filename="shop.' + format + '"' });
		answer.end('profile as ' + format + '\n');
	}

	const server = createServer((request, answer) => {
		const url = new URL(request.url, 'http://x');
		if (!url.pathname.startsWith(base))
			return refuse(answer, 404, 'There is nothing here.');
		const path = url.pathname.slice(base.length);
		log.push(request.url);
		if (request.method === 'POST')
			return path === 'api/v1/annotations' ? write(request, answer) : refuse(answer, 405, 'Only annotations can be changed.');
		if (path.startsWith('api/')) {
			if (scene.token && request.headers.authorization !== 'Basic ' + Buffer.from('x:sesame').toString('base64'))
				return refuse(answer, 401, 'A token is needed.', scene.token === 'quiet' ? {} : { 'WWW-Authenticate': 'Basic realm="scrape"' });
			if (scene.status !== 200 && path.includes(scene.only))
				return refuse(answer, scene.status, scene.text ?? 'No <b>such</b> thing.', scene.status === 503 ? { 'Retry-After': '1' } : {});
			return setTimeout(() => question(path.slice('api/v1/'.length), url.searchParams, answer), scene.delay);
		}
		const name = path === '' ? 'index.html' : path, bytes = dist.get(name);
		if (!bytes || name !== 'index.html' && path === 'index.html')
			return refuse(answer, 404, 'There is nothing here.');
		answer.writeHead(200, { 'Content-Type': types[name.split('.').pop()], 'Content-Security-Policy': csp, 'Content-Encoding': 'gzip',
			'Cache-Control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' });
		answer.end(gzipSync(bytes));
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { url: 'http://127.0.0.1:' + server.address().port + base, scene, log, close: () => { server.closeAllConnections(); server.close(); } };
}
