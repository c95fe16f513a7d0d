/* SPDX-License-Identifier: MIT */
/* services: the list at the left. A click chooses one; with Ctrl or Shift, or in the box before it, one more. */
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Target, Targets, Timeline } from './answers';
import { clean, digits, plural } from './text';
import { stamp } from './when';

const WIDE = 72, HIGH = 20;

export interface ServicesProps {
	targets: Targets;
	spark: Timeline | null;
	services: string[];
	pids: number[];
	colours: Map<string, string>;
	several: boolean; /* hosts */
	children: ComponentChildren; /* other filters, below */
	onServices: (services: string[]) => void;
	onPids: (pids: number[], host: string) => void; /* a number alone may be of several hosts */
}

export interface Service {
	name: string;
	targets: Target[];
	cpu: number;
	living: number;
	line: (number | null)[];
	weight: number;
}

/* The services, those that used most in the window first. */
export function servicesOf(targets: Targets, spark: Timeline | null): Service[] {
	const found = new Map<string, Service>();
	for (const target of targets.targets) {
		const name = target.service;
		let service = found.get(name);
		if (!service)
			found.set(name, service = { name, targets: [], cpu: 0, living: 0, line: [], weight: 0 });
		service.targets.push(target);
		service.cpu += target.gone ? 0 : target.cpu;
		service.living += target.gone ? 0 : 1;
	}
	for (const series of spark?.series ?? []) {
		const service = found.get(String(series.labels.service ?? ''));
		if (service) {
			service.line = series.v;
			service.weight = series.v.reduce<number>((sum, v) => sum + (v ?? 0), 0);
		}
	}
	for (const service of found.values())
		service.targets.sort((a, b) => Number(a.gone) - Number(b.gone) || a.pid - b.pid);
	return [...found.values()].sort((a, b) => b.weight - a.weight || b.cpu - a.cpu || (a.name < b.name ? -1 : 1));
}

function toggled<T>(list: T[], one: T, add: boolean): T[] {
	if (!add)
		return list.length === 1 && list[0] === one ? [] : [one];
	return list.includes(one) ? list.filter((x) => x !== one) : [...list, one];
}

/* A line of its own scale, so that a small service has a shape too. */
function Spark({ line, colour }: { line: (number | null)[]; colour: string }) {
	return useMemo(() => drawSpark(line, colour), [line, colour]);
}

function drawSpark(line: (number | null)[], colour: string) {
	const most = Math.max(1e-9, ...line.map((v) => v ?? 0)), step = WIDE / Math.max(1, line.length - 1);
	let stroke = '', fill = '', open = -1;
	const y = (v: number) => (HIGH - 1.5 - (v / most) * (HIGH - 3)).toFixed(1);
	line.forEach((v, i) => {
		const x = (i * step).toFixed(1);
		if (v === null) {
			fill += open >= 0 ? 'V' + HIGH + 'H' + (open * step).toFixed(1) + 'z' : '';
			open = -1;
			return;
		}
		stroke += (open < 0 ? 'M' : 'L') + x + ' ' + y(v);
		fill += open < 0 ? 'M' + x + ' ' + HIGH + 'V' + y(v) : 'L' + x + ' ' + y(v);
		open = open < 0 ? i : open;
	});
	if (open >= 0)
		fill += 'V' + HIGH + 'H' + (open * step).toFixed(1) + 'z';
	return (
		<svg class="spark" width={WIDE} height={HIGH} viewBox={'0 0 ' + WIDE + ' ' + HIGH} aria-hidden="true">
			<path d={fill} fill={colour} fill-opacity="0.16" />
			<path d={stroke} fill="none" stroke={colour} stroke-width="1.25" stroke-linejoin="round" />
		</svg>
	);
}

