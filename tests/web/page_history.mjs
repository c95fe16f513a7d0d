/* SPDX-License-Identifier: MIT */
/* page_history: the tests of the page over time: any interval, hands on the timeline, hosts, heat map, annotations, links. */
import * as data from './page_data.mjs';
import { store } from './page_fleet.mjs';
import { asked, calm, diffAsked, done, drag, fits, fleet, later, NARROW, open, pair, range, same, scene, settled, shot, shown, state, text, view,
	W } from './page_hand.mjs';

export async function testSpan() {
	let page = await fleet();
	for (const [name, seconds] of [['1 min', 60], ['6 h', 21600], ['1 w', 604800], ['30 d', 2592000], ['1 y', 31536000]]) {
		await page.click('.range-menu summary');
		await page.click('.presets >> text="' + name + '"');
		await settled(page);
		same(name, [range()[1] - range()[0], range()[1], pair(asked('profile'))], [seconds, W, [W - seconds, W]]);
		same(name + ': not too many points', seconds / Number(asked('timeline').get('step')) <= 360, true);
	}
	same('a year in the address', state(page).get('span'), '31536000');
	await shot(page, 'year');
	const type = async (from, until) => {
		await page.click('.range-menu summary');
		await page.fill('[name=from]', from);
		await page.fill('[name=until]', until);
		await page.keyboard.press('Enter');
		await later(page);
	};
	const at = (text) => Date.parse(text) / 1000;
	for (const [from, until, want] of [
		['3h', '', [W - 10800, W]],
		['2d', '1 day ago', [W - 172800, W - 86400]],
		['2026-11-22 12:00', '2026-11-22 13:30', [at('2026-11-22T12:00:00Z'), at('2026-11-22T13:30:00Z')]],
		['2026-11-22T12:00:00+02:00', '2026-11-22T11:00:00Z', [at('2026-11-22T10:00:00Z'), at('2026-11-22T11:00:00Z')]],
		['12:00', '13:00', [at('2026-11-22T12:00:00Z'), at('2026-11-22T13:00:00Z')]],
		['1795350000', 'now', [1795350000, W]],
	]) {
		await type(from, until);
		same('from ' + from + ' until ' + until, range(), want);
	}
	const last = range();
	for (const [from, until, said] of [['soon', '', '\u201csoon\u201d is no time.'], ['1h', '2h', 'The end is not after the beginning.'], ['2026-02-30', '', '\u201c2026-02-30\u201d is no time.'],
		['2020-01-01', '', 'That is more than a year.']]) {
		await type(from, until);
		same('refused: ' + from, await text(page, '.custom .wrong'), said);
		await page.keyboard.press('Escape');
	}
	same('nothing was asked', range(), last);
	await type('2026-11-20 10:00:10', '2026-11-22 14:00:10');
	same('snapped is said', await page.locator('.facts .told').allTextContents(), ['snapped to 1 min']);
	await shot(page, 'custom');
	await page.goBack();
	await later(page);
	same('back', range(), last);
	await done(page);

	page = await fleet('', { timezoneId: 'Asia/Kolkata' });
	same('the zone', await text(page, '.zone'), 'UTC+5:30');
	await type2(page, '2026-11-22 18:00', '2026-11-22 19:00');
	same('as the clock on the wall has it', range(), [at('2026-11-22T12:30:00Z'), at('2026-11-22T13:30:00Z')]);
	same('shown so', (await text(page, '.range-now b')).endsWith('18:00\u201319:00'), true);
	await page.keyboard.press('u');
	await settled(page);
	same('in UTC', [(await text(page, '.range-now b')).endsWith('12:30\u201313:30'), state(page).get('utc'), await text(page, '.zone')], [true, '1', 'UTC']);
	await type2(page, '2026-11-22 12:00', '2026-11-22 13:00');
	same('typed in UTC', range(), [at('2026-11-22T12:00:00Z'), at('2026-11-22T13:00:00Z')]);
	await done(page);
}

