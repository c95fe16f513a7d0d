/* SPDX-License-Identifier: MIT */
/*
 * flame: a chart that can be moved about in. The canvas is as large as its frame and stays where it is, a taller element
 * beneath makes the browser's own scroll bar; the outline of what the pointer is on is an element, so that moving the
 * pointer draws nothing again.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Chart, ROW } from './chart';
import type { Paint } from './colour';
import { deepest, type Tree } from './profile';
import { hideTip, showTip } from './tip';

const MOVE_MS = 140, ROWS_ABOVE = 3;
const still = window.matchMedia('(prefers-reduced-motion: reduce)');

export interface FlameProps {
	tree: Tree;
	colours: Uint8Array;
	byNode?: boolean; /* colours are of nodes, not of names */
	paint: Paint;
	hits: Uint8Array | null;
	up: boolean;
	node: number;
	label: string;
	onZoom: (node: number) => void;
	onPick?: ((node: number) => void) | undefined; /* a double click, or s */
	keys?: ((flame: Flame | null) => void) | undefined; /* who gets the keys of the page */
}

export class Flame {
	readonly chart: Chart;
	focus = -1;
	private props: FlameProps;
	private clicked = -1;
	private moving = 0;
	private waiting = 0;
	private readonly seen: ResizeObserver;

	constructor(private readonly frame: HTMLElement, private readonly sizer: HTMLElement, canvas: HTMLCanvasElement,
		private readonly outline: HTMLElement, props: FlameProps) {
		this.chart = new Chart(canvas);
		this.props = props;
		this.seen = new ResizeObserver(() => this.resize());
		this.seen.observe(frame);
		frame.addEventListener('scroll', () => this.scrolled());
		canvas.addEventListener('mousemove', (e) => this.onMove(e));
		canvas.addEventListener('mouseleave', () => this.leave());
		canvas.addEventListener('click', (e) => this.onClick(e));
		canvas.addEventListener('dblclick', () => this.pickClicked());
		this.take(props, true);
		this.resize();
	}

	close(): void {
		cancelAnimationFrame(this.moving);
		cancelAnimationFrame(this.waiting);
		this.seen.disconnect();
		hideTip();
	}

	take(props: FlameProps, fresh = false): void {
		const { chart } = this, old = this.props;
		const other = fresh || props.tree !== old.tree, turned = props.up !== chart.up;
		this.props = props;
		chart.paint = props.paint;
		chart.colours = props.colours;
		chart.byNode = props.byNode ?? false;
		chart.hits = props.hits;
		chart.up = props.up;
		if (other)
			chart.show(props.tree);
		if (other || turned || props.node !== chart.node)
			this.goTo(props.node, !other && !turned, turned || props.node !== chart.node);
		else
			this.later();
	}

	/* Moves the view to a node. */
	private goTo(node: number, smooth: boolean, scroll: boolean): void {
		const { chart } = this, { tree } = this.props, depth = tree.depth[node]!;
		chart.node = node;
		chart.rows = deepest(tree, node) + 1;
		this.leave();
		this.size();
		if (scroll)
			this.scrollToRow(Math.max(0, depth - ROWS_ABOVE));
		const until = tree.x[node]! + Math.max(tree.total[node]!, 1e-9);
		if (!smooth || still.matches) {
			cancelAnimationFrame(this.moving);
			this.view(tree.x[node]!, until);
		} else {
			this.move(tree.x[node]!, until);
		}
	}

	private view(from: number, until: number): void {
		this.chart.from = from;
		this.chart.until = until;
		this.later();
	}

	private move(from: number, until: number): void {
		const { chart } = this, from0 = chart.from, until0 = chart.until, start = performance.now();
		const frame = (now: number) => {
			const t = Math.min(1, Math.max(0, (now - start) / MOVE_MS)), eased = 1 - (1 - t) ** 3;
			chart.from = from0 + (from - from0) * eased;
			chart.until = until0 + (until - until0) * eased;
			this.draw();
			if (t < 1)
				this.moving = requestAnimationFrame(frame);
		};
		cancelAnimationFrame(this.moving);
		this.moving = requestAnimationFrame(frame);
	}

	private size(): void {
		this.sizer.style.height = Math.max(this.chart.contentHeight(), this.frame.clientHeight) + 'px';
	}

	private resize(): void {
		const { clientWidth, clientHeight } = this.frame, first = this.chart.width === 0;
		if (clientWidth === 0 || clientHeight === 0)
			return;
		const { chart } = this, below = chart.contentHeight() - chart.scroll - chart.height;
		chart.resize(clientWidth, clientHeight);
		this.size();
		if (!first && chart.up)
			this.frame.scrollTop = chart.contentHeight() - below - clientHeight; /* what was seen stays in sight */
		if (first)
			this.scrollToRow(Math.max(0, this.props.tree.depth[this.chart.node]! - ROWS_ABOVE));
		this.draw();
	}

	private scrollToRow(row: number): void {
		const { chart, frame } = this;
		frame.scrollTop = chart.up ? chart.contentHeight() - row * ROW - frame.clientHeight : row * ROW;
	}

	private scrolled(): void {
		this.leave();
		this.later();
	}

	private later(): void {
		cancelAnimationFrame(this.waiting);
		this.waiting = requestAnimationFrame(() => this.draw());
	}

