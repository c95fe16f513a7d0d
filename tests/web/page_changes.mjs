/* SPDX-License-Identifier: MIT */
/* page_changes: the tests of what has changed: two sides as one picture, regressions; and of what is left out of a picture. */
import * as compare from './page_compare.mjs';
import * as data from './page_data.mjs';
import { asked, diffAsked, done, drag, fits, fleet, log, NARROW, pair, percent, same, scene, settled, shot, shown, state, text, tipLines, view,
	W } from './page_hand.mjs';

/* The rows of a comparison as they should stand in the table. */
function rowsOf(doc, value, unit) {
	const of = (row) => (unit === 'share' ? row[value].share : row[value]), noise = (m) => m.lo !== null && m.lo <= 0 && m.hi >= 0;
	return doc.rows.filter((row) => of(row).base > 0 || of(row).comp > 0).sort((a, b) => Number(noise(of(a))) - Number(noise(of(b))) ||
		Math.abs(of(b).delta) - Math.abs(of(a).delta) || (a.function < b.function ? -1 : 1));
}

const diffShown = () => compare.diff(scene.kind, diffAsked(), W);

/* What is drawn and told of the first box of a function. */
async function colourOf(page, doc, fn) {
	const i = doc.name.findIndex((n) => doc.function[n] === fn), canvas = page.locator('.flame canvas').first(), edge = await canvas.boundingBox();
	const k = edge.width, share = (j) => (doc.total[j] / doc.total[0] + doc.base_total[j] / doc.base_total[0]) / 2;
	const left = [], taken = []; /* by depth: where the next one begins */
	doc.depth.forEach((d, j) => {
		left[j] = taken[d] = d === 0 ? 0 : taken[d];
		taken[d + 1] = left[j];
		taken[d] = left[j] + share(j);
	});
	const at = { x: (left[i] + share(i) / 2) * k, y: doc.depth[i] * 18 + 4 };
	await page.mouse.move(edge.x + at.x, edge.y + at.y);
	const rgb = await canvas.evaluate((c, p) => [...c.getContext('2d').getImageData(Math.round(p.x), Math.round(p.y), 1, 1).data].slice(0, 3), at);
	return { rgb, tip: await tipLines(page) };
}

/* A stack is as pale as its own interval makes it, whatever is known of its function elsewhere. */
export async function testUnsure() {
	const spans = '#service=shop-web&from=' + (W - 1200) + '&until=' + W + '&base_from=' + (W - 3600) + '&base_until=' + (W - 2400);
	const page = await fleet(spans), red = async () => {
		const { rgb } = await colourOf(page, diffShown(), 'levenshtein');
		return rgb[0] - rgb[2];
	};
	const sure = await red();
	scene.unsure = true;
	await page.reload();
	await settled(page);
	await settled(page);
	const unsure = await red();
	same('what may be chance is paler', [sure > 40, unsure > 0, unsure < sure - 40], [true, true, true]);
	await shot(page, 'unsure');
}

