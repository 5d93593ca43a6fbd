// A command and its states, as the device and the log of the fleet show them.
import { html, nothing } from 'lit';
import { send } from './api.js';
import * as format from './format.js';
import { clockSecond, deviceLink, dot, when, type Column } from './parts.js';
import { link } from './route.js';
import { shown, type Value } from './twin-fields.js';
import type { Command } from './types.js';

const DOTS: Record<string, 'good' | 'warn' | 'bad' | 'off'> = { succeeded: 'good', failed: 'bad', expired: 'bad', unknown: 'warn' };
/** Not with the device yet. */
const WAITING = ['created', 'validated', 'queued'];

export const STATES = ['created', 'validated', 'queued', 'sent', 'acknowledged', 'succeeded', 'failed', 'expired', 'cancelled', 'unknown'];

export const cancel = (c: Command): Promise<Command> => send<Command>('POST', `/commands/${c.id}/cancel`);

/** @param withdraw takes back one that is not with its device yet; without it nobody is offered to */
export const commandColumns = (now: number, withdraw?: (c: Command) => unknown, withDevice = false): Column<Command>[] => [
  { label: 'Command', lead: true, cell: (c) => html`${c.name} <span class="id faint">${Object.entries(c.arguments).map(([name, v]) => `${name}=${shown(v as Value)}`).join(' ')}</span>` },
  ...(withDevice ? [{ label: 'Device', cell: (c: Command) => deviceLink(c.device) }] : []),
  { label: 'State', trail: withDevice, cell: (c) => html`${dot(DOTS[c.state] ?? 'off')} ${c.state}` },
  { label: 'How it went', wide: true, minor: true, cell: (c) => html`<span class="faint">${c.steps.map((s, i) => html`${i ? ' › ' : ''}<span title=${s.at}>${s.state}${i ? ` +${format.millis(Date.parse(s.at) - Date.parse(c.createdAt))}` : ''}</span>`)}</span>${c.result?.detail ? html`<br>${c.result.detail}` : c.steps.at(-1)?.why ? html`<br>${c.steps.at(-1)!.why}` : nothing}${c.result?.output === undefined ? nothing : html`<details><summary>What it answered</summary><pre tabindex="0" aria-label="Answer to ${c.name}">${JSON.stringify(c.result.output, null, 2)}</pre></details>`}` },
  { label: 'By', minor: !withDevice, cell: (c) => html`<a class="quiet id" href=${link(['commands'], { issuer: c.issuer })}>${c.issuer}</a>` },
  { label: 'Deadline', number: true, minor: withDevice, cell: (c) => clockSecond(c.deadline) },
  { label: 'Asked', number: true, cell: (c) => when(c.createdAt, now) },
  { label: '', trail: !withDevice, cell: (c) => (withdraw && WAITING.includes(c.state) ? html`<button @click=${() => withdraw(c)} aria-label="Cancel ${c.name}">Cancel</button>` : nothing) },
];
