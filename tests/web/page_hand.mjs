/* SPDX-License-Identifier: MIT */
/*
 * page_hand: what the tests of the page have in common: a browser, a made-up server, sums over the same JSON done
 * another way, and the eyes and hands of a person.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as data from './page_data.mjs';
import { notes } from './page_fleet.mjs';
import { serve } from './page_server.mjs';

export const [root, chromium, modules] = process.argv.slice(2);
const playwright = createRequire(join(modules, 'x.js'))('playwright-core');
export const shots = join(root, 'build/web');
export const ROW = 18;
export const sum = { passed: 0, failed: 0, about: '' };

export function same(what, got, want) {
	const a = JSON.stringify(got), b = JSON.stringify(want);
	if (a === b) {
		sum.passed++;
		return;
	}
	sum.failed++;
	console.log('web/page: FAIL: ' + sum.about + ': ' + what + ': got ' + String(a).slice(0, 600) + ', expected ' + String(b).slice(0, 600));
}

/* The same sums as the page's, done another way. */
export class Profile {
	constructor(doc) {
		Object.assign(this, doc);
		const taken = [], path = [];
		this.parent = [];
		this.x = [];
		this.depth.forEach((d, i) => {
			path.length = d;
			this.parent[i] = d > 0 ? path[d - 1] : -1;
			const start = d > 0 ? taken[this.parent[i]] ?? this.x[this.parent[i]] : 0;
			this.x[i] = start;
			if (d > 0)
				taken[this.parent[i]] = start + this.total[i];
			path[d] = i;
		});
	}

	fn(i) {
		return this.function[this.name[i]] || this.names[this.name[i]];
	}

	/* A box that is wide, but neither the whole nor out of sight. */
	spot() {
		let best = -1;
		for (let i = 1; i < this.name.length; i++)
			if (this.depth[i] > 3 && this.depth[i] < 16 && this.total[i] < 0.6 * this.total[0] && (best < 0 || this.total[i] > this.total[best]))
				best = i;
		return best;
	}

	above(i) {
		const list = [];
		for (let k = this.parent[i]; k >= 0; k = this.parent[k])
			list.push(k);
		return list;
	}

	matched(test) {
		const hit = this.name.map((name) => test(this.names[name]) || test(this.file[name]));
		return this.total.reduce((sum, total, i) => sum + (hit[i] && !this.above(i).some((k) => hit[k]) ? total : 0), 0);
	}

	totals() {
		const self = new Map(), total = new Map();
		for (let i = 1; i < this.name.length; i++) {
			const name = this.name[i];
			self.set(name, (self.get(name) ?? 0) + this.self[i]);
			if (!this.above(i).some((k) => this.name[k] === name))
				total.set(name, (total.get(name) ?? 0) + this.total[i]);
		}
		return { self, total };
	}
}

export function percent(part, whole) {
	const share = 100 * part / whole;
	return share > 0 && share < 0.01 ? '< 0.01 %' : share.toFixed(share >= 9.995 ? 1 : 2) + ' %';
}

export const view = await serve(root, '/scrape/');
export const { scene, log } = view;
export const browser = await playwright.chromium.launch({ executablePath: chromium, headless: true,
	args: ['--disable-gpu', '--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'] });

export async function open(hash = '', more = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', locale: 'en-GB',
		reducedMotion: 'reduce', ...more });
	const page = await context.newPage(), troubles = [];
	page.open = new Set();
	page.on('request', (r) => page.open.add(r));
	page.on('requestfinished', (r) => page.open.delete(r));
	page.on('requestfailed', (r) => page.open.delete(r));
	page.on('pageerror', (e) => troubles.push(String(e)));
	page.on('console', (m) => m.type() === 'error' && !/Failed to load resource|404|favicon|assets\/icon-/.test(m.text()) && troubles.push(m.text()));
	page.on('request', (r) => !r.url().startsWith(view.url) && troubles.push('asked elsewhere: ' + r.url()));
	page.troubles = troubles;
	page.setDefaultTimeout(8000);
	await page.goto(view.url + hash);
	return page;
}

export async function close(page) {
	same('nothing went wrong in the browser', page.troubles, []);
	await page.context().close();
}

/* Nothing has been asked for a moment, and what came is drawn. */
export async function settled(page) {
	for (let quiet = 0; quiet < 4; quiet = page.open.size === 0 ? quiet + 1 : 0)
		await page.waitForTimeout(25);
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
export const shot = (page, name) => page.screenshot({ path: join(shots, name + '.png') });
export const text = (page, selector) => page.locator(selector).first().textContent();
export const state = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1));
export const asked = (kind) => new URLSearchParams(log.filter((line) => line.includes('/' + kind + '?')).pop().split('?')[1]);
export const shown = () => new Profile(data.profile(scene.kind, new URLSearchParams(log.filter((line) => line.includes('format=json')).pop().split('?')[1]),
	scene.now));

/* Where a node is on the screen, if the whole is shown. */
export async function spotOf(page, profile, i, zoomed = 0) {
	const edge = await page.locator('.flame canvas').first().boundingBox(), scroll = await page.locator('.flame').first().evaluate((e) => e.scrollTop);
	const k = edge.width / profile.total[zoomed];
	return { x: edge.x + (profile.x[i] + profile.total[i] / 2 - profile.x[zoomed]) * k, y: edge.y + profile.depth[i] * ROW + ROW / 2 - scroll };
}

export async function tipLines(page) {
	return page.locator('.tip').evaluate((e) => (e.hidden ? null : [...e.querySelectorAll('.tip-title, .quiet, .tip-row')].map((x) =>
		[...(x.className === 'tip-row' ? x.children : [x])].map((y) => y.textContent).join(' | '))));
}

/* As it was before the first test. */
export function calm() {
	Object.assign(scene, { kind: 'shop', now: data.WATERMARK, status: 200, token: false, delay: 0, only: '', old: false, annotate: true, writes: true, notes: notes(), sent: null, unsure: false });
}

/* Of a collector, and its time. */
export const W = data.WATERMARK, NARROW = { viewport: { width: 400, height: 800 }, hasTouch: true };
export const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
export const range = () => [Number(asked('timeline').get('from')), Number(asked('timeline').get('until'))];
export const pair = (query, prefix = '') => [Number(query.get(prefix + 'from')), Number(query.get(prefix + 'until'))];
export const later = (page) => page.waitForTimeout(320).then(() => settled(page)); /* what a wheel turned is written down */

export async function fleet(hash = '', more = {}) {
	calm();
	scene.kind = 'fleet';
	const page = await open(hash, more);
	await page.waitForSelector('.services .everything', { state: 'attached' });
	await settled(page);
	await settled(page);
	return page;
}

export async function done(page) {
	await close(page);
	calm();
}

export async function drag(page, from, to, keys = [], y = [40, 60]) {
	const edge = await page.locator('.brush').first().boundingBox();
	for (const key of keys)
		await page.keyboard.down(key);
	await page.mouse.move(edge.x + edge.width * from, edge.y + y[0]);
	await page.mouse.down();
	await page.mouse.move(edge.x + edge.width * to, edge.y + y[1], { steps: 5 });
	await page.mouse.up();
	for (const key of keys)
		await page.keyboard.up(key);
	await later(page);
}

export const diffAsked = () => asked('diff');
