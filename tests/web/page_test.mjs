/* SPDX-License-Identifier: MIT */
/*
 * page_test: does with the page what a person does, in a headless Chromium, and compares what is to be seen with sums
 * over the same JSON, made another way. Pictures of it stay in build/web/. Times are printed, not judged.
 *	node page_test.mjs ROOT CHROMIUM MODULES
 * With ONLY='testLoad testHeat' only these.
 */
import { mkdirSync } from 'node:fs';
import * as changes from './page_changes.mjs';
import * as data from './page_data.mjs';
import { asked, browser, calm, close, log, open, percent, ROW, same, scene, settled, shot, shots, shown, spotOf, state, sum, text, tipLines,
	view } from './page_hand.mjs';
import * as history from './page_history.mjs';

async function testLoad() {
	const page = await open();
	await settled(page);
	same('title', await page.title(), 'shop-1.example \u00b7 scrape');
	const sums = data.timeline('shop', new URLSearchParams({ by: 'service', from: data.WATERMARK - 3600, until: data.WATERMARK, step: 60 }), data.WATERMARK)
		.series.map((s) => [s.labels.service, s.v.reduce((a, b) => a + b, 0)]).sort((a, b) => b[1] - a[1]);
	same('services, the largest first', await page.locator('.service-name').allTextContents(), sums.map(([name]) => name));
	same('a line each', await page.locator('.service .spark path').count(), 16);
	same('all are chosen', await page.locator('.everything').getAttribute('aria-pressed'), 'true');
	same('the whole hour', [asked('profile').get('from'), asked('profile').get('until')], [String(data.WATERMARK - 3600), String(data.WATERMARK)]);
	same('facts', (await text(page, '.facts')).startsWith('17,'), true);
	same('coverage is warned of', await page.locator('.facts').textContent().then((t) => t.includes('96.7 % covered')), true);
	same('as small a state as can be', new URL(page.url()).hash, '');
	await shot(page, 'load-1280');
	await page.setViewportSize({ width: 1920, height: 1080 });
	await settled(page);
	await shot(page, 'load-1920');
	await page.setViewportSize({ width: 800, height: 720 });
	await settled(page);
	same('services are a drawer', await page.locator('.services').isVisible(), false);
	await shot(page, 'load-800');
	await page.click('.side-button');
	await page.waitForTimeout(250);
	same('which opens', await page.locator('.services').isVisible(), true);
	await shot(page, 'drawer-800');
	same('nothing wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
	await close(page);
}

async function testChoose() {
	const page = await open();
	await settled(page);
	await page.click('.service-name >> text=search-indexer');
	await settled(page);
	same('one', asked('profile').getAll('service'), ['search-indexer']);
	same('timeline of it', asked('timeline').getAll('service').length + asked('timeline').get('by'), '1service');
	same('in the address', state(page).getAll('service'), ['search-indexer']);
	await page.click('.service-name >> text=auth', { modifiers: ['Control'] });
	await settled(page);
	same('two', asked('profile').getAll('service'), ['search-indexer', 'auth']);
	await page.locator('.service', { hasText: 'billing-api' }).locator('input').click();
	await settled(page);
	same('three', asked('profile').getAll('service'), ['search-indexer', 'auth', 'billing-api']);
	await shot(page, 'three-services');
	await page.click('[aria-label="Processes of shop-web"]');
	same('processes', await page.locator('.process').count(), 4);
	await page.locator('.process').nth(1).click();
	await settled(page);
	const pid = await page.locator('.process .pid').nth(1).textContent();
	same('one process', [asked('profile').getAll('pid'), asked('profile').getAll('service')], [[pid], []]);
	same('by pid', asked('timeline').get('by'), 'pid');
	await page.click('[aria-label="Processes of search-indexer"]');
	same('what tells processes apart', await page.locator('.service', { hasText: 'search-indexer' }).locator('.command').first().textContent(),
		'main.py --shards 8');
	await page.fill('[aria-label="Filter services"]', 'report');
	same('filter', await page.locator('.service-name').allTextContents(), ['night-report']);
	await page.goBack();
	await settled(page);
	same('back', asked('profile').getAll('service').length, 3);
	await close(page);
}

async function testInterval() {
	const page = await open();
	await settled(page);
	const over = await page.locator('.u-over').boundingBox();
	await page.mouse.move(over.x + over.width * 0.5, over.y + 40);
	await page.mouse.down();
	await page.mouse.move(over.x + over.width * 0.6, over.y + 50, { steps: 5 });
	await page.mouse.up();
	await settled(page);
	const from = Number(asked('profile').get('from')), until = Number(asked('profile').get('until'));
	same('on slices', [from % 10, until % 10], [0, 0]);
	same('where it was dragged', [Math.abs(from - (data.WATERMARK - 1800)) <= 20, Math.abs(until - (data.WATERMARK - 1440)) <= 20], [true, true]);
	same('in the address', [state(page).get('from'), state(page).get('until'), state(page).get('end')], [String(from), String(until), String(data.WATERMARK)]);
	same('the timeline stays', asked('timeline').get('from'), String(data.WATERMARK - 3600));
	same('it is marked', await page.locator('.band.now').evaluate((e) => e.offsetWidth > 60), true);
	await page.keyboard.press(']');
	await settled(page);
	same('the next one', asked('profile').get('from'), String(until));
	await shot(page, 'interval');
	await page.reload();
	await settled(page);
	same('after a reload', [asked('profile').get('from'), await page.locator('.band.now').evaluate((e) => e.offsetWidth > 60)], [String(until), true]);
	await page.keyboard.press('Escape');
	await settled(page);
	same('Esc: the whole', asked('profile').get('from'), String(data.WATERMARK - 3600));
	await page.click('.range-menu summary');
	await page.click('.presets >> text="5 min"');
	await settled(page);
	same('last 5 min', asked('timeline').get('from'), String(data.WATERMARK - 300));
	await close(page);
}

async function testFlame() {
	const page = await open();
	await settled(page);
	const profile = shown(), i = profile.spot(), name = profile.name[i];
	let spot = await spotOf(page, profile, i);
	await page.mouse.move(spot.x, spot.y);
	const lines = await tipLines(page);
	same('hover: name', lines[0], profile.fn(i));
	same('hover: file', lines[1], profile.file[name] + (profile.line[name] ? ':' + profile.line[name] : ''));
	same('hover: total', lines[2].split(' | ')[2], percent(profile.total[i], profile.total[0]));
	same('hover: self', lines[3].split(' | ')[2], percent(profile.self[i], profile.total[0]));
	await shot(page, 'hover');
	await page.mouse.click(spot.x, spot.y);
	await page.waitForTimeout(80);
	same('zoom: crumb', await text(page, '.crumb:last-child button'), profile.fn(i));
	same('zoom: address', state(page).has('zoom'), true);
	spot = await spotOf(page, profile, i, i);
	await page.mouse.move(spot.x, spot.y);
	same('zoom: it is there', (await tipLines(page))[0], profile.fn(i));
	await shot(page, 'zoom');
	const zoomed = page.url();
	await page.keyboard.press('Escape');
	await page.waitForTimeout(60);
	same('Esc: its caller', await text(page, '.crumb:last-child button'), profile.fn(profile.parent[i]));
	await page.keyboard.press('Home');
	same('Home', state(page).has('zoom'), false);
	await page.goto('about:blank');
	await page.goto(zoomed);
	await settled(page);
	same('a link brings it back', await text(page, '.crumb:last-child button'), profile.fn(i));
	await page.keyboard.press('Home');
	await page.waitForTimeout(60);
	await page.mouse.move(5, 5);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	const widest = profile.total.reduce((best, total, k) => (profile.parent[k] === 0 && (best < 0 || total > profile.total[best]) ? k : best), -1);
	same('arrows', (await tipLines(page))[0], profile.fn(widest));
	await page.keyboard.press('Enter');
	await page.waitForTimeout(60);
	same('Enter', await text(page, '.crumb:last-child button'), profile.fn(widest));
	await page.keyboard.press('Home');
	await page.keyboard.press('i');
	await page.waitForTimeout(60);
	const canvas = await page.locator('.flame canvas').boundingBox();
	await page.mouse.move(canvas.x + 50, canvas.y + canvas.height - ROW / 2);
	same('turned: root at the bottom', (await tipLines(page))[0], 'all');
	await page.mouse.move(600, 700);
	await shot(page, 'flame-up');
	same('turned: address', state(page).get('up'), '1');
	await close(page);
}

async function testSearch() {
	const page = await open();
	await settled(page);
	const profile = shown(), found = () => text(page, '.found');
	const share = (test) => percent(profile.matched(test), profile.total[0]);
	await page.keyboard.press('/');
	await page.keyboard.type('PRICE_OF');
	await page.waitForTimeout(100);
	same('text', await found(), share((t) => t.toLowerCase().includes('price_of')));
	await page.mouse.move(5, 5);
	await page.keyboard.press('Enter');
	same('Enter goes there', (await tipLines(page))[0], 'price_of');
	await shot(page, 'search');
	await page.fill('#search', '/query|json.decoder/');
	same('regex', await found(), share((t) => /query|json.decoder/i.test(t)));
	await page.fill('#search', 'render (');
	same('brackets are text', await found(), share((t) => t.toLowerCase().includes('render (')));
	await page.fill('#search', '/(/');
	same('no expression', await found(), 'no expression');
	await page.fill('#search', 'no such function');
	same('nothing', await found(), 'nothing found');
	await page.fill('#search', 'escape');
	await page.waitForTimeout(100);
	same('address', state(page).get('q'), 'escape');
	await page.keyboard.press('Escape');
	same('Esc clears', [await page.inputValue('#search'), state(page).has('q')], ['', false]);
	await close(page);
}

async function testSwitches() {
	const page = await open();
	await settled(page);
	for (const [label, mode] of [['Wall', 'wall'], ['GIL', 'gil'], ['CPU', 'cpu']]) {
		await page.click('.switch button >> text="' + label + '"');
		await settled(page);
		same('mode', [asked('profile').get('mode'), asked('timeline').get('mode'), state(page).get('mode') ?? 'cpu'], [mode, mode, mode]);
		if (mode === 'wall')
			await shot(page, 'wall');
	}
	await page.keyboard.press('g');
	await settled(page);
	same('by line', asked('profile').get('merge'), 'line');
	await page.keyboard.press('g');
	await settled(page);
	same('by module', asked('profile').get('merge'), 'module');
	const modules = shown(), spot = await spotOf(page, modules, modules.spot());
	await page.mouse.move(spot.x, spot.y);
	same('a box has the name of its module', (await tipLines(page))[0], modules.names[modules.name[modules.spot()]].replace(/ \(.*/, ''));
	await page.keyboard.press('g');
	await page.keyboard.press('a');
	await settled(page);
	same('threads apart', [asked('profile').get('threads'), asked('profile').get('merge')], ['1', 'function']);
	await shot(page, 'threads');
	const pixel = () => page.locator('.flame canvas').evaluate((c) => [...c.getContext('2d').getImageData(40, 18 * 6 + 3, 1, 1).data].join());
	const before = await pixel();
	await page.keyboard.press('c');
	await page.waitForTimeout(100);
	same('by language', [state(page).get('colour'), await pixel() !== before], ['language', true]);
	const log0 = log.length;
	await page.keyboard.press('c');
	await page.keyboard.press('c');
	await page.waitForTimeout(100);
	same('colours ask nothing', [state(page).has('colour'), log.length], [false, log0]);
	await close(page);
}

async function testTable() {
	const page = await open();
	await settled(page);
	await page.keyboard.press('t');
	await page.waitForSelector('.row');
	const profile = shown(), { self, total } = profile.totals();
	const rows = () => page.locator('.row').evaluateAll((list) => list.map((r) => ({ top: parseFloat(r.style.top), fn: r.querySelector('.fn').textContent,
		shares: [...r.querySelectorAll('.share')].map((s) => s.textContent) })).sort((a, b) => a.top - b.top).slice(0, 6)
		.map(({ fn, shares }) => [fn, ...shares]));
	const want = (by) => [...total.keys()].sort((a, b) => by.get(b) - by.get(a) || (by === self ? total : self).get(b) - (by === self ? total : self).get(a) ||
		(profile.names[a] < profile.names[b] ? -1 : 1)).slice(0, 6)
		.map((name) => [profile.function[name], percent(self.get(name), profile.total[0]), percent(total.get(name), profile.total[0])]);
	same('by self', await rows(), want(self));
	await shot(page, 'table');
	const [first] = await rows();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await page.waitForSelector('.sandwich-head');
	same('arrow and Enter', state(page).get('fn').startsWith(first[0]), true);
	await page.keyboard.press('t');
	await page.waitForSelector('.cell .time');
	await page.click('.head-total');
	await page.waitForTimeout(80);
	same('by total', await rows(), want(total));
	same('address', [state(page).get('view'), state(page).get('sort')], ['table', 'total']);
	await page.fill('#search', 'decoder');
	await page.waitForTimeout(80);
	same('search filters', (await rows()).map(([fn]) => fn).sort(), ['JSONDecoder.decode', 'JSONDecoder.raw_decode']);
	await page.fill('#search', '');
	await page.click('.row >> text=VariableNode.render');
	await page.waitForSelector('.sandwich-head');
	same('a row opens the sandwich', [state(page).get('view'), state(page).get('fn').startsWith('VariableNode.render')], ['sandwich', true]);
	await close(page);
}

async function testSandwich() {
	const page = await open();
	await settled(page);
	const profile = shown(), name = profile.function.indexOf('render'), { self, total } = profile.totals();
	await page.goto(view.url + '#view=sandwich&fn=' + encodeURIComponent(profile.names[name]));
	await page.waitForSelector('.sandwich-head');
	await page.waitForTimeout(200);
	same('shares', await page.locator('.sandwich-head .quiet').textContent().then((t) => [t.includes(percent(self.get(name), profile.total[0])),
		t.includes(percent(total.get(name), profile.total[0]))]), [true, true]);
	const callers = new Map(), callees = new Map();
	profile.name.forEach((n, i) => {
		if (n === name && !profile.above(i).some((k) => profile.name[k] === name)) {
			const up = profile.fn(profile.parent[i]);
			callers.set(up, (callers.get(up) ?? 0) + profile.total[i]);
			profile.parent.forEach((p, k) => p === i && callees.set(profile.fn(k), (callees.get(profile.fn(k)) ?? 0) + profile.total[k]));
		}
	});
	const largest = (map) => [...map].sort((a, b) => b[1] - a[1])[0];
	const at = async (half, row, up) => {
		const canvas = page.locator('.half').nth(half).locator('canvas'), edge = await canvas.boundingBox();
		const frame = await page.locator('.half').nth(half).locator('.flame').evaluate((e) => ({ top: e.scrollTop, all: e.querySelector('.sizer').clientHeight,
			high: e.clientHeight }));
		const rows = Number(await canvas.getAttribute('data-rows'));
		const y = up ? Math.max(rows * ROW, edge.height) - frame.top - row * ROW - ROW / 2 : row * ROW + ROW / 2 - frame.top;
		await page.mouse.move(edge.x + 12, edge.y + y);
		return tipLines(page);
	};
	const caller = await at(0, 1, true), callee = await at(1, 1, false), [who, much] = largest(callers), [what, part] = largest(callees);
	same('its largest caller', [caller[0], caller.find((l) => l.startsWith('total')).split(' | ')[2]], [who, percent(much, total.get(name))]);
	same('its largest callee', [callee[0], callee.find((l) => l.startsWith('total')).split(' | ')[2]], [what, percent(part, total.get(name))]);
	await page.mouse.move(5, 5);
	await shot(page, 'sandwich');
	await page.setViewportSize({ width: 800, height: 720 });
	await settled(page);
	same('the function stays in sight', (await at(0, 0, true))[0], 'render');
	await page.mouse.move(5, 5);
	await shot(page, 'sandwich-800');
	await close(page);
}

async function testDownload() {
	const page = await open('#service=auth&mode=gil&merge=line&threads=1&end=' + data.WATERMARK + '&from=' + (data.WATERMARK - 600) + '&until=' + (data.WATERMARK - 300));
	await settled(page);
	await page.click('.downloads summary');
	await shot(page, 'download');
	same('formats', await page.locator('.downloads .menu-list a').evaluateAll((list) => list.map((a) => a.dataset.format)), ['html', 'svg', 'csv', 'pprof', 'speedscope', 'folded', 'pstats', 'callgrind', 'json']);
	const link = new URL(await page.locator('[data-format=pprof]').evaluate((a) => a.href));
	same('address', link.pathname, '/scrape/api/v1/profile');
	same('parameters', Object.fromEntries(link.searchParams), { service: 'auth', format: 'pprof', mode: 'gil', merge: 'line', threads: '1',
		from: String(data.WATERMARK - 600), until: String(data.WATERMARK - 300), max_nodes: '100000' });
	const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-format=speedscope]')]);
	same('it is saved', file.suggestedFilename(), 'shop.speedscope');
	same('the menu has gone', await page.locator('.downloads .menu-list').isVisible(), false);
	await close(page);
}

async function testLive() {
	const page = await open('#span=300');
	await settled(page);
	await page.keyboard.press('l');
	await settled(page);
	same('on', [await page.locator('.live').getAttribute('aria-pressed'), state(page).get('live')], ['true', '1']);
	scene.now = data.WATERMARK + 20;
	await page.waitForResponse((r) => r.url().includes('until=' + scene.now) && r.url().includes('format=json'), { timeout: 12000 });
	await settled(page);
	same('it follows', [asked('profile').get('until'), asked('profile').get('from'), (await text(page, '.until')).replace(/ .* /, ' ')],
		[String(scene.now), String(scene.now - 300), 'until 14:05:20']);
	await shot(page, 'live');
	const over = await page.locator('.u-over').boundingBox();
	await page.mouse.move(over.x + over.width * 0.5, over.y + 40);
	await page.mouse.down();
	await page.mouse.move(over.x + over.width * 0.6, over.y + 40, { steps: 3 });
	scene.now = data.WATERMARK + 30;
	await page.waitForResponse((r) => r.url().includes('until=' + scene.now) && r.url().includes('/timeline'), { timeout: 12000 });
	await settled(page);
	await page.mouse.move(over.x + over.width * 0.7, over.y + 40, { steps: 3 });
	await page.mouse.up();
	await settled(page);
	same('what comes meanwhile leaves a drag alone', [state(page).get('from'), state(page).get('until'), state(page).has('live')],
		[String(data.WATERMARK + 20 - 150), String(data.WATERMARK + 20 - 90), false]);
	await page.keyboard.press('l');
	await settled(page);
	await page.keyboard.press('l');
	same('off: it stands still', [state(page).has('live'), state(page).get('end')], [false, String(scene.now)]);
	scene.now = data.WATERMARK;
	await close(page);
}

async function testState() {
	const hash = '#service=shop-web&service=auth&span=900&end=' + data.WATERMARK + '&from=' + (data.WATERMARK - 500) + '&until=' + (data.WATERMARK - 200) +
		'&mode=wall&merge=line&view=table&colour=hash&sort=total&q=render&threads=1&up=1';
	const page = await open(hash);
	await settled(page);
	same('asked', Object.fromEntries(asked('profile')), { service: 'auth', format: 'json', mode: 'wall', merge: 'line', threads: '1',
		from: String(data.WATERMARK - 500), until: String(data.WATERMARK - 200), max_nodes: '100000' });
	same('shown', [await page.locator('.service.chosen').count(), await page.inputValue('#search'), await page.locator('.head.sorted').textContent(),
		await page.locator('.toggle').first().getAttribute('aria-pressed')], [2, 'render', 'Total', 'true']);
	await page.keyboard.press('f');
	const want = hash.replace('&view=table', '').slice(1).split('&').sort();
	same('the address says the same', [...state(page)].map(([k, v]) => k + '=' + v).sort(), want);
	await close(page);
	const odd = await open('#mode=%3Cscript%3E&span=1e9&from=9&until=3&zoom=%22%3E&view=__proto__&pid=-1&service=nobody&fn=%00');
	await settled(odd);
	same('nonsense is not believed', [asked('profile').get('mode'), asked('profile').getAll('pid'), asked('profile').get('from')],
		['cpu', [], String(data.WATERMARK - 3600)]);
	await close(odd);
}

async function testKeys() {
	const page = await open();
	await settled(page);
	await page.keyboard.press('?');
	same('keys', await page.locator('dialog.help').isVisible(), true);
	await shot(page, 'keys');
	await page.keyboard.press('Escape');
	await page.waitForSelector('dialog.help', { state: 'detached' });
	const dark = () => page.evaluate(() => document.documentElement.dataset.theme);
	same('light', await dark(), 'light');
	await page.keyboard.press('d');
	same('dark', await dark(), 'dark');
	await page.reload();
	await settled(page);
	same('it is remembered', await dark(), 'dark');
	const profile = shown(), i = profile.spot(), spot = await spotOf(page, profile, i);
	await page.mouse.move(spot.x, spot.y);
	await page.waitForTimeout(100);
	await shot(page, 'dark');
	await page.keyboard.press('s');
	await page.waitForSelector('.sandwich-head');
	same('s: of the box under the pointer', state(page).get('fn'), profile.names[profile.name[i]]);
	await shot(page, 'dark-sandwich');
	await page.keyboard.press('t');
	await page.waitForTimeout(150);
	await shot(page, 'dark-table');
	await close(page);
	const system = await open('', { colorScheme: 'dark' });
	await settled(system);
	same('as the system has it', await system.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]),
		['dark', 'rgb(23, 23, 27)']);
	await system.emulateMedia({ colorScheme: 'light' });
	await system.waitForFunction(() => matchMedia('(prefers-color-scheme: light)').matches);
	await system.waitForTimeout(50);
	same('and when it changes', await system.evaluate(() => document.documentElement.dataset.theme), 'light');
	await close(system);
}

