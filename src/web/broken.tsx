/* SPDX-License-Identifier: MIT */
/* broken: a mistake of ours ends in a sentence, not in an empty page. */
import { Notice } from './notice';
import { clean } from './text';

export function Broken({ message }: { message: string }) {
	return <div class="app bare"><main><Notice title="This page has a fault" kind="trouble">
		<p class="said">{clean(message)}</p>
		<p><button onClick={() => location.assign(location.pathname)}>Start over</button></p>
	</Notice></main></div>;
}