/* What tells processes of one service apart stands behind the interpreter and its path. */
function told(target: Target): string {
	const command = clean(target.command).replace(/^\S*\//, ''), rest = command.replace(/^python[0-9.]*t?d? +(?=[^ -])/, '');
	return (rest === command ? command : rest.replace(/^\S*\//, '')) || clean(target.runtime);
}

function Process({ target, chosen, several, onClick }: { target: Target; chosen: boolean; several: boolean; onClick: (e: MouseEvent) => void }) {
	const labels = Object.entries(target.labels).map(([key, value]) => clean(key + '=' + value));
	const about = [clean(target.command), clean(target.host), clean(target.runtime), target.threads ? plural(target.threads, 'thread') : '', ...labels,
		target.gone ? 'gone, last seen ' + stamp(target.last) : 'since ' + stamp(target.first)].filter((x) => x !== '');
	return (
		<button class={'process' + (chosen ? ' chosen' : '') + (target.gone ? ' gone' : '')} aria-pressed={chosen}
			title={about.join('\n')} onClick={onClick}>
			<span class="pid">{target.pid}</span>
			<bdi class="command">{several && <span class="quiet">{clean(target.host)} </span>}{told(target)}</bdi>
			<span class="cores">{target.gone ? 'gone' : digits(target.cpu)}</span>
		</button>
	);
}

function ServiceRow({ service, props, open, onOpen }:
	{ service: Service; props: ServicesProps; open: boolean; onOpen: () => void }) {
	const { services, pids, colours } = props, { name } = service;
	const chosen = services.includes(name), shown = clean(name) || '(no name)';
	const more = (e: MouseEvent) => e.ctrlKey || e.metaKey || e.shiftKey;
	return (
		<li class={'service' + (chosen ? ' chosen' : '')}>
			<div class="service-row">
				<input type="checkbox" checked={chosen} aria-label={'Add ' + shown} title="Choose several"
					onClick={() => props.onServices(toggled(services, name, true))} />
				<button class="service-name" aria-pressed={chosen} title={shown + '\nCtrl-click chooses several'}
					onClick={(e) => props.onServices(toggled(services, name, more(e)))}>
					<bdi>{shown}</bdi>
				</button>
				<Spark line={service.line} colour={colours.get(name) ?? '#8e8e99'} />
				<span class="cores" title="cores, in the newest slice">{digits(service.cpu)}</span>
				<button class={'twist' + (open ? ' open' : '')} aria-expanded={open} onClick={onOpen}
					title={plural(service.living, 'process', 'processes') + ' alive, ' + (service.targets.length - service.living) + ' gone'}
					aria-label={'Processes of ' + shown}>
					{service.targets.length}
				</button>
			</div>
			{open && service.targets.map((target) => (
				<Process key={target.id} target={target} several={props.several} chosen={pids.includes(target.pid)}
					onClick={(e) => props.onPids(toggled(pids, target.pid, more(e)), target.host)} />
			))}
		</li>
	);
}

export function Services(props: ServicesProps) {
	const [filter, setFilter] = useState(''), [open, setOpen] = useState<Record<string, boolean>>({});
	const all = servicesOf(props.targets, props.spark), words = filter.toLowerCase();
	const shown = all.filter((s) => words === '' || s.name.toLowerCase().includes(words) ||
		s.targets.some((t) => String(t.pid).includes(words) || t.command.toLowerCase().includes(words)));
	const unfolded = (s: Service) => open[s.name] ?? (props.pids.length > 0 && s.targets.some((t) => props.pids.includes(t.pid)));
	const any = props.services.length + props.pids.length > 0;
	return (
		<nav class="services" aria-label="Services">
			<div class="services-head">
				<input type="search" placeholder="Filter services" value={filter} spellcheck={false} aria-label="Filter services"
					onInput={(e) => setFilter(e.currentTarget.value)} />
			</div>
			<button class={'everything' + (any ? '' : ' chosen')} aria-pressed={!any} onClick={() => props.onServices([])}>
				<span>All services</span>
				<span class="quiet">{plural(all.length, 'service')} {'\u00b7'} {plural(props.targets.targets.length, 'process', 'processes')}</span>
			</button>
			<ul>
				{shown.map((service) => (
					<ServiceRow key={service.name} service={service} props={props} open={unfolded(service)}
						onOpen={() => setOpen({ ...open, [service.name]: !unfolded(service) })} />
				))}
			</ul>
			{shown.length === 0 && <p class="quiet none">{all.length === 0 ? 'Nothing was looked at in this part of time.' : 'No service, command or pid has this in it.'}</p>}
			{props.children}
		</nav>
	);
}
