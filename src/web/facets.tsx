/* SPDX-License-Identifier: MIT */
/* facets: hosts and labels as filters, below the services: what is ticked of one name are alternatives. */
import { useState } from 'preact/hooks';
import type { Host } from './answers';
import type { Label } from './state';
import { brief, clean, count } from './text';

const SEARCH_FROM = 5, SHOWN = 200;

export interface FacetProps {
	title: string;
	values: string[] | null; /* null: not asked for yet */
	chosen: string[];
	open: boolean;
	state?: (value: string) => string; /* of a host */
	onOpen: () => void;
	onChosen: (values: string[]) => void;
}

export function Facet(props: FacetProps) {
	const { title, chosen, open } = props, [filter, setFilter] = useState(''), words = filter.toLowerCase();
	const all = [...new Set([...(props.values ?? []), ...chosen])], shown = all.filter((value) => value.toLowerCase().includes(words));
	const name = clean(title), told = chosen.length > 0 ? chosen.length + ' of ' + count(all.length) : props.values ? count(all.length) : '';
	const toggle = (value: string) => props.onChosen(chosen.includes(value) ? chosen.filter((x) => x !== value) : [...chosen, value]);
	const only = (value: string) => props.onChosen(chosen.length === 1 && chosen[0] === value ? [] : [value]);
	return (
		<section class={'facet' + (open ? ' open' : '')} aria-label={clean(title)}>
			<div class="facet-head">
				<button class="facet-title" aria-expanded={open} onClick={props.onOpen}>
					<bdi>{brief(clean(title), 40)}</bdi>
					<span class="quiet">{told}</span>
				</button>
				{chosen.length > 0 && <button class="clear" title="Any" aria-label={'Any ' + name} onClick={() => props.onChosen([])}>{'\u00d7'}</button>}
			</div>
			{open && all.length > SEARCH_FROM && <input type="search" placeholder={'Filter ' + name} value={filter} spellcheck={false} aria-label={'Filter ' + name}
				onInput={(e) => setFilter(e.currentTarget.value)} />}
			{open && <ul>
				{shown.slice(0, SHOWN).map((value) => (
					<li key={value} class={chosen.includes(value) ? 'chosen' : ''}>
						<input type="checkbox" checked={chosen.includes(value)} aria-label={'Add ' + clean(value)} onClick={() => toggle(value)} />
						<button title={clean(value) + '\nCtrl-click chooses several'}
							onClick={(e) => (e.ctrlKey || e.metaKey || e.shiftKey ? toggle(value) : only(value))}>
							<bdi>{brief(clean(value), 120) || '(empty)'}</bdi>
						</button>
						{props.state && <i class={'lamp ' + props.state(value)} title={props.state(value)} />}
					</li>
				))}
				{shown.length > SHOWN && <li class="quiet none">{count(shown.length - SHOWN)} more: filter them.</li>}
				{props.values === null ? <li class="quiet none">Asking{'\u2026'}</li> : shown.length === 0 && <li class="quiet none">None.</li>}
			</ul>}
		</section>
	);
}

export interface FacetsProps {
	keys: string[]; /* of labels, "host" among them */
	values: (key: string) => string[] | null;
	hosts: string[];
	labels: Label[];
	states: Host[] | null;
	onAsk: (key: string) => void;
	onHosts: (hosts: string[]) => void;
	onLabels: (labels: Label[]) => void;
}

export function Facets(props: FacetsProps) {
	const [open, setOpen] = useState<Record<string, boolean>>({ host: true });
	const hosts = props.values('host') ?? [], labels = props.keys.filter((key) => key !== 'host');
	const turn = (key: string, now: boolean) => {
		setOpen({ ...open, [key]: !now });
		if (!now)
			props.onAsk(key);
	};
	const of = (key: string) => props.labels.filter(([k]) => k === key).map(([, value]) => value);
	const state = (host: string) => props.states?.find((h) => h.host === host)?.state ?? '';
	const anyHost = hosts.length > 1 || props.hosts.length > 0;
	if (!anyHost && labels.length === 0)
		return null;
	return (
		<div class="facets">
			{anyHost && <Facet title="Hosts" values={hosts} chosen={props.hosts} open={open.host ?? false} onOpen={() => turn('host', open.host ?? false)}
				onChosen={props.onHosts} {...(props.states ? { state } : {})} />}
			{labels.map((key) => {
				const chosen = of(key), shown = open[key] ?? chosen.length > 0;
				return <Facet key={key} title={key} values={props.values(key)} chosen={chosen} open={shown} onOpen={() => turn(key, shown)}
					onChosen={(values) => props.onLabels([...props.labels.filter(([k]) => k !== key), ...values.map((value): Label => [key, value])])} />;
			})}
		</div>
	);
}
