/* SPDX-License-Identifier: MIT */
/*
 * build.mjs: makes the files that the daemon serves: node build.mjs TO. The same sources make the same bytes. Names in
 * assets/ hold a hash of what is in the file, so a browser may keep them for ever; index.html names them. single.html has
 * everything inside and is what the html format puts a profile into.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const to = process.argv[2];
if (!to) {
	console.error('usage: node build.mjs TO');
	process.exit(2);
}
rmSync(to, { recursive: true, force: true });
mkdirSync(join(to, 'assets'), { recursive: true });

const head = '/* SPDX-License-Identifier: MIT */\n/* Made of src/web by make page; with preact and uPlot, see licenses.txt. */';
const options = {
	bundle: true,
	minify: true,
	format: 'esm',
	target: 'es2022',
	charset: 'utf8',
	legalComments: 'none',
	jsx: 'automatic',
	jsxImportSource: 'preact',
	lineLimit: 160,
	banner: { js: head, css: head },
	logLevel: 'warning',
};
const made = await build({ ...options, entryPoints: { page: 'main.tsx' }, outdir: join(to, 'assets'), entryNames: '[name]-[hash]', metafile: true });
const single = await build({ ...options, entryPoints: { single: 'single.tsx' }, outdir: to, write: false });

const licence = (name) => name + '\n\n' + readFileSync(join('node_modules', name, 'LICENSE'), 'utf8').trim();

const icon = readFileSync('icon.svg');
const names = { '@ICON@': 'assets/icon-' + createHash('sha256').update(icon).digest('hex').slice(0, 8) + '.svg' };
writeFileSync(join(to, names['@ICON@']), icon);
for (const path of Object.keys(made.metafile.outputs)) {
	const name = basename(path);
	names[name.endsWith('.css') ? '@CSS@' : '@JS@'] = 'assets/' + name;
}
let page = readFileSync('index.html', 'utf8');
for (const [mark, name] of Object.entries(names))
	page = page.replace(mark, name);
writeFileSync(join(to, 'index.html'), page);

let file = readFileSync('single.html', 'utf8').replace('@LICENCE@', () => licence('preact'));
for (const { path, text } of single.outputFiles)
	file = file.replace(path.endsWith('.css') ? '@CSS@' : '@JS@', () => '\n' + text);
writeFileSync(join(to, 'single.html'), file);

const licences = ['preact', 'uplot'].map(licence);
writeFileSync(join(to, 'licenses.txt'), licences.join('\n\n\n') + '\n');
