/* SPDX-License-Identifier: MIT */
/*
 * speedscope.mjs: opens files in speedscope itself, in a headless Chromium, and has it save what it understood:
 * node speedscope.mjs CHROMIUM NODE_MODULES FILE... prints {FILE: what speedscope saved, or {"failed": why}}.
 */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { createRequire } from 'node:module';

const [chromium, modules, ...files] = process.argv.slice(2);
const { chromium: browserType } = createRequire(join(modules, 'x.js'))('playwright-core');
const release = join(modules, 'speedscope', 'dist', 'release');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.wasm': 'application/wasm' };

const server = createServer((request, response) => {
	const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
	const file = path.startsWith('/profile/') ? files[Number(path.split('/')[2])] : join(release, basename(path) || 'index.html');
	try {
		const bytes = readFileSync(file);
		response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
		response.end(bytes);
	} catch {
		response.writeHead(404);
		response.end();
	}
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = 'http://127.0.0.1:' + server.address().port;
const browser = await browserType.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
const saved = {};
for (const [number, file] of files.entries()) {
	const page = await browser.newPage({ acceptDownloads: true });
	const said = [];
	page.on('dialog', (dialog) => {
		said.push(dialog.message());
		void dialog.dismiss();
	});
	page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
	page.on('pageerror', (error) => said.push(String(error)));
	try {
		await page.goto(origin + '/index.html#profileURL=' + encodeURIComponent(origin + '/profile/' + number + '/' + basename(file)));
		await page.waitForFunction(() => document.title !== 'speedscope' && document.querySelector('canvas'), null, { timeout: 15000 });
		const [download] = await Promise.all([page.waitForEvent('download', { timeout: 15000 }), page.keyboard.press('Control+s')]);
		saved[file] = JSON.parse(readFileSync(await download.path(), 'utf8'));
	} catch (error) {
		saved[file] = { failed: [...said, String(error)].join('; ').slice(0, 500) };
	}
	await page.close();
}
await browser.close();
server.close();
console.log(JSON.stringify(saved));
