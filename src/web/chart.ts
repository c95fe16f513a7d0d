/* SPDX-License-Identifier: MIT */
/*
 * chart: draws a tree on a canvas, fast enough to be redrawn for every frame of a movement with 100 000 nodes. Only what
 * can be seen is visited: subtrees beside the view, below it, or narrower than a tenth of a pixel are skipped whole.
 * Boxes are drawn sorted by colour, since changing the colour is what costs.
 */
import { COLOURS, type Paint } from './colour';
import { brief } from './text';
import type { Tree } from './profile';

export const ROW = 18;
const BOX_MIN = 0.5, SKIP_MIN = 0.1, LABEL_MIN = 24, LABEL_PAD = 4; /* px */
const HATCH = 6; /* px between two lines */
const LABEL_LEAST = 3; /* characters: less tells nothing */
const LEFT = COLOURS, HIT = 2 * COLOURS, NARROW = HIT + 1, NARROW_HIT = HIT + 2, BUCKETS = HIT + 3;
export const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/* Widths of labels, by name of a tree. */
class Ruler {
	private readonly text: Float32Array;
	private readonly short: Float32Array;

	constructor(private readonly tree: Tree, private readonly pen: CanvasRenderingContext2D) {
		this.text = new Float32Array(tree.names.text.length).fill(-1);
		this.short = new Float32Array(tree.names.text.length).fill(-1);
	}

	/* The whole name, or the function alone, or as much of that as there is room for. */
	label(name: number, room: number): string {
		const { names } = this.tree, text = brief(names.text[name]!);
		if (this.text[name]! < 0)
			this.text[name] = this.pen.measureText(text).width;
		if (this.text[name]! <= room)
			return text;
		const short = brief(names.fn[name] || names.text[name]!);
		if (this.short[name]! < 0)
			this.short[name] = this.pen.measureText(short).width;
		if (this.short[name]! <= room)
			return short;
		return this.cut(short, this.short[name]!, room);
	}

	private cut(text: string, width: number, room: number): string {
		let keep = Math.floor((text.length * room) / width);
		while (keep > 0 && this.pen.measureText(text.slice(0, keep) + '\u2026').width > room)
			keep--;
		if (keep > 0 && /[\ud800-\udbff]/.test(text[keep - 1]!))
			keep--; /* half of a pair is no character */
		return keep >= LABEL_LEAST ? text.slice(0, keep) + '\u2026' : '';
	}
}

export class Chart {
	readonly pen: CanvasRenderingContext2D;
	width = 0;
	height = 0;
	scroll = 0;
	up = false; /* root at the bottom */
	node = 0; /* zoomed to */
	from = 0; /* the view, in units */
	until = 1;
	rows = 1; /* of what is zoomed to, its callers included */
	paint!: Paint;
	colours!: Uint8Array; /* by name, or by node */
	byNode = false;
	hits: Uint8Array | null = null;
	tree!: Tree;
	drawn = 0; /* boxes, the last time */
	took = 0; /* ms */

	private ruler!: Ruler;
	private ratio = 1;
	private n = 0;
	private left = new Float32Array(4096);
	private wide = new Float32Array(4096);
	private row = new Int32Array(4096);
	private label = new Int32Array(4096); /* a name, or -1 */
	private bucket = new Uint8Array(4096);
	private order = new Int32Array(4096);
	private readonly starts = new Int32Array(BUCKETS + 1);
	private runFrom = new Float64Array(0);
	private runUntil = new Float64Array(0);
	private runHit = new Uint8Array(0);

	constructor(readonly canvas: HTMLCanvasElement) {
		this.pen = canvas.getContext('2d', { alpha: false })!;
	}

	show(tree: Tree): void {
		this.tree = tree;
		this.ruler = new Ruler(tree, this.pen);
		this.runFrom = new Float64Array(tree.rows);
		this.runUntil = new Float64Array(tree.rows);
		this.runHit = new Uint8Array(tree.rows);
	}

	resize(width: number, height: number): void {
		this.ratio = window.devicePixelRatio || 1;
		this.width = width;
		this.height = height;
		this.canvas.width = Math.round(width * this.ratio);
		this.canvas.height = Math.round(height * this.ratio);
		this.canvas.style.width = width + 'px';
		this.canvas.style.height = height + 'px';
	}

