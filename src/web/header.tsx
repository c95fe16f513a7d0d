/* SPDX-License-Identifier: MIT */
/* header: the bar at the top: where this is, which part of time, how the page looks. */
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon';
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
