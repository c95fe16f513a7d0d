/* SPDX-License-Identifier: MIT */
/* hosts: where the collector's slices come from, and what is the matter with those from where none come. */
import { useState } from 'preact/hooks';
import type { Host, Store } from './answers';
import { brief, clean, count, digits, plural } from './text';
import { span, stamp } from './when';

const ORDER: Record<string, number> = { down: 0, refused: 1, new: 2, gone: 3, up: 4, elsewhere: 5 };
const MEANING: Record<string, string> = { up: 'Its slices arrive', down: 'It does not answer', refused: 'It answers, but what it says is not believed',
	new: 'It has not been asked yet', gone: 'It is not polled any more', elsewhere: 'Another collector polls it, its slices arrive' };
const OFF = 1, BEHIND = 60; /* seconds from which a clock, a delay are worth a colour */

export function inTrouble(hosts: Host[]): number {
	return hosts.filter((h) => h.state === 'down' || h.state === 'refused').length;
}

/* What is shown may lack its newest part, or a part of the past. */
export function StoreStrip({ store }: { store: Store }) {
	if (store.failing === 0 && store.lost === 0)
		return null;
	return (
		<div class="strip" role="alert">
			<b>{store.failing > 0 ? 'The store cannot be written' : plural(store.lost, 'slice') + ' lost'}.</b>
			<span>
				{store.failing > 0 && <>Since {stamp(store.failing)}: <bdi>{brief(clean(store.trouble))}</bdi>. What is polled waits:
					{' ' + (store.waiting / (1 << 20)).toFixed(1)} MiB. </>}
				{store.lost > 0 && (store.failing > 0 ? plural(store.lost, 'slice') + ' lost: ' : '') + 'the outbox was full.'}
			</span>
		</div>
	);
}

function HostRow({ host, watermark, onPick }: { host: Host; watermark: number; onPick: () => void }) {
	const lag = host.lag || (host.watermark > 0 ? Math.max(0, watermark - host.watermark) : 0);
	return (
		<tr class={host.state === 'up' || host.state === 'elsewhere' ? '' : 'trouble'}>
			<td><button class="host-name" title={'Only this host\n' + clean(host.address)} onClick={onPick}><bdi>{brief(clean(host.host), 80) || '(no name)'}</bdi></button>
				<bdi class="quiet address">{brief(clean(host.address), 80)}</bdi>
				{host.error && <bdi class="said-here">{brief(clean(host.error))}</bdi>}</td>
			<td title={MEANING[host.state] ?? ''}><i class={'lamp ' + (ORDER[host.state] !== undefined ? host.state : '')} />{clean(host.state)}
				{host.since > 0 && <span class="quiet since"> since {stamp(host.since)}</span>}</td>
			<td class={'num' + (lag > BEHIND ? ' warn' : '')}>{host.watermark > 0 ? span(lag) : '\u2013'}</td>
			<td class={'num' + (Math.abs(host.offset) > OFF ? ' warn' : '')} title="How far its clock is ahead of the collector's">
				{host.offset === 0 ? '0' : (host.offset > 0 ? '+' : '\u2212') + digits(Math.abs(host.offset)) + ' s'}</td>
			<td class="num">{count(host.slices)}</td>
			<td class={'num' + (host.gaps > 0 ? ' warn' : '')}>{count(host.gaps)}</td>
			<td class="said">{host.error && <bdi>{brief(clean(host.error))}</bdi>}</td>
		</tr>
	);
}

export function HostsView({ hosts, watermark, onPick }: { hosts: Host[]; watermark: number; onPick: (host: string) => void }) {
	const [filter, setFilter] = useState(''), words = filter.toLowerCase();
	const shown = hosts.filter((h) => [h.host, h.address, h.state, h.error].some((x) => x.toLowerCase().includes(words)))
		.sort((a, b) => (ORDER[a.state] ?? 0) - (ORDER[b.state] ?? 0) || (a.host < b.host ? -1 : 1));
	const bad = inTrouble(hosts);
	return (
		<div class="hosts-view">
			<div class="hosts-head">
				<h2>{plural(hosts.length, 'host')}</h2>
				<span class={bad > 0 ? 'warn' : 'quiet'}>{bad > 0 ? plural(bad, 'host') + ' in trouble' : 'All are well.'}</span>
				<span class="gap" />
				<input type="search" placeholder="Filter hosts" aria-label="Filter the hosts" value={filter} spellcheck={false}
					onInput={(e) => setFilter(e.currentTarget.value)} />
			</div>
			<div class="hosts-scroll">
				<table>
					<thead><tr><th>Host</th><th>State</th><th class="num" title="How far its newest slice is behind">Behind</th><th class="num">Clock</th>
						<th class="num">Slices</th><th class="num" title="Times without slices, drawn hatched">Gaps</th><th>Trouble</th></tr></thead>
					<tbody>{shown.slice(0, 1000).map((host) => <HostRow key={host.host} host={host} watermark={watermark} onPick={() => onPick(host.host)} />)}</tbody>
				</table>
				{shown.length === 0 && <p class="quiet none">
					{hosts.length === 0 ? 'No host has been named yet: scrape collect --host NAME=ADDRESS:PORT' : 'No host has this in it.'}
				</p>}
			</div>
		</div>
	);
}