export async function testCompare() {
	const page = await fleet('#service=shop-web');
	await drag(page, 0.7, 0.85);
	const now = pair(asked('profile'));
	await drag(page, 0.4, 0.55, ['Shift']);
	const base = pair(diffAsked(), 'base_');
	same('dragged with Shift', [pair(diffAsked()), Math.abs(base[0] - (W - 2160)) <= 20, base[1] - base[0]], [now, true, now[1] - now[0]]);
	same('in the address', [pair(state(page)), pair(state(page), 'base_')], [now, base]);
	same('two bands', [await text(page, '.band.base span'), await text(page, '.band.now span')], ['base', 'now']);
	same('filters', diffAsked().getAll('service'), ['shop-web']);
	const doc = diffShown(), colour = (fn) => colourOf(page, doc, fn);
	const worse = await colour('levenshtein'), gone = await colour('legacy_rank'), fresh = await colour('rank_v2');
	same('more is red', [worse.tip[0], worse.rgb[0] > worse.rgb[2] + 40], ['levenshtein', true]);
	same('only in the base is blue, and to be seen', [gone.tip[0], gone.rgb[2] > gone.rgb[0] + 10], ['legacy_rank', true]);
	same('what is new is red', [fresh.tip[0], fresh.rgb[0] > fresh.rgb[2] + 40], ['rank_v2', true]);
	const at = doc.name.findIndex((n) => doc.function[n] === 'levenshtein');
	same('hover: both sides', worse.tip.filter((line) => line.startsWith('total')).map((line) => line.split(' | ')[2]),
		[percent(doc.base_total[at], doc.base_total[0]), percent(doc.total[at], doc.total[0])]);
	same('hover: what holds the change with 95 %', worse.tip.filter((line) => line.startsWith('95 % | ')).map((line) => line.split(' | ').length), [3]);
	const told = [doc.share_lo[at], doc.share_hi[at]].map((x) => '+' + (100 * x).toFixed(100 * x >= 9.995 ? 1 : 2) + ' pts');
	same('and it does', worse.tip.find((line) => line.startsWith('95 %')).split(' | ')[2], told.join(' to '));
	await shot(page, 'diff');
	await page.keyboard.press('t');
	await page.waitForSelector('.changes .row');
	const rows = () => page.locator('.changes .row').evaluateAll((list) => list.map((r) => ({ top: parseFloat(r.style.top), fn: r.querySelector('.fn').textContent,
		noise: r.classList.contains('noise') })).sort((a, b) => a.top - b.top).slice(0, 8).map(({ fn, noise }) => [fn, noise]));
	const want = (value, unit) => rowsOf(doc, value, unit).slice(0, 8).map((row) => { const m = unit === 'share' ? row[value].share : row[value];
		return [row.function, m.lo <= 0 && m.hi >= 0]; });
	same('changes, what is certain first', await rows(), want('self', 'share'));
	same('what is not there is below the threshold, not zero', await page.locator('.row', { hasText: 'rank_v2' }).locator('.num').first().textContent(), '< 0.05 %');
	await shot(page, 'changes');
	await page.click('.under .switch >> text=Cores');
	await page.waitForTimeout(80);
	same('in cores', [await rows(), state(page).get('cores')], [want('self', 'cores'), '1']);
	await page.locator('.under select').selectOption('total');
	await page.waitForTimeout(80);
	same('of totals', await rows(), want('total', 'cores'));
	await page.click('.head-name');
	await page.waitForTimeout(80);
	same('by name', await rows().then((list) => list.map(([fn]) => fn)), doc.rows.filter((r) => r.total.base + r.total.comp > 0).map((r) => r.function).sort().slice(0, 8));
	await page.fill('#search', 'rank');
	await page.waitForTimeout(80);
	same('filtered', (await rows()).map(([fn]) => fn), ['legacy_rank', 'rank_v2']);
	await page.fill('#search', '');
	await page.click('.head-name');
	await page.locator('.row', { hasText: 'Cart.total' }).first().click();
	await page.waitForSelector('.sandwich-head');
	same('a row opens both sides of its calls', (await text(page, '.sandwich-head')).includes('base'), true);
	await page.keyboard.press('f');
	await page.keyboard.press('x');
	await settled(page);
	same('swapped', [pair(diffAsked()), pair(diffAsked(), 'base_')], [base, now]);
	await page.click('.compare-bar >> text=Clear');
	await settled(page);
	same('cleared', [state(page).has('base_from'), await page.locator('.compare-bar').count(), pair(asked('profile'))], [false, 0, base]);
	for (const [name, away] of [['1 day before', 86400], ['1 week before', 604800], ['Directly before', base[1] - base[0]]]) {
		await page.click('.compare-menu summary');
		await page.click('.compare-menu >> text=' + name);
		await settled(page);
		same(name, pair(diffAsked(), 'base_'), base.map((t) => t - away));
	}
	same('both can be seen', await page.locator('.band.base').count(), 1);
	await page.keyboard.press('p');
	await settled(page);
	await page.click('.compare-menu summary');
	await settled(page);
	await page.locator('.others select').first().selectOption('billing-api');
	await settled(page);
	same('two services', [diffAsked().getAll('service'), diffAsked().getAll('base_service'), pair(diffAsked(), 'base_')], [['shop-web'], ['billing-api'], base]);
	await page.keyboard.press('Escape');
	await page.keyboard.press('x');
	await settled(page);
	same('swapped: services too', [diffAsked().getAll('service'), diffAsked().getAll('base_service')], [['billing-api'], ['shop-web']]);
	await page.goto(view.url + '#service=shop-web&base_label.service.version=2026.11.3&label.service.version=2026.11.4&base_host=shop-1');
	await settled(page);
	same('two versions, from a link', [diffAsked().getAll('label.service.version'), diffAsked().getAll('base_label.service.version'), diffAsked().getAll('base_host')],
		[['2026.11.4'], ['2026.11.3'], ['shop-1']]);
	await page.goto(view.url + '#service=shop-web&base_service=auth&end=' + W);
	await settled(page);
	same('not comparable', (await text(page, '.strip')).includes('The rate changed from 100 to 49 Hz.'), true);
	await page.goto(view.url + '#view=table&from=' + (W - 60) + '&until=' + W + '&base_from=' + (W - 120) + '&base_until=' + (W - 60));
	await settled(page);
	same('too short to tell', await text(page, '.changes .interval'), 'too short to tell');
	await page.keyboard.press('m');
	await settled(page);
	same('wall clock has none', [diffAsked().get('mode'), await text(page, '.changes .interval')], ['wall', 'none for wall clock']);
	await page.setViewportSize(NARROW.viewport);
	await settled(page);
	same('narrow', await fits(page), true);
	await shot(page, 'changes-400');
	await done(page);
	const dark = await fleet('#base_from=' + (W - 2100) + '&base_until=' + (W - 1500) + '&from=' + (W - 1500) + '&until=' + (W - 900) + '&end=' + W, { colorScheme: 'dark' });
	await shot(dark, 'diff-dark');
	await dark.setViewportSize(NARROW.viewport);
	await settled(dark);
	same('narrow flame', await fits(dark), true);
	await shot(dark, 'diff-400');
	await done(dark);
}