async function testHostile() {
	scene.kind = 'hostile';
	const page = await open();
	await settled(page);
	const names = await page.locator('.service-name').allTextContents();
	const signs = 'line\u240aend\u240d\u241b[31m\u2407 \ufffd \ufffdgnp.exe'; /* for what cannot be seen */
	same('services are text', [...names].sort(), data.hostile.map((name, i) => (i === 2 ? signs : name || '(no name)')).sort());
	const profile = shown();
	for (const i of [1, 2, 5]) {
		const spot = await spotOf(page, profile, i);
		await page.mouse.move(spot.x, spot.y);
		const [title] = await tipLines(page);
		same('tip', title, i === 5 ? 'a'.repeat(400) + '\u2026' : data.hostile[i - 1]);
	}
	await shot(page, 'hostile');
	await page.mouse.click(...Object.values(await spotOf(page, profile, 1)));
	await page.waitForTimeout(200);
	same('crumb', await text(page, '.crumb:last-child button'), data.hostile[0]);
	await page.keyboard.press('t');
	await page.waitForSelector('.row');
	same('rows', await page.locator('.row').count(), 8);
	await shot(page, 'hostile-table');
	await page.locator('.service-name').nth(names.indexOf(data.hostile[5])).click();
	await settled(page);
	same('a tilde is no expression', asked('profile').getAll('service'), ['~^~\\^\\.\\*\\$ & \\? # % \\+$']);
	await page.locator('.service-name').nth(names.indexOf(signs)).click();
	await settled(page);
	same('asked for as it is', asked('profile').getAll('service'), [data.hostile[2]]);
	same('nothing of them ran', await page.evaluate(() => [window.evil ?? null, document.querySelectorAll('img, #app script').length]), [null, 0]);
	same('nothing wider than the window', await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
	await close(page);
	scene.kind = 'shop';
}

async function testTrouble() {
	const title = (page) => text(page, '.notice h2');
	scene.kind = 'none';
	let page = await open();
	await page.waitForSelector('.notice:not(.loading)');
	same('no targets', [await title(page), (await text(page, '.notice')).includes('scrape serve -p PID')], ['Nothing is being looked at yet', true]);
	await shot(page, 'no-targets');
	scene.kind = 'shop';
	await page.click('text=Look again');
	await page.waitForSelector('.service');
	await close(page);

	scene.kind = 'young';
	page = await open();
	await page.waitForSelector('.notice:not(.loading)');
	same('no slice yet', await title(page), 'Nothing has been added up yet');
	scene.kind = 'shop';
	await page.waitForSelector('.service');
	await settled(page);
	same('then there is', asked('profile').get('until'), String(data.WATERMARK));
	await close(page);

	scene.token = 'quiet';
	page = await open();
	await page.waitForSelector('.notice.trouble');
	same('token', await title(page), 'This daemon asks for its token');
	await shot(page, 'token');
	scene.token = false;
	await page.click('text=Enter the token');
	await page.waitForSelector('.service');
	await close(page);
	scene.token = true;
	page = await open('', { httpCredentials: { username: 'x', password: 'sesame' } });
	await page.waitForSelector('.service');
	same('the browser was asked for it', (await page.locator('.service').count()) > 0, true);
	await close(page);
	scene.token = false;

	Object.assign(scene, { status: 503, text: 'Eight questions are being answered.' });
	page = await open();
	await page.waitForSelector('.notice.trouble');
	same('busy', [await title(page), (await text(page, '.notice')).includes('Eight questions')], ['The daemon is busy', true]);
	await shot(page, 'busy');
	scene.status = 200;
	await page.waitForSelector('.service');
	same('it was asked again', await page.locator('.trouble').count(), 0);
	await settled(page);
	Object.assign(scene, { status: 400, text: 'mode is none of <b>cpu</b>, wall, gil', only: 'profile' });
	await page.click('.switch button >> text="GIL"');
	await page.waitForSelector('.strip');
	same('what was there stays', [(await text(page, '.strip')).includes('none of <b>cpu</b>, wall'), await page.locator('.flame canvas').count(),
		(await text(page, '.facts')).includes('of CPU')], [true, 1, true]);
	await shot(page, 'strip');
	await page.reload();
	await page.waitForSelector('.notice.trouble');
	same('refused', [await title(page), await text(page, '.said')], ['The daemon refused this question', 'mode is none of <b>cpu</b>, wall, gil.']);
	await shot(page, 'refused');
	Object.assign(scene, { status: 200, only: '' });
	await close(page);

	page = await open();
	await settled(page);
	await page.context().setOffline(true);
	await page.keyboard.press('r');
	await page.waitForSelector('.strip');
	same('away', (await text(page, '.strip')).startsWith('The daemon does not answer'), true);
	await page.context().setOffline(false);
	await page.waitForSelector('.strip', { state: 'detached' });
	page.troubles.length = 0; /* the browser tells of the connection */
	await close(page);

	scene.kind = 'idle';
	page = await open('#service=auth');
	await page.waitForSelector('.picture .notice');
	same('idle', await title(page), 'No CPU time was used in this interval');
	await shot(page, 'idle');
	await page.click('text=Show wall clock time');
	await page.waitForSelector('.flame canvas');
	same('wall shows it', state(page).get('mode'), 'wall');
	scene.kind = 'shop';
	await close(page);

	scene.delay = 900;
	page = await open();
	await page.waitForTimeout(600);
	same('loading says so', await text(page, '.loading'), 'Asking what is looked at');
	await shot(page, 'loading');
	scene.delay = 0;
	await close(page);
}

/* 100 000 nodes: the numbers are the browser's own, on a machine that may be busy. */
async function testLarge() {
	scene.kind = 'large';
	data.profile('large', new URLSearchParams('from=0&until=1'), 0);
	await (await fetch(view.url + 'api/v1/profile?format=json&mode=cpu&merge=function&from=' + (data.WATERMARK - 3600) + '&until=' + data.WATERMARK + '&max_nodes=100000')).text();
	const page = await open('', { reducedMotion: 'no-preference' });
	await page.waitForFunction(() => performance.getEntriesByName('picture').length > 0);
	await settled(page);
	const times = await page.evaluate(() => {
		const of = (name) => performance.getEntriesByType('resource').find((e) => e.name.includes(name));
		const profile = of('/profile?'), first = performance.getEntriesByName('picture')[0].startTime;
		return { answered: profile.responseEnd, first, draw: Number(document.querySelector('.flame').dataset.ms) };
	});
	const profile = shown(), i = profile.spot(), spot = await spotOf(page, profile, i);
	await page.mouse.move(spot.x, spot.y);
	same('hover', (await tipLines(page))[0], profile.fn(i));
	await page.evaluate(() => {
		window.ticks = [];
		const tick = (now) => {
			const seen = document.querySelector('.flame')?.dataset;
			window.ticks.push([now, Number(seen?.ms), seen?.draws]);
			if (seen)
				requestAnimationFrame(tick);
		};
		requestAnimationFrame(tick);
	});
	await page.mouse.click(spot.x, spot.y);
	await page.waitForTimeout(400);
	await page.keyboard.press('Home');
	await page.waitForTimeout(400);
	const frames = await page.evaluate(() => {
		const drawn = window.ticks.filter((t, k) => k > 0 && t[2] !== window.ticks[k - 1][2]).map((t) => t[1]).sort((a, b) => a - b);
		return { n: drawn.length, median: drawn[drawn.length >> 1], worst: drawn[drawn.length - 1] };
	});
	await page.fill('#search', '/_1[0-9]* /');
	await settled(page);
	const searched = await page.locator('.flame').evaluate((e) => Number(e.dataset.ms));
	same('search', await text(page, '.found'), percent(profile.matched((t) => /_1[0-9]* /i.test(t)), profile.total[0]));
	await shot(page, 'large');
	await page.keyboard.press('Escape');
	await page.keyboard.press('t');
	await page.waitForSelector('.row');
	same('few elements', await page.evaluate(() => document.querySelectorAll('*').length < 1500), true);
	await shot(page, 'large-table');
	const ms = (value) => value.toFixed(1) + ' ms';
	console.log('web/page: 100000 nodes: first picture ' + ms(times.first) + ' after the start, ' + ms(times.first - times.answered) +
		' after the profile came; drawing it ' + ms(times.draw) + '; ' + frames.n + ' frames of a zoom, median ' + ms(frames.median) + ', worst ' +
		ms(frames.worst) + '; with a search ' + ms(searched));
	scene.kind = 'many';
	await page.goto(view.url + '#view=flame&span=900');
	await page.reload();
	await settled(page);
	same('400 services', await page.locator('.service').count(), 400);
	await shot(page, 'many-services');
	scene.kind = 'shop';
	await close(page);
}

mkdirSync(shots, { recursive: true });
const tests = { testLoad, testChoose, testInterval, testFlame, testSearch, testSwitches, testTable, testSandwich, testDownload, testLive, testState, testKeys,
	testHostile, testTrouble, testLarge, ...history, ...changes };
const only = (process.env.ONLY ?? '').split(' ').filter((name) => name !== '');
for (const [name, test] of Object.entries(tests)) {
	if (only.length > 0 && !only.includes(name))
		continue;
	sum.about = name;
	try {
		await test();
	} catch (e) {
		sum.failed++;
		console.log('web/page: FAIL: ' + name + ': ' + String(e.stack ?? e).split('\n').slice(0, 6).join('\n\t'));
		calm();
		for (const context of browser.contexts())
			await context.close();
	}
}
await browser.close();
view.close();
console.log('web/page: ' + sum.passed + ' passed, ' + sum.failed + ' failed');
process.exitCode = sum.failed > 0 ? 1 : 0;
