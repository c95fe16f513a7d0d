/* SPDX-License-Identifier: MIT */
/* side: what is chosen from: services and their processes, hosts, labels. */
import type { Targets, Timeline } from './answers';
import { Facets } from './facets';
import type { Loader } from './load';
import { Services } from './services';
import type { Change, State } from './state';

export interface SideProps {
	state: State;
	loader: Loader;
	targets: Targets;
	spark: Timeline | null;
	colours: Map<string, string>;
	several: boolean; /* hosts */
	set: (change: Change) => void;
}

export function Side({ state, loader, targets, spark, colours, several, set }: SideProps) {
	/* A number is that of a process on one host only. */
	const onPids = (pids: number[], host: string) => set({ pids, services: [], zoom: '',
		...(several ? { hosts: pids.length === 0 ? [] : [...new Set([...(pids.length > 1 ? state.hosts : []), host])] } : {}) });
	const values = (key: string) => {
		const slot = loader.values.get(key);
		return slot?.value ?? (slot?.failure ? [] : null);
	};
	return (
		<Services targets={targets} spark={spark} services={state.services} pids={state.pids} colours={colours} several={several}
			onServices={(services) => set({ services, pids: [], zoom: '' })} onPids={onPids}>
			<Facets keys={loader.keys()} values={values} hosts={state.hosts} labels={state.labels} states={loader.fleet.value && loader.fleet.value.hosts}
				onAsk={(key) => loader.ask(key)} onHosts={(hosts) => set({ hosts, zoom: '' })} onLabels={(labels) => set({ labels, zoom: '' })} />
		</Services>
	);
}
