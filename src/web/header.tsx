/* SPDX-License-Identifier: MIT */
/* header: the bar at the top: where this is, which part of time, how the page looks. */
import { useEffect, useState } from 'preact/hooks';
import { Range, type RangeProps } from './range';
import { lasting } from './state';
import { brief, clean } from './text';
import { zoneName } from './when';

export interface HeaderProps extends Omit<RangeProps, 'window'> {
	window: RangeProps['window'] | null;
	name: string;
	collector: boolean;
	dark: boolean;
	busy: boolean;
	onLive: () => void;
	onTheme: () => void;
	onHelp: () => void;
	onSide: () => void;
}

const icons = {
	side: 'M2 4h12M2 8h12M2 12h12',
	light: 'M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9l1.1 1.1M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1',
	dark: 'M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z',
	link: 'M6.6 9.4a3 3 0 0 0 4.3 0l2.2-2.2a3 3 0 0 0-4.3-4.3L7.7 4M9.4 6.6a3 3 0 0 0-4.3 0L2.9 8.8a3 3 0 0 0 4.3 4.3L8.3 12',
	done: 'M3 8.5l3.2 3.2L13 5',
} as const;

function Icon({ name }: { name: keyof typeof icons }) {
	return <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d={icons[name]} /></svg>;
}

/* Where the clipboard is out of reach (plain HTTP from elsewhere) the address bar has the same link, to be copied by hand. */
export async function copyLink(address: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(address);
		return true;
	} catch {
		history.replaceState(null, '', address);
		return false;
	}
}

function CopyLink({ state, window }: Pick<RangeProps, 'state' | 'window'>) {
	const [told, setTold] = useState('');
	useEffect(() => {
		const timer = told ? globalThis.setTimeout(() => setTold(''), 2500) : 0;
		return () => clearTimeout(timer);
	}, [told]);
	return <>
		<button class="icon copy-link" title="Copy a link to this, with absolute times (y)" aria-label="Copy link"
			onClick={async () => setTold(await copyLink(lasting(state, window)) ? 'Link copied' : 'The address bar has the link')}>
			<Icon name={told ? 'done' : 'link'} />
		</button>
		{told && <span class="toast" role="status">{told}</span>}
	</>;
}

export function Header(props: HeaderProps) {
	const { state, window, set } = props;
	return (
		<header class="top">
			<button class="icon side-button" aria-label="Services" title="Services" onClick={props.onSide}><Icon name="side" /></button>
			<span class="brand">
				<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
					<path class="b1" d="M1 1h16v4H1z" /><path class="b2" d="M1 6.5h10v4H1z" /><path class="b3" d="M3 12h5v4H3z" />
				</svg>
				<span>scrape</span>
			</span>
			{props.name && <span class="host" title={props.collector ? 'The collector' : 'The machine that is looked at'}>
				<bdi>{brief(clean(props.name), 80)}</bdi>
			</span>}
			<span class="gap" />
			{window && <Range {...props} window={window} />}
			<button class={'live' + (state.live ? ' on' : '')} aria-pressed={state.live} title="Follow what happens now (l)" onClick={props.onLive}>
				<i /><span>Live</span>
			</button>
			<button class="zone" title="Times in UTC, or as on this machine (u)" aria-pressed={state.utc} onClick={() => set({ utc: !state.utc })}>{zoneName()}</button>
			{window && <CopyLink state={state} window={window} />}
			<button class="icon" title="Light or dark (d)" aria-label="Light or dark" onClick={props.onTheme}><Icon name={props.dark ? 'light' : 'dark'} /></button>
			<button class="icon help-button" title="Keys (?)" aria-label="Keys" onClick={props.onHelp}>?</button>
			<div class={'progress' + (props.busy ? ' on' : '')} />
		</header>
	);
}