	/* A root at the bottom is at the bottom of the frame, however few rows there are. */
	contentHeight(): number {
		return this.up ? Math.max(this.rows * ROW, this.height) : this.rows * ROW;
	}

	/* The upper edge of a row, in px of the canvas. */
	top(row: number): number {
		return (this.up ? this.contentHeight() - (row + 1) * ROW : row * ROW) - this.scroll;
	}

	scale(): number {
		return this.width / Math.max(this.until - this.from, 1e-9);
	}

	/* Left edge and width of a node, cut at the edges of the view. */
	extent(i: number): [number, number] {
		const k = this.scale();
		const left = Math.max(0, (this.tree.x[i]! - this.from) * k);
		const right = Math.min(this.width, (this.tree.x[i]! + this.tree.total[i]! - this.from) * k);
		return [left, Math.max(0, right - left)];
	}

	/* The node at a place of the canvas, or -1. */
	at(left: number, top: number): number {
		const { tree } = this, y = top + this.scroll;
		const row = Math.floor((this.up ? this.contentHeight() - y : y) / ROW);
		if (row < 0 || row >= tree.rows || left < 0 || left > this.width)
			return -1;
		const unit = this.from + left / this.scale();
		let low = tree.rowStart[row]!, high = tree.rowStart[row + 1]!;
		const first = low;
		while (low < high) { /* the last one of the row that begins at or before this */
			const middle = (low + high) >> 1;
			if (tree.x[tree.rowNodes[middle]!]! <= unit)
				low = middle + 1;
			else
				high = middle;
		}
		const i = low > first ? tree.rowNodes[low - 1]! : -1;
		return i >= 0 && unit < tree.x[i]! + tree.total[i]! ? i : -1;
	}

	draw(): void {
		const start = performance.now();
		this.n = 0;
		this.collect();
		this.sort();
		this.fill();
		this.write();
		this.drawn = this.n;
		this.took = performance.now() - start;
	}

	/* What is to be seen becomes rows of the arrays. */
	private collect(): void {
		const { x, total, depth, end, name } = this.tree;
		const { from, until, hits, colours, byNode } = this, k = this.scale(), stop = this.tree.n;
		const [first, beyond] = this.visibleRows(), zoomed = depth[this.node]!;

		this.runUntil.fill(-1);
		for (let i = 0; i < stop;) {
			const row = depth[i]!, units = total[i]!, begin = x[i]!;
			if (begin >= until || begin + units <= from || row >= beyond) {
				i = end[i]!;
				continue;
			}
			const px = units * k, hit = hits !== null && hits[name[i]!] === 1;
			if (px < BOX_MIN) {
				if (row >= first)
					this.narrow(row, (begin - from) * k, px, hit);
				i = px < SKIP_MIN ? end[i]! : i + 1;
				continue;
			}
			if (row >= first) {
				const back = row < zoomed || hits !== null, colour = colours[byNode ? i : name[i]!]!;
				this.add((begin - from) * k, px, row, name[i]!, hit ? HIT : back ? LEFT + colour : colour);
			}
			i++;
		}
		for (let row = Math.max(0, first); row < Math.min(beyond, this.tree.rows); row++)
			this.endRun(row);
	}

	private visibleRows(): [number, number] {
		const low = this.up ? this.contentHeight() - this.scroll - this.height : this.scroll;
		return [Math.floor(low / ROW), Math.min(this.tree.rows, Math.ceil((low + this.height) / ROW))];
	}

	/* Neighbours that are too narrow to be seen are one grey box together, or one found box if any of them is found. */
	private narrow(row: number, left: number, width: number, hit: boolean): void {
		if (this.runUntil[row]! >= 0 && left - this.runUntil[row]! > BOX_MIN)
			this.endRun(row);
		if (this.runUntil[row]! < 0) {
			this.runFrom[row] = left;
			this.runHit[row] = 0;
		}
		this.runUntil[row] = Math.max(0, left + width);
		if (hit)
			this.runHit[row] = 1;
	}

	private endRun(row: number): void {
		const from = this.runFrom[row]!, width = this.runUntil[row]! - from;
		if (this.runUntil[row]! >= 0 && width >= BOX_MIN)
			this.add(from, width, row, -1, this.runHit[row] ? NARROW_HIT : NARROW);
		this.runUntil[row] = -1;
	}