async function type2(page, from, until) {
	await page.keyboard.press('w');
	await page.click('[name=from]');
	await page.fill('[name=from]', from);
	await page.fill('[name=until]', until);
	await page.keyboard.press('Enter');
	await later(page);
}

export async function testZoom() {
	const page = await fleet();
	const edge = await page.locator('.brush').boundingBox(), entries = await page.evaluate(() => history.length);
	await page.mouse.move(edge.x + edge.width * 0.25, edge.y + 50);
	for (let i = 0; i < 4; i++)
		await page.mouse.wheel(0, -100);
	await later(page);
	const [from, until] = range(), under = from + 0.25 * (until - from);
	same('the wheel zooms', [until - from < 2000, Math.abs(under - (W - 2700)) <= 30], [true, true]);
	same('the profile is of it', pair(asked('profile')), [from, until]);
	same('one entry of the history stays one', await page.evaluate(() => history.length), entries);
	same('in the address', [Number(state(page).get('end')) > W - 3600, Number(state(page).get('span')) < 2000], [true, true]);
	await page.mouse.wheel(0, 4000);
	await later(page);
	same('and back, never beyond the newest', [range()[1] <= W, range()[1] - range()[0] > 3000], [true, true]);
	await page.click('.range-menu summary');
	await page.click('.presets >> text="1 h"');
	await later(page);
	await drag(page, 0.3, 0.55, ['Control']);
	same('Ctrl-drag pans', Math.abs(range()[1] - (W - 900)) <= 60, true);
	same('and chooses nothing', state(page).has('from'), false);
	await page.mouse.move(5, 300);
	await page.keyboard.press('-');
	await later(page);
	same('longer', range()[1] - range()[0], 7200);
	await page.keyboard.press('+');
	await later(page);
	same('shorter', range()[1] - range()[0], 3600);
	await page.focus('.brush');
	const before = range();
	await page.keyboard.press('ArrowLeft');
	await later(page);
	same('an arrow pans', range()[0] < before[0], true);
	await page.keyboard.press('Shift+ArrowRight');
	await page.keyboard.press('Shift+ArrowRight');
	await later(page);
	same('Shift and arrows choose', [state(page).has('from'), Number(state(page).get('until')) - Number(state(page).get('from')) > 60], [true, true]);
	await shot(page, 'zoom-time');
	/* Where nobody looked: lines across, and nothing else. */
	await page.goto(view.url + '#end=' + W);
	await page.reload();
	await settled(page);
	const looks = await page.locator('.plot canvas').evaluate((canvas, part) => {
		const ratio = devicePixelRatio, left = 54, wide = canvas.width / ratio - 84, x = Math.round((left + wide * part + 6) * ratio);
		return [...new Set(Array.from({ length: 60 }, (_, i) => [...canvas.getContext('2d').getImageData(x, 14 + i, 1, 1).data].slice(0, 3).join()))];
	}, (3600 - 2400) / 3600);
	const greys = looks.filter((rgb) => { const [r, g, b] = rgb.split(',').map(Number); return Math.max(r, g, b) - Math.min(r, g, b) < 24; });
	same('a gap is hatched', [looks.length >= 2, greys.length], [true, looks.length]);
	const edge2 = await page.locator('.brush').boundingBox();
	await page.mouse.move(edge2.x + edge2.width * (1200 / 3600) + 8, edge2.y + 50);
	same('and told', (await text(page, '.when')).endsWith('nobody looked'), true);
	same('coverage', (await text(page, '.covered')), '96.7 % covered');
	await done(page);
}