	draw(): void {
		if (this.chart.width === 0)
			return;
		this.chart.scroll = this.frame.scrollTop;
		this.chart.draw();
		if (performance.getEntriesByName('picture').length === 0)
			performance.mark('picture');
		this.chart.canvas.dataset.rows = String(this.chart.rows);
		this.frame.dataset.drawn = String(this.chart.drawn);
		this.frame.dataset.ms = this.chart.took.toFixed(1);
		this.frame.dataset.draws = String(Number(this.frame.dataset.draws ?? 0) + 1);
	}

	/* Pointer */

	private place(event: MouseEvent): [number, number] {
		const edge = this.chart.canvas.getBoundingClientRect();
		return [event.clientX - edge.left, event.clientY - edge.top];
	}

	private onMove(event: MouseEvent): void {
		const i = this.chart.at(...this.place(event));
		if (i < 0)
			return this.leave();
		this.focusOn(i);
		showTip(this.props.tree, i, this.chart.node, event.clientX, event.clientY);
	}

	/* The second click of two is on what the first one began to move: it means the same box. */
	private onClick(event: MouseEvent): void {
		if (event.detail > 1)
			return;
		const i = this.clicked = this.chart.at(...this.place(event));
		if (i >= 0 && i !== this.chart.node)
			this.props.onZoom(i);
	}

	private pickClicked(): void {
		if (this.clicked > 0)
			this.props.onPick?.(this.clicked);
	}

	private leave(): void {
		this.focus = -1;
		this.outline.hidden = true;
		hideTip();
	}

	private focusOn(i: number): void {
		const [left, width] = this.chart.extent(i), { style } = this.outline;
		this.focus = i;
		this.outline.hidden = false;
		style.left = left + 'px';
		style.top = this.chart.top(this.props.tree.depth[i]!) + this.frame.scrollTop + 'px';
		style.width = Math.max(2, width) + 'px';
	}

	/* Keys */

	private visible(i: number): boolean {
		const top = this.chart.top(this.props.tree.depth[i]!);
		return top >= 0 && top + ROW <= this.chart.height;
	}

	reveal(i: number): void {
		const { chart } = this, { tree } = this.props;
		if (!this.visible(i)) {
			const row = tree.depth[i]! - Math.floor(chart.height / ROW / 2);
			this.scrollToRow(Math.max(0, row));
			this.draw();
		}
		this.focusOn(i);
		const [left, width] = chart.extent(i), edge = chart.canvas.getBoundingClientRect();
		showTip(tree, i, chart.node, edge.left + left + Math.min(width, 80) / 2, edge.top + chart.top(tree.depth[i]!) + ROW / 2);
	}

	private neighbour(i: number, step: number): number {
		const { rowStart, rowNodes, depth } = this.props.tree, d = depth[i]!;
		let at = rowStart[d]!;
		while (rowNodes[at] !== i)
			at++;
		for (at += step; at >= rowStart[d]! && at < rowStart[d + 1]!; at += step) {
			const [, width] = this.chart.extent(rowNodes[at]!);
			if (width >= 1)
				return rowNodes[at]!;
		}
		return i;
	}

	private widestChild(i: number): number {
		const { end, total } = this.props.tree;
		let best = i;
		for (let j = i + 1; j < end[i]!; j = end[j]!)
			if (best === i || total[j]! > total[best]!)
				best = j;
		return best;
	}

	walk(key: string): void {
		const i = this.focus < 0 ? this.chart.node : this.focus;
		if (this.focus < 0)
			this.reveal(i);
		else if (key === 'ArrowLeft' || key === 'ArrowRight')
			this.reveal(this.neighbour(i, key === 'ArrowLeft' ? -1 : 1));
		else
			this.reveal((key === 'ArrowDown') !== this.props.up ? this.widestChild(i) : Math.max(0, this.props.tree.parent[i]!));
	}

	enter(): void {
		if (this.focus >= 0)
			this.props.onZoom(this.focus);
	}

	pick(): void {
		if (this.focus > 0)
			this.props.onPick?.(this.focus);
	}

	/* The next box that the search found, in pre-order. */
	nextHit(step: number): void {
		const { tree, hits } = this.props, { n } = tree;
		let i = this.focus < 0 ? (step < 0 ? 0 : this.chart.node - 1) : this.focus;
		for (let tried = 0; hits && tried < n; tried++) {
			i = (i + step + n) % n;
			if (!hits[tree.name[i]!])
				continue;
			if (this.chart.extent(i)[1] === 0)
				this.props.onZoom(0);
			this.view(tree.x[this.chart.node]!, tree.x[this.chart.node]! + tree.total[this.chart.node]!);
			return this.reveal(i);
		}
	}
}

export function FlameView(props: FlameProps) {
	const frame = useRef<HTMLDivElement>(null), sizer = useRef<HTMLDivElement>(null);
	const canvas = useRef<HTMLCanvasElement>(null), outline = useRef<HTMLDivElement>(null);
	const flame = useRef<Flame | null>(null);

	useLayoutEffect(() => {
		flame.current = new Flame(frame.current!, sizer.current!, canvas.current!, outline.current!, props);
		props.keys?.(flame.current);
		return () => {
			flame.current?.close();
			props.keys?.(null);
		};
	}, []);
	useLayoutEffect(() => flame.current?.take(props));
	return (
		<div class="flame" ref={frame}>
			<div class="sizer" ref={sizer}>
				<canvas ref={canvas} role="img" aria-label={props.label} />
				<div class="outline" ref={outline} hidden />
			</div>
		</div>
	);
}
