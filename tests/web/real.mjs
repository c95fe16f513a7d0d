/* SPDX-License-Identifier: MIT */
/*
 * real: a person in an incident, at the page of a real collector: service, interval, comparison, what changed, heat map,
 * annotation. tests/live/browser.py starts it; pictures stay in build/web/.
 *
 *	node real.mjs ROOT CHROMIUM MODULES URL TOKEN SECOND NAME     worker.py's score() became slower at that second;
 *	                                                              pictures are NAME-flame.png and so on
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [root, chromium, modules, url, token, second, name] = process.argv.slice(2), moment = Number(second);
const playwright = createRequire(join(modules, 'x.js'))('playwright-core');
const browser = await playwright.chromium.launch({ executablePath: chromium, headless: true,
	args: ['--disable-gpu', '--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', locale: 'en-GB', reducedMotion: 'reduce',
	httpCredentials: { username: 'anybody', password: token } });
const page = await context.newPage(), troubles = [], asked = [];
const open = new Set();
let failed = 0;

page.on('request', (r) => { open.add(r); asked.push(r.url()); });
page.on('requestfinished', (r) => open.delete(r));
page.on('requestfailed', (r) => open.delete(r));
page.on('pageerror', (e) => troubles.push(String(e)));
page.on('console', (m) => m.type() === 'error' && !/favicon|401/.test(m.text()) && troubles.push(m.text()));
page.setDefaultTimeout(20000);

function check(what, good, more = '') {
	if (!good) {
		failed++;
		console.log('web/real: FAIL: ' + what + ' ' + JSON.stringify(more));
	}
}

/* What was asked has been answered, or nothing has been asked for three seconds: of a request that the page has given up
 * the browser does not always tell the end. */
async function settled() {
	let quiet = 0, before = 0;
	for (let waited = 0; quiet < 6 && waited < 60; waited++) {
		await page.waitForTimeout(50);
		waited = asked.length === before ? waited : 0;
		before = asked.length;
		quiet = open.size === 0 ? quiet + 1 : 0;
	}
	check('the page comes to rest', asked.length < 2000, asked.slice(-4));
}

const state = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const last = (kind) => new URL(asked.filter((one) => one.includes('/api/v1/' + kind + '?')).pop()).searchParams;
const shot = (what) => page.screenshot({ path: join(root, 'build/web', name + '-' + what + '.png') });
/* How many different colours a canvas has: one that is empty has one or two. */
const colours = (selector) => page.locator(selector).first().evaluate((c) => {
	const bytes = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, met = new Set();
	for (let i = 0; i < bytes.length; i += 4 * 97)
		met.add(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
	return met.size;
});

async function drag(from, to) {
	const edge = await page.locator('.brush').first().boundingBox();
	await page.mouse.move(edge.x + edge.width * from, edge.y + 40);
	await page.mouse.down();
	await page.mouse.move(edge.x + edge.width * to, edge.y + 60, { steps: 5 });
	await page.mouse.up();
	await page.waitForTimeout(400);
	await settled();
}

const from = moment - 60, until = moment + 30, range = '#span=120&end=' + until + '&from=' + from + '&until=' + until;
await page.goto(url + range);
await page.waitForSelector('.flame canvas');
await settled();
check('its service is listed', (await page.locator('.services').textContent()).includes('worker.py'));
check('a flame graph is drawn', await colours('.flame canvas') > 5);
check('and a timeline', await colours('.timeline canvas, .plot canvas, canvas') > 2);
await shot('flame');

await drag(0.8, 0.95);
const now = [Number(last('profile').get('from')), Number(last('profile').get('until'))];
check('an interval that was dragged is asked for', now[0] >= moment && now[1] <= until && now[1] > now[0], now);
await page.goto(url + '#service=worker.py&span=120&end=' + until + '&from=' + (moment + 1) + '&until=' + until + '&base_from=' + from + '&base_until=' + (moment - 1));
await page.waitForSelector('.compare-bar');
await settled();
check('two intervals are compared', last('diff').get('base_until') === String(moment - 1), String(last('diff')));
check('in two colours', await colours('.flame canvas') > 5);
await shot('diff');
await page.keyboard.press('t');
await page.waitForSelector('.changes .row');
check('score changed most', (await page.locator('.changes .row').evaluateAll((rows) => rows.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))[0]
	.querySelector('.fn').textContent)).startsWith('score'));
await shot('changes');

await page.goto(url + range);
await settled();
await page.keyboard.press('Shift+R');
await page.waitForSelector('.finding');
const findings = await page.locator('.finding .fn').allTextContents();
check('the regression is listed', findings.some((one) => one.startsWith('score')), findings);
await page.locator('.finding', { hasText: 'score' }).first().locator('button').first().click();
await page.waitForSelector('.detail');
await settled();
check('its moment is marked', await page.locator('.detail .band.moment').count() === 1);
check('before and after are its links', Math.abs(Number(last('diff').get('base_until')) - moment) <= 5, String(last('diff')));
await shot('regressions');

await page.goto(url + range + '&service=worker.py&chart=heat');
await page.waitForSelector('.heat canvas');
await settled();
check('a heat map is drawn', await colours('.heat canvas') > 4);
await shot('heat');
await drag(0.3, 0.5);
check('and an interval picked from it', Number(last('profile').get('from')) > from && Number(last('profile').get('until')) < until, String(last('profile')));

await page.goto(url + range + '&service=worker.py');
await page.waitForSelector('.flame canvas');
await settled();
const flags = await page.locator('.flag').count();
await page.keyboard.press('e');
await page.waitForSelector('dialog.card');
await page.fill('[name=text]', 'deploy 4.2 <b>');
await page.keyboard.press('Enter');
await page.waitForSelector('dialog.card', { state: 'detached' });
await settled();
check('an annotation has its flag', await page.locator('.flag').count() > flags || (await page.locator('.flag').allTextContents()).join().includes('deploy'),
	await page.locator('.flag').allTextContents());
await shot('annotation');
check('links are of this page', state().get('service') === 'worker.py');
check('nothing went wrong in the browser', troubles.length === 0, troubles);
check('nobody else was asked', asked.every((one) => one.startsWith(new URL(url).origin)), asked.filter((one) => !one.startsWith(new URL(url).origin)));
await browser.close();
process.exit(failed ? 1 : 0);
