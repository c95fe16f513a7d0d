/* SPDX-License-Identifier: MIT */
/*
 * brush: what a hand does on a picture of time: it drags a part of it, with Shift the one to compare with; it moves the
 * picture, with Ctrl, Alt or the middle button; it turns the wheel or pinches. Places are parts of the picture's width and height.
 */
export interface Place {
	x: number; /* 0 .. 1 */
	y: number;
}

export interface Hand {
	hover: (place: Place | null) => void;
	drag: (from: Place, to: Place, base: boolean) => void; /* still under way */
	drop: (from: Place, to: Place, base: boolean) => void;
	cancel: () => void;
	click: () => void;
	pan: (by: number) => void; /* parts of the width */
	zoom: (factor: number, at: number) => void;
	whole: () => void;
}

const LEAST = 4; /* px: less is a click */
const WHEEL = 0.0016, LINE = 33; /* per px turned; px of a line */

export class Brush {
	private down: { at: Place; px: number; base: boolean; pan: boolean; moved: boolean } | null = null;
	private readonly fingers = new Map<number, Place>();
	private last = 0;

	constructor(private readonly element: HTMLElement, private readonly hand: () => Hand) {
		element.addEventListener('pointerdown', (e) => this.onDown(e));
		element.addEventListener('pointermove', (e) => this.onMove(e));
		element.addEventListener('pointerup', (e) => this.onUp(e));
		element.addEventListener('pointercancel', (e) => this.onCancel(e));
		element.addEventListener('pointerleave', () => this.down || this.hand().hover(null));
		element.addEventListener('wheel', (e) => this.onWheel(e), { passive: false });
		element.addEventListener('dblclick', () => this.hand().whole());
		element.addEventListener('keydown', (e) => e.key === 'Escape' && this.down && (e.stopPropagation(), this.stop()));
	}

	get busy(): boolean {
		return this.down !== null || this.fingers.size > 1;
	}

	private place(e: { clientX: number; clientY: number }): Place {
		const edge = this.element.getBoundingClientRect(), part = (v: number) => Math.min(1, Math.max(0, v));
		return { x: part((e.clientX - edge.left) / edge.width), y: part((e.clientY - edge.top) / edge.height) };
	}

	private stop(): void {
		this.down = null;
		this.hand().cancel();
	}

	private onDown(e: PointerEvent): void {
		if (e.button > 1)
			return;
		const at = this.place(e);
		this.element.setPointerCapture(e.pointerId);
		if (e.pointerType === 'touch')
			this.fingers.set(e.pointerId, at);
		if (this.fingers.size > 1)
			return this.stop();
		this.down = { at, px: e.clientX, base: e.shiftKey, pan: e.button === 1 || e.ctrlKey || e.metaKey || e.altKey, moved: false };
		this.last = e.clientX;
		if (e.button === 1)
			e.preventDefault(); /* no scrolling by itself */
	}

	private onMove(e: PointerEvent): void {
		const to = this.place(e), { down } = this;
		if (this.fingers.size > 1 && this.fingers.has(e.pointerId))
			return this.pinch(e.pointerId, to);
		this.hand().hover(to);
		if (!down)
			return;
		down.moved ||= Math.abs(e.clientX - down.px) >= LEAST;
		if (!down.moved)
			return;
		if (down.pan)
			this.hand().pan((this.last - e.clientX) / this.element.clientWidth);
		else
			this.hand().drag(down.at, to, down.base);
		this.last = e.clientX;
	}

	private pinch(id: number, to: Place): void {
		const spread = () => {
			const [a, b] = [...this.fingers.values()];
			return { wide: Math.max(0.02, Math.abs(a!.x - b!.x)), middle: (a!.x + b!.x) / 2 };
		};
		const before = spread();
		this.fingers.set(id, to);
		const after = spread();
		this.hand().pan(before.middle - after.middle);
		this.hand().zoom(before.wide / after.wide, after.middle);
	}

	private onUp(e: PointerEvent): void {
		const { down } = this;
		this.fingers.delete(e.pointerId);
		this.down = null;
		if (!down)
			return;
		if (!down.moved)
			return this.hand().click();
		if (!down.pan)
			this.hand().drop(down.at, this.place(e), down.base);
	}

	private onCancel(e: PointerEvent): void {
		this.fingers.delete(e.pointerId);
		this.stop();
	}

	private onWheel(e: WheelEvent): void {
		const unit = e.deltaMode === 1 ? LINE : 1, across = e.shiftKey ? e.deltaY : e.deltaX;
		e.preventDefault();
		if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY))
			this.hand().pan((across * unit) / this.element.clientWidth);
		else
			this.hand().zoom(Math.exp(Math.max(-600, Math.min(600, e.deltaY * unit * (e.ctrlKey ? 5 : 1))) * WHEEL), this.place(e).x);
	}
}
