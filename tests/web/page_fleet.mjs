/* SPDX-License-Identifier: MIT */
/* page_fleet: what only a collector knows, made up: its hosts and how they are, labels, tiers, annotations. */
import { fits, hostile, HOSTS, STEP, targets, WATERMARK } from './page_data.mjs';

export function status(kind, now, annotate) {
	const collector = kind === 'fleet';
	return { role: collector ? 'collector' : 'daemon', name: collector ? 'collector-1' : 'shop-1.example', version: '0.9', step: STEP,
		oldest: collector ? now - 400 * 86400 : now - 3600, watermark: now, tiers: collector ? [[10, 1], [60, 14], [3600, 90], [86400, 400]].map(([step, days]) =>
			({ step, oldest: now - days * 86400 })) : [{ step: 10, oldest: now - 3600 }], can_annotate: annotate };
}

export function labels(kind) {
	if (kind === 'hostile')
		return { labels: ['service', 'host', hostile[0], hostile[1], hostile[3]] };
	return { labels: ['service', 'host', 'pid', 'thread', 'service.version', ...(kind === 'fleet' ? ['zone'] : [])] };
}

export function values(kind, key, query, now) {
	if (kind === 'hostile')
		return { values: hostile };
	const of = (target) => (key === 'service' || key === 'host' ? target[key] : target.labels[key]);
	return { values: [...new Set(targets(kind, now).targets.filter((t) => fits(t, query)).map(of))].filter((v) => v !== undefined).sort() };
}

export const store = { bytes: 1 << 30, queued: 0, queued_bytes: 0, outbox_bytes: 0, lost_slices: 0, failing_since: 0, trouble: '' };

export function hosts(now) {
	return { watermark: now, store, items: HOSTS.map((host, i) => ({
		host, address: '10.0.0.' + (11 + i) + ':16384', state: 'up', since: now - 86400 * (i + 1), watermark: now - (i % 3) * 10, clock_offset: i === 2 ? -3.4 : 0.02 * i, error: '', slices: 8640 * (i + 1), gaps: i === 4 ? 3 : 0, lag: (i % 3) * 10,
		...(i === 7 ? { state: 'down', since: now - 1900, watermark: now - 1900, lag: 1900, error: 'connect: Connection refused' } : {}),
		...(i === 8 ? { state: 'refused', since: now - 700, lag: 700, error: 'slice 4711 ends 6 min in the future: <b>clock</b>' } : {}),
		...(i === 9 ? { state: 'new', since: 0, watermark: 0, slices: 0, lag: 0 } : {}),
		...(i === 5 ? { state: 'elsewhere', slices: 0 } : {}),
	})) };
}

export function notes() {
	return [
		{ id: 1, at: WATERMARK - 1500, until: null, text: 'deploy 4.2', service: 'shop-web', host: '', pin: false, by: 'ci' },
		{ id: 2, at: WATERMARK - 2400, until: WATERMARK - 2280, text: 'incident 77, kept', service: '', host: '', pin: true, by: 'ops' },
		{ id: 3, at: WATERMARK - 300, until: null, text: '<script>window.evil = 1</script>', service: '', host: '', pin: false, by: '' },
	];
}