	private add(left: number, width: number, row: number, name: number, bucket: number): void {
		if (this.n === this.order.length)
			this.grow();
		const i = this.n++, right = Math.min(left + (width > 2 ? width - 0.6 : width), this.width + 1);
		left = Math.max(left, -1);
		this.left[i] = left;
		this.wide[i] = right - left;
		this.row[i] = row;
		this.label[i] = right - left >= LABEL_MIN ? name : -1;
		this.bucket[i] = bucket;
	}

	private grow(): void {
		const n = this.order.length * 2;
		const longer = <T extends Float32Array | Int32Array | Uint8Array>(to: T, of: T): T => {
			to.set(of);
			return to;
		};
		this.left = longer(new Float32Array(n), this.left);
		this.wide = longer(new Float32Array(n), this.wide);
		this.row = longer(new Int32Array(n), this.row);
		this.label = longer(new Int32Array(n), this.label);
		this.bucket = longer(new Uint8Array(n), this.bucket);
		this.order = new Int32Array(n);
	}

	/* By colour: counted, then placed. */
	private sort(): void {
		const { starts, bucket, order, n } = this;
		starts.fill(0);
		for (let i = 0; i < n; i++)
			starts[bucket[i]! + 1]!++;
		for (let b = 0; b < BUCKETS; b++)
			starts[b + 1]! += starts[b]!;
		const next = starts.slice();
		for (let i = 0; i < n; i++)
			order[next[bucket[i]!]!++] = i;
	}

	private fill(): void {
		const { pen, paint } = this;
		pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
		pen.fillStyle = paint.page;
		pen.fillRect(0, 0, this.width, this.height);
		for (let b = 0; b < BUCKETS; b++) {
			if (this.starts[b] === this.starts[b + 1])
				continue;
			pen.fillStyle = this.colourOf(b);
			for (let at = this.starts[b]!; at < this.starts[b + 1]!; at++) {
				const i = this.order[at]!;
				pen.fillRect(this.left[i]!, this.top(this.row[i]!), this.wide[i]!, ROW - 1);
			}
			if (b === paint.ghost)
				this.hatch(b);
		}
	}

	/* Lines across what is not there any more. */
	private hatch(b: number): void {
		const { pen } = this;
		pen.save();
		pen.strokeStyle = this.paint.box[0]!;
		pen.lineWidth = 1;
		pen.beginPath();
		for (let at = this.starts[b]!; at < this.starts[b + 1]!; at++) {
			const i = this.order[at]!, top = this.top(this.row[i]!), left = Math.max(0, this.left[i]!), right = this.left[i]! + this.wide[i]!;
			for (let x = Math.ceil(left / HATCH) * HATCH; x < right; x += HATCH) {
				const rise = Math.min(ROW - 1, right - x);
				pen.moveTo(x, top + ROW - 1);
				pen.lineTo(x + rise, top + ROW - 1 - rise);
			}
		}
		pen.stroke();
		pen.restore();
	}

	private colourOf(bucket: number): string {
		if (bucket === HIT || bucket === NARROW_HIT)
			return this.paint.hit;
		if (bucket === NARROW)
			return this.paint.narrow;
		return bucket >= LEFT ? this.paint.left[bucket - LEFT]! : this.paint.box[bucket]!;
	}

	private write(): void {
		const { pen, paint } = this;
		let colour = '';
		pen.font = FONT;
		pen.textBaseline = 'alphabetic';
		pen.direction = 'ltr';
		for (let at = 0; at < this.n; at++) {
			const i = this.order[at]!;
			if (this.label[i]! < 0)
				continue;
			const left = Math.max(0, this.left[i]!), room = this.left[i]! + this.wide[i]! - left - 2 * LABEL_PAD;
			const text = this.ruler.label(this.label[i]!, room), bucket = this.bucket[i]!;
			const ink = bucket === HIT ? paint.onHit : bucket >= LEFT ? paint.faint : paint.ink;
			if (text === '')
				continue;
			if (ink !== colour)
				pen.fillStyle = colour = ink;
			pen.fillText(text, left + LABEL_PAD, this.top(this.row[i]!) + ROW - 5);
		}
	}
}
