/* SPDX-License-Identifier: MIT */
/*
 * page_data: a made-up machine for the tests of the page: services, their CPU over time and their profiles, the same in
 * every run. Only the shapes are those of the daemon; nothing here is measured.
 */
export const WATERMARK = 1795356300; /* 2026-11-22T14:05:00Z */
export const STEP = 10, HOUR = 3600, RATE = 100;

const made = [ /* service, processes, cores, command */
	['shop-web', 4, 2.4, 'gunicorn: worker [shop.wsgi:application]'],
	['celery-worker', 6, 1.3, 'python -m celery -A shop.tasks worker -Q default,mail'],
	['search-indexer', 2, 0.74, '/opt/venv/bin/python3.12 /srv/indexer/main.py --shards 8'],
	['billing-api', 3, 0.31, 'uvicorn billing.main:app --workers 3'],
	['image-resizer', 2, 0.22, 'python resizer.py --pool 2'],
	['auth', 2, 0.08, 'uvicorn auth.main:app'],
	['metrics-exporter', 1, 0.012, 'python exporter.py'],
	['night-report', 1, 0, 'python -m reports.nightly'],
];

export function random(seed) {
	let a = seed >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

function seedOf(text) {
	let h = 7;
	for (const c of text)
		h = (Math.imul(h, 31) + c.codePointAt(0)) >>> 0;
	return h;
}

export const HOSTS = ['shop-1', 'shop-2', 'shop-3', 'shop-4', 'edge-1', 'edge-2', 'edge-3', 'batch-1', 'batch-2', 'batch-3'];
const hostsOf = (kind) => (kind === 'fleet' ? HOSTS.slice(0, 6) : ['shop-1.example']);
export const zoneOf = (host) => 'zone-' + 'abc'[seedOf(host) % 3];

export function services(kind) {
	if (kind === 'hostile')
		return hostile.map((name, i) => [name, 1, 0.5 / (i + 1), name]);
	return kind === 'many' ? Array.from({ length: 400 }, (_, i) => ['service-' + i, 1, 1 / (i + 1), 'python s' + i + '.py']) : made;
}

export const hostile = [
	'</script><script>window.evil = 1</script>',
	'<img src=x onerror="window.evil = 1">',
	'line\nend\r\x1b[31m\x07 \u2028 \u202egnp.exe',
	'\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u6f22\u5b57',
	'a'.repeat(5000),
	'~^.*$ & ? # % +',
	'{{constructor.constructor("window.evil=1")()}}',
	'',
];

function level(cores, seed, t) {
	const r = random(seed + t)();
	const day = 0.75 + 0.25 * Math.sin((t / 1400) + seed), burst = (t + seed * 137) % 1500 < 160 ? 1.5 : 1;
	return cores * day * burst * (0.86 + 0.28 * r);
}

export function targets(kind, now) {
	const list = [], hosts = hostsOf(kind);
	for (const [service, n, cores, command] of services(kind)) {
		for (let i = 0; i < n; i++) {
			const host = hosts[(i + seedOf(service)) % hosts.length];
			const pid = 1200 + seedOf(service) % 700 * 40 + i * 3, gone = service === 'night-report' || (i === 5);
			list.push({ id: host + '/' + pid + '/' + (48000 + pid), host, service, pid, command, runtime: 'CPython 3.' + (11 + seedOf(service) % 3),
				labels: { 'service.version': '2026.11.' + (seedOf(service) % 20 + i % 2), ...(kind === 'fleet' ? { zone: zoneOf(host) } : {}) }, first: now - HOUR, last: gone ? now - 900 : now,
				cpu: gone ? 0 : Math.round(level(cores / n, pid, now) * 1000) / 1000, threads: 1 + seedOf(service) % 9, gone });
		}
	}
	return { host: kind === 'fleet' ? 'collector' : 'shop-1.example', watermark: now, step: STEP, targets: list };
}

export function timeline(kind, query, now) {
	const step = Number(query.get('step')), until = Number(query.get('until')), from = Math.floor(Number(query.get('from')) / step) * step;
	const wanted = query.getAll('service'), pids = query.getAll('pid').map(Number), by = query.get('by');
	if (query.get('function'))
		return ofFunction(query, from, until, step);
	const factor = { cpu: 1, wall: 3.2, gil: 0.8 }[query.get('mode')] ?? 1;
	const all = targets(kind, now).targets;
	const groups = new Map();
	for (const target of all) {
		if ((wanted.length > 0 && !wanted.includes(target.service)) || (pids.length > 0 && !pids.includes(target.pid)))
			continue;
		if (!fits(target, query))
			continue;
		const key = by === 'pid' ? String(target.pid) : by === 'host' ? target.host : by?.startsWith('label.') ? target.labels[by.slice(6)] ?? '' : target.service;
		groups.set(key, [...(groups.get(key) ?? []), target]);
	}
	const series = [...groups].map(([key, group]) => ({
		labels: { [query.get('by')]: key },
		v: Array.from({ length: Math.ceil((until - from) / step) }, (_, i) => {
			const t = from + i * step;
			if (gap(t, step, now))
				return null; /* the daemon was being upgraded */
			if (group[0].service === 'night-report')
				return t < now - 900 && t > now - 3000 ? level(0.9, 5, t) : 0;
			const cores = group.reduce((sum, target) => sum + coresOf(kind, target), 0);
			return Math.round(factor * level(cores, seedOf(key), t) * 10000) / 10000;
		}),
	}));
	return { from, step, effective_from: from, effective_until: until, coverage: from < now - 2280 ? 0.967 : 1, unit: 'cores', series };
}

const gap = (t, step, now) => t >= now - 2400 && t + Math.min(step, 120) <= now - 2280;

function coresOf(kind, target) {
	const [, n, cores] = services(kind).find(([name]) => name === target.service);
	return cores / n;
}

export function fits(target, query) {
	const any = (key, value) => query.getAll(key).length === 0 || query.getAll(key).includes(value);
	return any('host', target.host) && [...new Set(query.keys())].filter((key) => key.startsWith('label.')).every((key) => any(key, target.labels[key.slice(6)]));
}

/* One function: it steps up at a known moment. */
export const MOMENT = WATERMARK - 1500;
function ofFunction(query, from, until, step) {
	const v = Array.from({ length: Math.ceil((until - from) / step) }, (_, i) => {
		const t = from + i * step;
		return t >= WATERMARK ? null : (t >= MOMENT ? 0.52 : 0.21) * (0.9 + 0.2 * random(t)());
	});
	return { from, step, coverage: 1, unit: query.get('unit'), series: [{ labels: { function: query.get('function') }, v }] };
}

export function heatmap(query, now) {
	const asked = Number(query.get('from')), until = Number(query.get('until')), column = STEP * Math.max(1, Math.ceil((until - asked) / STEP / 1440));
	const from = Math.floor(asked / column) * column, rows = 100, wanted = query.getAll('service').length || 8;
	const columns = Array.from({ length: Math.ceil((until - from) / column) }, (_, x) => {
		const t = from + x * column, r = random(t + wanted), busy = level(0.5, 3, t) * wanted;
		if (gap(t, column, now))
			return null;
		return Array.from({ length: rows }, (_, y) => {
			const spike = y >= 48 && y < 54 && t % 60 < 30 ? 3.2 : 1, quiet = t > now - 1200 && t < now - 1080 && y > 70 ? 0.1 : 1;
			return Math.round(busy * 6 * spike * quiet * (0.55 + 0.9 * r()));
		});
	});
	return { from, column, rows, watermark: now, effective_from: from, effective_until: until, coverage: 1, columns,
		max: columns.reduce((most, c) => Math.max(most, ...(c ?? [])), 1) };
}

/* What calls what in the shop: function, file, line, share spent in itself, callees. */
const calls = {
	'<module>': ['/srv/shop/manage.py', 8, 0.001, ['Arbiter.run', 'Worker.start']],
	'Arbiter.run': ['/usr/lib/python3/gunicorn/arbiter.py', 205, 0.002, ['SyncWorker.run']],
	'SyncWorker.run': ['/usr/lib/python3/gunicorn/workers/sync.py', 125, 0.01, ['SyncWorker.handle_request']],
	'SyncWorker.handle_request': ['/usr/lib/python3/gunicorn/workers/sync.py', 181, 0.02, ['WSGIHandler.__call__', 'parse_request', 'Response.write']],
	'parse_request': ['/usr/lib/python3/gunicorn/http/message.py', 188, 0.5, ['parse_headers']],
	'parse_headers': ['/usr/lib/python3/gunicorn/http/message.py', 76, 1, []],
	'Response.write': ['/usr/lib/python3/gunicorn/http/wsgi.py', 328, 0.7, ['socket.send']],
	'socket.send': ['/usr/lib/python3.12/socket.py', 0, 1, []],
	'WSGIHandler.__call__': ['/usr/lib/python3/django/core/handlers/wsgi.py', 120, 0.01, ['BaseHandler.get_response', 'Signal.send']],
	'Signal.send': ['/usr/lib/python3/django/dispatch/dispatcher.py', 169, 0.4, ['close_old_connections']],
	'close_old_connections': ['/usr/lib/python3/django/db/__init__.py', 44, 1, []],
	'BaseHandler.get_response': ['/usr/lib/python3/django/core/handlers/base.py', 140, 0.01, ['SessionMiddleware.__call__']],
	'SessionMiddleware.__call__': ['/srv/shop/middleware.py', 22, 0.05, ['search_view', 'product_view', 'checkout_view', 'SessionStore.load']],
	'SessionStore.load': ['/srv/shop/sessions.py', 41, 0.3, ['JSONDecoder.decode', 'Cursor.execute']],
	'search_view': ['/srv/shop/views/search.py', 33, 0.05, ['SearchIndex.query', 'render']],
	'product_view': ['/srv/shop/views/product.py', 18, 0.06, ['QuerySet._fetch_all', 'render', 'price_of']],
	'checkout_view': ['/srv/shop/views/checkout.py', 57, 0.05, ['Cart.total', 'QuerySet._fetch_all', 'sign_token']],
	'SearchIndex.query': ['/srv/shop/search.py', 90, 0.15, ['SearchIndex.score', 'tokenize', 'heapq.nlargest']],
	'SearchIndex.score': ['/srv/shop/search.py', 112, 0.75, ['levenshtein']],
	'levenshtein': ['/srv/shop/fuzzy.py', 12, 1, []],
	'tokenize': ['/srv/shop/search.py', 40, 0.6, ['re.findall']],
	're.findall': ['/usr/lib/python3.12/re/__init__.py', 217, 1, []],
	'heapq.nlargest': ['/usr/lib/python3.12/heapq.py', 523, 1, []],
	'render': ['/usr/lib/python3/django/template/base.py', 170, 0.05, ['NodeList.render']],
	'NodeList.render': ['/usr/lib/python3/django/template/base.py', 1015, 0.2, ['ForNode.render', 'VariableNode.render']],
	'ForNode.render': ['/usr/lib/python3/django/template/defaulttags.py', 170, 0.2, ['NodeList.render', 'VariableNode.render']],
	'VariableNode.render': ['/usr/lib/python3/django/template/base.py', 1064, 0.5, ['escape', 'price_of']],
	'escape': ['/usr/lib/python3/django/utils/html.py', 36, 1, []],
	'price_of': ['/srv/shop/pricing.py', 71, 0.5, ['Decimal.quantize', 'tax_rate']],
	'tax_rate': ['/srv/shop/pricing.py', 20, 1, []],
	'Decimal.quantize': ['/usr/lib/python3.12/_pydecimal.py', 2500, 1, []],
	'Cart.total': ['/srv/shop/cart.py', 64, 0.2, ['price_of']],
	'sign_token': ['/srv/shop/tokens.py', 15, 0.3, ['hmac.digest']],
	'hmac.digest': ['/usr/lib/python3.12/hmac.py', 161, 1, []],
	'QuerySet._fetch_all': ['/usr/lib/python3/django/db/models/query.py', 1923, 0.05, ['ModelIterable.__iter__']],
	'ModelIterable.__iter__': ['/usr/lib/python3/django/db/models/query.py', 82, 0.3, ['Cursor.execute', 'Model.from_db']],
	'Model.from_db': ['/usr/lib/python3/django/db/models/base.py', 580, 0.6, ['Model.__init__']],
	'Model.__init__': ['/usr/lib/python3/django/db/models/base.py', 460, 1, []],
	'Cursor.execute': ['/usr/lib/python3/psycopg/cursor.py', 97, 0.4, ['pq_exec', '[gc]']],
	'JSONDecoder.decode': ['/usr/lib/python3.12/json/decoder.py', 344, 0.2, ['JSONDecoder.raw_decode']],
	'JSONDecoder.raw_decode': ['/usr/lib/python3.12/json/decoder.py', 353, 1, []],
	'Worker.start': ['/usr/lib/python3/celery/worker/worker.py', 202, 0.001, ['Consumer.loop']],
	'Consumer.loop': ['/usr/lib/python3/celery/worker/loops.py', 50, 0.03, ['Task.__call__', 'Hub.poll']],
	'Hub.poll': ['/usr/lib/python3/kombu/asynchronous/hub.py', 301, 1, []],
	'Task.__call__': ['/usr/lib/python3/celery/app/task.py', 410, 0.01, ['send_mail', 'resize_image', 'rebuild_index']],
	'send_mail': ['/srv/shop/tasks/mail.py', 24, 0.2, ['render', 'sign_token']],
	'resize_image': ['/srv/shop/tasks/images.py', 31, 0.1, ['ImagingResample', 'Image.open']],
	'Image.open': ['/usr/lib/python3/PIL/Image.py', 3300, 1, []],
	'rebuild_index': ['/srv/shop/tasks/index.py', 66, 0.2, ['tokenize', 'JSONDecoder.decode']],
	'Condition.wait': ['/usr/lib/python3.12/threading.py', 355, 1, []],
};
const native = { pq_exec: '/usr/lib/x86_64-linux-gnu/libpq.so.5', ImagingResample: '/usr/lib/python3/PIL/_imaging.so' };

function place(name, merge) {
	if (name === 'all' || name.startsWith('thread '))
		return { text: name, fn: name, file: '', line: 0, kind: 'group' };
	if (name === '[gc]')
		return { text: name, fn: name, file: '', line: 0, kind: 'marker' };
	if (native[name])
		return { text: name + ' (' + native[name].split('/').pop() + ')', fn: name, file: native[name], line: 0, kind: 'native' };
	const [file, line] = calls[name] ?? ['/srv/gen/' + name.split('.')[0] + '.py', 1];
	const short = file.split('/').slice(-2).join('/');
	if (merge === 'module')
		return { text: short.replace(/\.py$/, '').replace('/', '.') + ' (' + short + ')', fn: name, file, line: 0, kind: 'python' };
	return { text: name + ' (' + short + ':' + line + ')', fn: name, file, line, kind: 'python' };
}

class Doc {
	constructor(merge) {
		this.doc = { names: [], function: [], file: [], line: [], kind: [], name: [], self: [], total: [], depth: [] };
		this.merge = merge;
		this.known = new Map();
	}

	name(what) {
		if (!this.known.has(what.text)) {
			this.known.set(what.text, this.doc.names.length);
			this.doc.names.push(what.text);
			this.doc.function.push(what.fn);
			this.doc.file.push(what.file);
			this.doc.line.push(what.line);
			this.doc.kind.push(what.kind);
		}
		return this.known.get(what.text);
	}

	node(what, depth, self) {
		this.doc.name.push(this.name(what));
		this.doc.depth.push(depth);
		this.doc.self.push(self);
		this.doc.total.push(self);
		return this.doc.name.length - 1;
	}

	finish(meta) {
		const { total, depth } = this.doc, path = [], parent = [];
		for (let i = 0; i < depth.length; i++) {
			path[depth[i]] = i;
			parent[i] = path[depth[i] - 1];
		}
		for (let i = depth.length - 1; i > 0; i--)
			total[parent[i]] += total[i];
		this.doc.meta = { title: 'shop-1', unit: 'samples', rate_asked: RATE, rate_reached: 99.6, ...meta };
		return this.doc;
	}
}

function grow(doc, name, depth, budget, r) {
	const [, , own, callees] = calls[name] ?? ['', 0, 1, []];
	const self = callees.length === 0 || budget < 3 || depth > 26 ? budget : Math.round(budget * own * (0.7 + 0.6 * r()));
	doc.node(place(name, doc.merge), depth, Math.min(self, budget));
	let rest = budget - self;
	if (rest <= 0)
		return;
	const shares = callees.map(() => 0.15 + r()), sum = shares.reduce((a, b) => a + b, 0);
	callees.slice().sort().forEach((callee, i) => {
		const part = i === callees.length - 1 ? rest : Math.min(rest, Math.round((budget - self) * shares[i] / sum));
		rest -= part;
		if (part > 0)
			grow(doc, callee, depth + 1, part, r);
	});
}

/* N nodes of a wide and deep made-up program. */
function large(n) {
	const r = random(42), doc = new Doc('function'), count = 900;
	const names = Array.from({ length: count }, (_, i) => place('mod' + (i % 60) + '.function_' + i, 'function'));
	doc.node(place('all'), 0, 0);
	let depth = 0;
	for (let i = 1; i < n; i++) {
		depth = Math.max(1, Math.min(60, depth + (r() < 0.62 ? 1 : -Math.floor(r() * 7))));
		doc.node(names[Math.floor(r() * r() * count)], depth, 1 + Math.floor(40 * r() ** 6));
	}
	return doc;
}

function hostileTree() {
	const doc = new Doc('function');
	doc.node(place('all'), 0, 0);
	hostile.forEach((name, i) => doc.node({ text: name, fn: name, file: name, line: i, kind: 'python' }, 1, 100));
	return doc;
}

const cache = new Map();

export function profile(kind, query, now) {
	const key = kind + query.toString() + now;
	if (!cache.has(key))
		cache.set(key, makeProfile(kind, query));
	return cache.get(key);
}

function makeProfile(kind, query) {
	const from = Number(query.get('from')), until = Number(query.get('until')), mode = query.get('mode');
	const seconds = until - from, wanted = query.getAll('service').concat(query.getAll('pid'));
	const coarse = kind === 'fleet' && WATERMARK - from > 86400 ? 60 : STEP; /* what is older is kept by the minute */
	const meta = { mode, start: new Date(from * 1000).toISOString(), duration: seconds, 
		effective_from: Math.floor(from / coarse) * coarse, effective_until: Math.ceil(until / coarse) * coarse,
		step: coarse, tier: coarse, ...(kind === 'fleet' ? { hosts: 6 } : {}),
		coverage: from < WATERMARK - 2280 && until > WATERMARK - 2400 ? 0.967 : 1, looks: Math.round(seconds * 310),
		lost: { moved: Math.round(seconds / 90), preempted: Math.round(seconds / 400), realtime: 0 } };
	if (kind === 'large')
		return large(100000).finish({ ...meta, coverage: 1 });
	if (kind === 'hostile')
		return hostileTree().finish(meta);
	const doc = new Doc(query.get('merge')), r = random(11 + wanted.join().length * 17 + (mode === 'gil' ? 3 : 0));
	doc.node(place('all'), 0, 0);
	if (kind === 'idle' && mode !== 'wall')
		return doc.finish({ ...meta, looks: 0, lost: {} });
	const total = Math.round(seconds * RATE * (wanted.length === 0 ? 4.9 : 1.1 * wanted.length));
	const threads = query.get('threads') === '1' ? ['thread MainThread (tid 1203)', 'thread pool-1 (tid 1211)'] : [null];
	threads.forEach((thread, i) => {
		const part = threads.length === 1 ? total : Math.round(total * (i === 0 ? 0.7 : 0.3));
		if (thread)
			doc.node(place(thread), 1, 0);
		const at = thread ? 2 : 1;
		if (mode === 'wall')
			grow(doc, 'Condition.wait', at, part * 2, r);
		grow(doc, '<module>', at, part, r);
	});
	return doc.finish(meta);
}
