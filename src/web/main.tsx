/* SPDX-License-Identifier: MIT */
/* main: starts the page. */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app';
import { Broken } from './broken';
import './style.css';

const place = document.getElementById('app')!;
window.addEventListener('error', (event) => {
	if (event.error && event.filename === import.meta.url) /* not what extensions do */
		render(<Broken message={String(event.message)} />, place);
});
render(<App />, place);