/* Two fingers, and one. */
export async function testTouch() {
	const page = await fleet('', NARROW), cdp = await page.context().newCDPSession(page);
	const edge = await page.locator('.brush').boundingBox(), y = edge.y + 50;
	const touch = (type, ...parts) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: parts.map((part, id) => ({ x: edge.x + edge.width * part, y, id })) });
	await touch('touchStart', 0.2);
	for (const part of [0.3, 0.4, 0.5])
		await touch('touchMove', part);
	await touch('touchEnd');
	await later(page);
	same('one finger chooses', [Math.abs(Number(state(page).get('from')) - (W - 2880)) <= 40, Math.abs(Number(state(page).get('until')) - (W - 1800)) <= 40], [true, true]);
	const chosen = state(page).get('from');
	await touch('touchStart', 0.45);
	await touch('touchStart', 0.45, 0.55);
	for (const away of [0.1, 0.15, 0.2])
		await touch('touchMove', 0.5 - away, 0.5 + away);
	await touch('touchEnd');
	await later(page);
	const [from, until] = range();
	same('two zoom', [until - from < 1800, Math.abs((from + until) / 2 - (W - 1800)) < 200, state(page).get('from')], [true, true, chosen]);
	await page.click('.range-menu summary');
	same('narrow', await fits(page), true);
	await shot(page, 'touch-400');
	await done(page);
}

export async function testHosts() {
	const page = await fleet();
	same('hosts beside the services', await page.locator('.facet').first().locator('li button').allTextContents(), data.HOSTS.slice(0, 6).sort());
	await page.fill('[aria-label="Filter Hosts"]', 'edge');
	same('searched', await page.locator('.facet').first().locator('li button').allTextContents(), ['edge-1', 'edge-2']);
	await page.fill('[aria-label="Filter Hosts"]', '');
	await page.click('.facet li button >> text=shop-2');
	await settled(page);
	same('one host', [asked('profile').getAll('host'), asked('timeline').getAll('host'), state(page).getAll('host')], [['shop-2'], ['shop-2'], ['shop-2']]);
	await page.locator('.facet li', { hasText: 'edge-1' }).locator('input').click();
	await settled(page);
	same('two', asked('profile').getAll('host'), ['shop-2', 'edge-1']);
	await page.click('.facet-title >> text=zone');
	await settled(page);
	await page.click('.facet li button >> text=zone-b');
	await settled(page);
	same('and a label', [asked('profile').getAll('label.zone'), state(page).getAll('label.zone')], [['zone-b'], ['zone-b']]);
	await shot(page, 'filters');
	await page.click('[aria-label="Any zone"]');
	await page.click('[aria-label="Any Hosts"]');
	await settled(page);
	same('none', [asked('profile').getAll('host'), asked('profile').getAll('label.zone')], [[], []]);
	await page.selectOption('[aria-label="Split the timeline by"]', 'host');
	await settled(page);
	same('split by host', [asked('timeline').get('by'), await page.locator('.key bdi').allTextContents().then((list) => list.sort())], ['host', data.HOSTS.slice(0, 6).sort()]);
	await page.selectOption('[aria-label="Split the timeline by"]', 'label.zone');
	await settled(page);
	same('by a label', [asked('timeline').get('by'), state(page).get('by'), (await page.locator('.key').count()) > 1], ['label.zone', 'label.zone', true]);
	await page.goto(view.url + '#by=pid&span=2592000');
	await settled(page);
	same('what is not kept is said as it is', await text(page, '.over p'), 'pids are kept since 2026-11-08T14:05:00Z; before, ask by host');
	await shot(page, 'not-kept');
	await page.click('.over button');
	await settled(page);
	same('one click mends it', [asked('timeline').get('by'), await page.locator('.over').count()], ['service', 0]);
	await page.keyboard.press('Shift+H');
	await page.waitForSelector('.hosts-view tbody tr');
	same('the troubled first', (await page.locator('.host-name').allTextContents()).slice(0, 3), ['batch-1', 'batch-2', 'batch-3']);
	same('errors are text', await text(page, 'tr:nth-child(2) .said'), 'slice 4711 ends 6 min in the future: <b>clock</b>');
	await shot(page, 'hosts');
	await page.click('.host-name >> text=shop-4');
	await settled(page);
	same('a host leads to it', [asked('profile').getAll('host'), state(page).get('view')], [['shop-4'], null]);
	await page.setViewportSize(NARROW.viewport);
	await page.keyboard.press('Shift+H');
	await settled(page);
	same('narrow', await fits(page), true);
	await shot(page, 'hosts-400');
	await done(page);
	const one = await open();
	await settled(one);
	same('a daemon has no hosts', [await one.locator('.facet >> text=Hosts').count(), await one.locator('.switch button >> text=Hosts').count()], [0, 0]);
	await done(one);

	const past = await fleet('#end=' + (W - 401 * 86400));
	same('before anything was kept', [await text(past, '.services .none'), await past.locator('.timeline').count()], ['Nothing was looked at in this part of time.', 1]);
	await done(past);

	scene.kind = 'hostile';
	const evil = await open();
	await evil.waitForSelector('.facet');
	await settled(evil);
	while (await evil.locator('.facet:not(.open)').count() > 0)
		await evil.locator('.facet:not(.open) .facet-title').first().click();
	await settled(evil);
	same('hosts and labels are text', [await evil.locator('.facet li button').count() >= 8, await evil.evaluate(() => [window.evil ?? null, document.querySelectorAll('img, #app script').length])],
		[true, [null, 0]]);
	await evil.locator('.facet').nth(1).locator('li button').nth(5).click();
	await settled(evil);
	same('a tilde is no expression here either', asked('profile').getAll('label.' + data.hostile[0]), ['~^~\\^\\.\\*\\$ & \\? # % \\+$']);
	same('nothing wider than the window', await fits(evil), true);
	await shot(evil, 'hostile-facets');
	await done(evil);
}