export async function testRegressions() {
	const page = await fleet();
	await page.keyboard.press('Shift+R');
	await page.waitForSelector('.finding');
	const list = compare.regressions('fleet', asked('regressions')).items;
	same('what changed', await page.locator('.finding .fn').allTextContents(), list.map((item) => item.function));
	same('before, after', await text(page, '.finding-line:nth-child(2) .quiet:last-child'), '0.21 \u2192 0.52');
	same('flags', await page.locator('.finding').nth(3).locator('.tag').allTextContents(), ['saturated', 'recurring', 'uniform']);
	await page.locator('.finding button').first().click();
	await settled(page);
	await settled(page);
	const line = new URLSearchParams(log.filter((l) => l.includes('function=')).pop().split('?')[1]);
	same('the function over time', [line.get('function'), line.get('value'), line.getAll('service'), Number(line.get('from')) < data.MOMENT - 900, Number(line.get('until')) > data.MOMENT + 900],
		['SearchIndex.score', 'self', ['shop-web'], true, true]);
	const spans = [list[0].base_url, list[0].url].map((url) => pair(new URLSearchParams(url.split('#')[1])));
	same('before and after are compared', [pair(diffAsked(), 'base_'), pair(diffAsked()), diffAsked().getAll('service')], [...spans, ['shop-web']]);
	same('the moment is marked', await page.locator('.detail .band.moment').count(), 1);
	same('per host', await page.locator('.per-host span').count(), 2);
	await shot(page, 'regressions');
	await page.click('.detail >> text=Compare');
	await settled(page);
	same('in full', [state(page).get('view'), state(page).getAll('service'), await page.locator('.compare-bar').count()], [null, ['shop-web'], 1]);
	await page.goBack();
	await settled(page);
	same('back', [await page.locator('.finding.chosen').count(), await page.locator('.detail').count()], [1, 1]);
	await page.reload();
	await page.waitForSelector('.detail');
	await settled(page);
	same('after a reload', await text(page, '.detail h3'), 'SearchIndex.score');
	await page.setViewportSize(NARROW.viewport);
	await settled(page);
	same('narrow', await fits(page), true);
	await shot(page, 'regressions-400');
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.keyboard.press('Escape');
	await page.fill('#search', 'rank');
	same('searched', await page.locator('.finding .fn').allTextContents(), ['rank_v2', 'legacy_rank']);
	await page.fill('#search', '');
	await page.click('.service-name >> text=auth');
	await settled(page);
	same('nothing changed', [await text(page, '.findings-none h2, .notice h2'), (await text(page, '.notice')).includes('312 functions were tested')], ['Nothing changed', true]);
	await shot(page, 'nothing-changed');
	same('nothing of names ran', await page.evaluate(() => window.evil ?? null), null);
	await done(page);
}

