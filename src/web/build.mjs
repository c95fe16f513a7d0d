/* SPDX-License-Identifier: MIT */
/*
 * build.mjs: makes the files that the daemon serves: node build.mjs TO. The same sources make the same bytes. Names in
 * assets/ hold a hash of what is in the file, so a browser may keep them for ever; index.html names them.
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
const made = await build({
	entryPoints: { page: 'main.tsx' },
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
	outdir: join(to, 'assets'),
	entryNames: '[name]-[hash]',
	metafile: true,
	logLevel: 'warning',
});

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

const licences = ['preact', 'uplot'].map((name) => name + '\n\n' + readFileSync(join('node_modules', name, 'LICENSE'), 'utf8').trim());
writeFileSync(join(to, 'licenses.txt'), licences.join('\n\n\n') + '\n');