/* A database that is away is said, with what waits for it; and what was lost for good. */
export async function testStoreInTrouble() {
	Object.assign(store, { failing_since: W - 300, trouble: 'db-1:8123: <b>nobody</b> answers there', queued_bytes: 1 << 19, outbox_bytes: 3 << 20 });
	const page = await fleet();
	same('the store is said to fail', (await text(page, '.strip')).replace(/ since .*?: /i, ': ').replace(/Since \d.*?: /, ''),
		'The store cannot be written.db-1:8123: <b>nobody</b> answers there. What is polled waits: 3.5 MiB. ');
	same('a picture is there all the same', await page.locator('.flame canvas').count() > 0, true);
	await shot(page, 'store-failing');
	await page.setViewportSize(NARROW.viewport);
	same('narrow', await fits(page), true);
	await done(page);
	Object.assign(store, { failing_since: 0, trouble: '', queued_bytes: 0, outbox_bytes: 0, lost_slices: 360 });
	const later = await fleet();
	same('what was lost is said', await text(later, '.strip'), '360 slices lost.the outbox was full.');
	await done(later);
	store.lost_slices = 0;
	const well = await fleet();
	same('nothing is said when all is well', await well.locator('.strip').count(), 0);
	await done(well);
}

export async function testHeat() {
	const page = await fleet();
	await page.keyboard.press('h');
	await page.waitForSelector('.heat canvas');
	await settled(page);
	const heat = data.heatmap(asked('heatmap'), W);
	same('asked', [pair(asked('heatmap')), state(page).get('chart')], [[W - 3600, W], 'heat']);
	const edge = await page.locator('.brush').boundingBox(), spot = (t, row) => [edge.x + edge.width * ((t - heat.from + 5) / 3600), edge.y + edge.height * ((row + 0.5) / heat.rows)];
	const light = (x, y) => page.locator('.heat canvas').evaluate((c, p) => { const e = c.getBoundingClientRect();
		const d = c.getContext('2d').getImageData(Math.round(p.x - e.left), Math.round(p.y - e.top), 1, 1).data; return d[0] + d[1] + d[2]; }, { x, y });
	const hot = heat.columns.findIndex((c) => c && c[50] > 0.8 * heat.max), cool = heat.columns.findIndex((c) => c && c[90] < 0.2 * heat.max);
	same('more is darker', await light(...spot(heat.from + hot * 10, 50)) < await light(...spot(heat.from + cool * 10, 90)) - 150, true);
	await page.mouse.move(...spot(heat.from + hot * 10, 50));
	same('the cell under the pointer', (await text(page, '.when')).endsWith(heat.columns[hot][50] + ' looks'), true);
	await page.mouse.move(...spot(W - 2340, 50));
	same('a gap', (await text(page, '.when')).endsWith('nobody looked'), true);
	await page.mouse.move(...spot(W - 1800, 30));
	await page.mouse.down();
	await page.mouse.move(...spot(W - 1500, 60), { steps: 4 });
	await page.mouse.up();
	await settled(page);
	same('cells snap to slices', pair(asked('profile')), [W - 1800, W - 1490]);
	same('which is told', await text(page, '.snapped'), 'Cells 13:35:03.0\u201313:40:06.1, snapped to whole slices: ' + (await text(page, '.snapped')).split(': ').pop());
	await page.keyboard.down('Shift');
	await page.mouse.move(...spot(W - 3000, 30));
	await page.mouse.down();
	await page.mouse.move(...spot(W - 2700, 60), { steps: 4 });
	await page.mouse.up();
	await page.keyboard.up('Shift');
	await settled(page);
	same('with Shift the base', pair(diffAsked(), 'base_'), [W - 3000, W - 2690]);
	await shot(page, 'heat');
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await settled(page);
	await page.mouse.move(5, 5);
	await page.focus('.brush');
	for (const key of ['ArrowRight', 'Enter', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter'])
		await page.keyboard.press(key);
	await settled(page);
	same('by keys', [state(page).has('from'), Number(state(page).get('until')) - Number(state(page).get('from'))], [true, 30]);
	await page.goto(view.url + '#chart=heat&span=604800');
	await settled(page);
	same('columns of a week', (await text(page, '.timeline-head .told')), 'columns of 7 min');
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.setViewportSize(NARROW.viewport);
	await settled(page);
	same('narrow', await fits(page), true);
	await shot(page, 'heat-400-dark');
	await done(page);
}

export async function testNotes() {
	const page = await fleet();
	same('flags', await page.locator('.flag').count(), 3);
	await page.hover('.flag button >> nth=1');
	same('hover: the text', (await page.locator('.tip .tip-title').textContent()), 'deploy 4.2');
	await page.click('.flag button >> nth=1');
	await page.waitForSelector('dialog.card');
	await shot(page, 'note');
	await page.click('text=Compare around this');
	await settled(page);
	same('around the deploy', [pair(diffAsked(), 'base_'), pair(diffAsked()), diffAsked().getAll('service')],
		[[W - 1500 - 1800, W - 1500], [W - 1500, W], ['shop-web']]);
	await page.goBack();
	await settled(page);
	const edge = await page.locator('.brush').boundingBox();
	await page.mouse.move(edge.x + edge.width / 2, edge.y + 50);
	await page.keyboard.press('e');
	await page.waitForSelector('dialog.card');
	await page.fill('[name=text]', 'restarted <b>redis</b>');
	await shot(page, 'annotate');
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog.card', { state: 'detached' });
	await settled(page);
	same('sent', [scene.sent.text, Math.abs(scene.sent.at - (W - 1800)) <= 10, Object.keys(scene.sent).sort()], ['restarted <b>redis</b>', true, ['at', 'text']]);
	same('it is there', await page.locator('.flag').count(), 4);
	await page.click('.flag [aria-label*=restarted]');
	await page.click('text=Delete');
	await page.waitForSelector('dialog.card', { state: 'detached' });
	await settled(page);
	same('and gone', await page.locator('.flag').count(), 3);
	await drag(page, 0.7, 0.8);
	await page.click('.timeline-head >> text=Pin');
	await page.fill('[name=text]', 'for the post mortem');
	await page.click('text=Keep it');
	await page.waitForSelector('dialog.card', { state: 'detached' });
	same('pinned', [scene.sent.pin, scene.sent.at, scene.sent.until], [true, ...pair(state(page))]);
	scene.writes = false;
	await page.keyboard.press('e');
	await page.fill('[name=text]', 'no token');
	await page.keyboard.press('Enter');
	await page.waitForSelector('dialog .wrong');
	same('without a token', (await text(page, 'dialog .wrong')).startsWith('This needs the token'), true);
	await shot(page, 'annotate-token');
	await page.keyboard.press('Escape');
	await page.goto(view.url + '#span=31536000');
	await settled(page);
	same('flags that lie on each other are one', [await page.locator('.flag').count(), (await text(page, '.flag')).endsWith('4')], [1, true]);
	await page.click('.flag button');
	await later(page);
	same('which zooms in', range()[1] - range()[0] < 7200, true);
	same('nothing of them ran', await page.evaluate(() => window.evil ?? null), null);
	scene.annotate = false;
	await page.reload();
	await settled(page);
	same('who may not is not asked to', await page.locator('text=Annotate').count(), 0);
	await done(page);
}

export async function testLinks() {
	const page = await fleet('#service=auth&span=900', { permissions: ['clipboard-read', 'clipboard-write'] });
	await page.click('.copy-link');
	const link = new URL(await page.evaluate(() => navigator.clipboard.readText())), p = new URLSearchParams(link.hash.slice(1));
	same('absolute times', [p.getAll('service'), p.get('span'), p.get('end'), p.has('live')], [['auth'], '900', String(W), false]);
	same('the address stays relative', state(page).has('end'), false);
	await page.keyboard.press('s');
	await page.locator('.row', { hasText: 'escape' }).first().click();
	await page.click('text=Over time');
	await settled(page);
	same('a function over time', [asked('timeline').get('function'), asked('timeline').get('value'), asked('timeline').get('unit')], ['escape', 'total', 'cores']);
	await page.selectOption('[aria-label="Unit of the timeline"]', 'share');
	await settled(page);
	same('as a share', asked('timeline').get('unit'), 'share');
	await shot(page, 'function-time');
	await page.keyboard.press('t');
	await page.waitForSelector('.row');
	const profile = shown(), cores = (v) => v / 100 / 900, first = await page.locator('.row').first().evaluate((r) => [r.querySelector('.cores-of').textContent, r.querySelector('.cell').title]);
	const { self } = profile.totals(), most = Math.max(...self.values());
	same('cores and looks with a share', [Math.abs(Number(first[0]) - cores(most)) < 0.01, /about [0-9,]+ looks/.test(first[1])], [true, true]);
	await done(page);
	const odd = await fleet('#base_from=9&base_until=3&base_service=%3Cb%3E&label.=x&label.%3Cimg%3E=%22&by=%3Cscript%3E&finding=%00&host=~^.*&chart=__proto__&order=x&span=1e99');
	await settled(odd);
	same('nonsense is not believed', [diffAsked().get('base_from'), diffAsked().getAll('base_service'), diffAsked().getAll('host'), diffAsked().has('label.')],
		[String(W - 3600), ['<b>'], ['~^~\\^\\.\\*$'], false]);
	same('nothing of it ran', await odd.evaluate(() => [window.evil ?? null, document.querySelectorAll('img, #app script, #app b b').length]), [null, 0]);
	await done(odd);
}

/* A daemon of before: it knows nothing of all this. */
export async function testOld() {
	calm();
	scene.old = true;
	const page = await open();
	await page.waitForSelector('.service');
	await settled(page);
	same('it works as it did', [await page.locator('.flame canvas').count(), await page.locator('.facet').count(), await page.locator('text=Annotate').count()], [1, 0, 0]);
	await page.keyboard.press('h');
	await settled(page);
	same('no heat map', (await text(page, '.over p')), 'This server has no heat map.');
	await page.click('.over button');
	await page.keyboard.press('p');
	await page.waitForSelector('.notice.trouble, .strip');
	await shot(page, 'old');
	await page.keyboard.press('p');
	await page.keyboard.press('Shift+R');
	await page.waitForSelector('.notice.trouble');
	same('no regressions', await text(page, '.notice h2'), 'This daemon does not know this question');
	await done(page);
}