/* What is left, by function: self of each goes to the nearest caller that stays. */
function kept(profile, drop, focus = () => true) {
	const self = new Map();
	for (let i = 1; i < profile.name.length; i++) {
		if (![i, ...profile.above(i)].some((k) => k > 0 && focus(profile.name[k])))
			continue;
		const to = [i, ...profile.above(i)].find((k) => k === 0 || !drop(profile.name[k]));
		if (to > 0)
			self.set(profile.name[to], (self.get(profile.name[to]) ?? 0) + profile.self[i]);
	}
	return [...self].filter(([, v]) => v > 0).sort((a, b) => b[1] - a[1]);
}

export async function testRefine() {
	const page = await fleet();
	await page.keyboard.press('o');
	await page.fill('[name=focus]', 'search_view|product_view');
	await page.waitForTimeout(100);
	const profile = shown(), asks = log.length, name = (n) => profile.function[n];
	const sum = profile.matched((t) => /search_view|product_view/i.test(t));
	same('focus: its part of all', await page.locator('.facts').textContent().then((t) => t.includes(percent(sum, profile.total[0]) + ' of all')), true);
	await shot(page, 'refine');
	await page.keyboard.press('Escape');
	await page.keyboard.press('t');
	await page.waitForSelector('.row');
	const rows = () => page.locator('.row').evaluateAll((list) => list.map((r) => ({ top: parseFloat(r.style.top), fn: r.querySelector('.fn').textContent,
		share: r.querySelector('.share').textContent })).sort((a, b) => a.top - b.top).slice(0, 6).map(({ fn, share }) => [fn, share]));
	const want = (list, whole) => list.slice(0, 6).map(([n, v]) => [name(n), percent(v, whole)]);
	const std = (n) => /\/lib\/python3\.[0-9]+\//.test(profile.file[n]);
	same('focus', await rows(), want(kept(profile, () => false, (n) => /search_view|product_view/i.test(profile.names[n])), sum));
	await page.click('.undo');
	await page.keyboard.press('o');
	await page.click('.refine .box >> nth=0');
	await page.waitForTimeout(80);
	same('without the standard library', [await rows(), state(page).get('nostd')], [want(kept(profile, std), profile.total[0]), '1']);
	await page.fill('[name=ignore]', '/^render|handlers\\/(wsgi|base)/');
	await page.waitForTimeout(80);
	same('ignored too', await rows(), want(kept(profile, (n) => std(n) || /^render|handlers\/(wsgi|base)/i.test(profile.names[n]) || /^render|handlers\/(wsgi|base)/i.test(profile.file[n])), profile.total[0]));
	await page.fill('[name=ignore]', '(');
	same('no expression', await page.locator('.refine [aria-invalid=true]').count(), 1);
	await page.click('.refine >> text=Show everything');
	await page.keyboard.press('Escape');
	await page.keyboard.press('f');
	await page.waitForTimeout(80);
	const deep = Number(await page.locator('.flame canvas').getAttribute('data-rows'));
	await page.keyboard.press('o');
	await page.click('.refine .box >> nth=1');
	await page.waitForTimeout(80);
	const most = Math.max(...profile.name.map((n, i) => new Set([n, ...profile.above(i).map((k) => profile.name[k])]).size));
	same('recursion is one call', [Number(await page.locator('.flame canvas').getAttribute('data-rows')) <= most, deep > most], [true, true]);
	same('all of it in the address, nothing was asked for', [state(page).get('norec'), log.length], ['1', asks]);
	await page.keyboard.press('Escape');
	await page.goto(view.url + '#norec=1&nostd=1&focus=search_view&base_from=' + (W - 2100) + '&base_until=' + (W - 1500) + '&from=' + (W - 1500) + '&until=' + (W - 900));
	await settled(page);
	same('of a comparison too', [await page.locator('.undo').count(), await page.locator('.flame canvas').count()], [3, 1]);
	await shot(page, 'refine-diff');
	await done(page);
}
