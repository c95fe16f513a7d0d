/* SPDX-License-Identifier: MIT */
/*
 * html.mjs: opens pages of the html format in a headless Chromium, from a disk and without a network, and says what is
 * to be seen: node html.mjs CHROMIUM NODE_MODULES PICTURES FILE... prints {FILE: {title, facts, rows, found, evil, asked, said}}.
 */
import { basename, join } from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [chromium, modules, pictures, ...files] = process.argv.slice(2);
const { chromium: browserType } = createRequire(join(modules, 'x.js'))('playwright-core');
const browser = await browserType.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
const seen = {};
for (const file of files) {
	const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
	const said = [], asked = [], address = pathToFileURL(file).href, name = basename(file, '.html');
	page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
	page.on('pageerror', (error) => said.push(String(error)));
	page.on('request', (request) => request.url().split('#')[0] !== address && asked.push(request.url()));
	await page.goto(address);
	await page.waitForSelector('.picture canvas, .notice', { timeout: 10000 });
	await page.screenshot({ path: join(pictures, 'html-' + name + '.png') });
	const facts = await page.$$eval('.facts span', (list) => list.map((one) => one.textContent));
	await page.keyboard.press('t');
	const rows = await page.waitForSelector('.app', { timeout: 5000 }).then(() => page.$$eval('[role=row], .row', (list) => list.map((one) => one.textContent)));
	await page.keyboard.press('f');
	await page.fill('#search', 'encode');
	await page.waitForTimeout(200);
	const found = await page.textContent('.found');
	const host = await page.textContent('.host');
	seen[file] = { title: await page.title(), host, facts, rows, found, evil: await page.evaluate(() => window.evil ?? null), asked, said };
	await page.close();
}
await browser.close();
console.log(JSON.stringify(seen));
