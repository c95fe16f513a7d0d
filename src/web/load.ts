/* SPDX-License-Identifier: MIT */
/*
 * load: what the state asks for is fetched, and nothing else. Each kind of answer has an address; when the address of
 * a kind changes its question is asked again and the one under way is dropped. What was shown stays until then.
 */
import { ask, Failure, profileAddress, readTargets, readTimeline, sparkAddress, stepFor, timelineAddress,
	type Targets, type Timeline } from './api';
import { Damaged, readProfile, type Tree } from './profile';
import type { State } from './state';

const POINTS = 360, SPARK_POINTS = 60;
const EMPTY_WAIT = 5, YOUNG_WAIT = 2; /* seconds: no targets, no slice yet */
const LIVE_LEAST = 2, LIVE_MOST = 10; /* seconds between two looks for something newer */

class Slot<T> {
	value: T | null = null;
	failure: Failure | null = null;
	loading = false;
	address = '';
	private control: AbortController | null = null;

	constructor(private readonly read: (doc: unknown) => T, private readonly changed: () => void) {}

	async want(address: string, again = false): Promise<void> {
		if (address === this.address && !again)
			return;
		this.address = address;
		this.control?.abort();
		const control = this.control = new AbortController();
		this.loading = true;
		this.changed();
		try {
			const value = this.read(await ask(address, control.signal));
			if (control.signal.aborted)
				return;
			this.value = value;
			this.failure = null;
		} catch (e) {
			if (control.signal.aborted)
				return;
			this.failure = e instanceof Failure ? e :
				new Failure('damaged', e instanceof Damaged ? 'It does not hold together: ' + e.message + '.' : String(e));
		}
		this.loading = false;
		this.changed();
	}

	drop(): void {
		this.control?.abort();
		this.value = null;
		this.failure = null;
		this.loading = false;
		this.address = '';
	}
}

export class Loader {
	readonly targets: Slot<Targets>;
	readonly spark: Slot<Timeline>;
	readonly timeline: Slot<Timeline>;
	readonly profile: Slot<Tree>;
	private state: State | null = null;
	private timer = 0;
	private retry = 0;

	constructor(changed: () => void) {
		const told = () => {
			changed();
			this.retryLater();
		};
		this.targets = new Slot(readTargets, told);
		this.spark = new Slot(readTimeline, told);
		this.timeline = new Slot(readTimeline, told);
		this.profile = new Slot(readProfile, told);
	}

	/* The part of time that the timeline shows, on slices; null before anything is known. */
	window(state: State): [number, number] | null {
		const targets = this.targets.value;
		if (!targets || targets.watermark <= 0)
			return null;
		const { step } = targets, until = Math.ceil((state.end ?? targets.watermark) / step) * step;
		return [until - Math.max(step, Math.ceil(state.span / step) * step), until];
	}

	/* The part that the profile is of. */
	interval(state: State): [number, number] | null {
		return state.from !== null && state.until !== null ? [state.from, state.until] : this.window(state);
	}

	async show(state: State): Promise<void> {
		this.state = state;
		this.follow(state.live);
		if (!this.targets.value && !this.targets.loading)
			await this.targets.want('api/v1/targets');
		this.demand();
	}

	/* All again, as new as there is. */
	async reload(): Promise<void> {
		await this.targets.want('api/v1/targets', true);
		if (this.targets.failure)
			return;
		for (const slot of [this.spark, this.timeline, this.profile])
			if (slot.failure)
				slot.address = '';
		this.demand();
	}

	private demand(): void {
		const state = this.state, targets = this.targets.value;
		if (!state || !targets || targets.targets.length === 0 || targets.watermark <= 0)
			return;
		const window = this.window(state)!, length = window[1] - window[0];
		void this.spark.want(sparkAddress(window, stepFor(length, targets.step, SPARK_POINTS)));
		void this.timeline.want(timelineAddress(state, window, stepFor(length, targets.step, POINTS)));
		void this.profile.want(profileAddress(state, this.interval(state)!, 'json'));
	}

	private follow(live: boolean): void {
		clearInterval(this.timer);
		this.timer = 0;
		if (!live)
			return;
		const step = this.targets.value?.step ?? LIVE_LEAST;
		const wait = Math.min(Math.max(step / 2, LIVE_LEAST), LIVE_MOST);
		this.timer = window.setInterval(() => {
			if (!document.hidden && !this.targets.loading)
				void this.reload();
		}, wait * 1000);
	}

	/* A daemon that is busy or away, or has nothing yet, is asked again; one that said no is not. */
	private retryLater(): void {
		const waits = [this.targets, this.spark, this.timeline, this.profile]
			.map((slot) => slot.failure?.retry ?? 0).filter((wait) => wait > 0);
		const known = this.targets.value;
		if (known && known.targets.length === 0)
			waits.push(EMPTY_WAIT);
		else if (known && known.watermark <= 0)
			waits.push(YOUNG_WAIT);
		if (waits.length === 0 || this.retry !== 0)
			return;
		this.retry = window.setTimeout(() => {
			this.retry = 0;
			void this.reload();
		}, Math.min(...waits) * 1000);
	}
}
