/* SPDX-License-Identifier: MIT */
/* slot: one kind of answer. When its address changes the question is asked again and the one under way is dropped; what
 * was there stays until then. */
import { ask, Failure } from './api';
import { Damaged } from './profile';

export class Slot<T> {
	value: T | null = null;
	failure: Failure | null = null;
	loading = false;
	address = '';
	have = ''; /* the address that the value came from */
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
			this.have = address;
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

	/* Nobody wants it any more: a question under way is given up, what is there may be shown again. */
	leave(): void {
		if (!this.loading && !this.failure)
			return;
		this.control?.abort();
		this.loading = false;
		this.failure = null;
		this.address = this.have;
	}

	drop(): void {
		this.control?.abort();
		this.value = null;
		this.failure = null;
		this.loading = false;
		this.address = this.have = '';
	}
}
