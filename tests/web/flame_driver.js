/* SPDX-License-Identifier: MIT */
/*
 * flame_driver.js: put behind the script of a flame graph by tests/web/flame, it does what a person does, through
 * events alone, and leaves what it saw as JSON in a desc element. `plan` comes from the test.
 */
(function () {
	'use strict';
	const svg = document.documentElement, report = { times: {} };
	const get = (selector) => document.querySelector(selector);
	const text = (selector) => (get(selector) ? get(selector).textContent : null);

	function timed(name, action) {
		const start = performance.now();
		action();
		svg.getBoundingClientRect();
		get('.hit').getBBox(); /* styles and layout belong to the time */
		report.times[name] = Math.round((performance.now() - start) * 10) / 10;
	}

	function mouse(type, spot) {
		const x = 10 + spot.across * (svg.getBoundingClientRect().width - 20), y = 88 + spot.row * 18 + 9;
		const target = document.elementFromPoint(x, y) || svg;
		target.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, clientX: x, clientY: y }));
	}

	function key(name, more) {
		const target = document.activeElement || svg;
		const what = { key: name, bubbles: true, cancelable: true, ...more };
		target.dispatchEvent(new KeyboardEvent('keydown', what));
	}

	function search(words) {
		get('input').value = words;
		get('input').dispatchEvent(new Event('input', { bubbles: true }));
	}

	const tip = () => (get('.tip-frame').getAttribute('visibility') === 'visible' ?
		Array.from(get('.tip').children, (line) => line.textContent) : null);
	const labels = () => Array.from(document.querySelectorAll('text'),
		(t) => [t.textContent, Number(t.getAttribute('y'))]);
	const button = (words) => Array.from(document.querySelectorAll('button')).find((b) => b.textContent === words);

	report.still = text('.still');
	report.times.ready = Math.round(performance.now());
	report.first = labels().length;
	report.elements = document.querySelectorAll('*').length;
	report.heading = text('h1');
	report.sentence = text('.sentence');

	timed('hover', () => mouse('mousemove', plan.spot));
	report.hover = tip();
	timed('zoom', () => mouse('click', plan.spot));
	report.crumb = text('.crumb:last-child');
	report.zoomed = labels().map((l) => l[0]);
	mouse('mousemove', { across: 0.5, row: 0 });
	key('Escape');
	report.parent = text('.crumb:last-child');
	timed('reset', () => button('Reset zoom').click());
	report.reset = text('.crumb:last-child');

	key('f', { ctrlKey: true });
	report.typing = document.activeElement === get('input');
	timed('search', () => search(plan.words));
	report.found = text('.found');
	report.drawn = get('.hit').getAttribute('d').length;
	key('Enter');
	report.next = tip();
	timed('search_all', () => search('.'));
	report.all = text('.found');
	search('(');
	report.broken = text('.found');
	search('no such function');
	report.nothing = text('.found');
	key('Escape');
	report.cleared = [get('input').value, text('.found'), document.activeElement === get('input')];

	key('Home');
	key('ArrowDown');
	key('ArrowDown');
	report.walked = tip();
	key('ArrowUp');
	key('Enter');
	report.entered = text('.crumb:last-child');
	key('Home');

	const root = () => labels().find((l) => l[0] === 'all')[1];
	report.top = root();
	timed('flip', () => key('i'));
	report.bottom = root();
	report.lowest = Math.max(...labels().map((l) => l[1]));
	report.evil = Boolean(window.evil);
	const desc = document.createElementNS('http://www.w3.org/2000/svg', 'desc');
	desc.id = 'report';
	desc.textContent = JSON.stringify(report);
	svg.appendChild(desc);
})();
