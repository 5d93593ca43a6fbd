// A command and its states, as the device and the log of the fleet show them.
import { html, nothing, type TemplateResult } from 'lit';
import { send } from './api.js';
import * as format from './format.js';
import { clockSecond, deviceLink, dot, when, type Column } from './parts.js';
import { link } from './route.js';
import { shown, type Value } from './twin-fields.js';
import type { Command } from './types.js';

const DOTS: Record<string, 'good' | 'warn' | 'bad' | 'off'> = { succeeded: 'good', failed: 'bad', expired: 'bad', refused: 'bad', unknown: 'warn', 'awaiting-approval': 'warn' };
/** A second person has to agree. */
export const APPROVAL = 'awaiting-approval';
/** Not with the device yet. */
const WAITING = ['created', 'validated', 'queued', APPROVAL];

export const STATES = ['created', 'validated', 'queued', 'sent', 'acknowledged', 'succeeded', 'failed', 'expired', 'cancelled', 'unknown', APPROVAL, 'refused'];

export const approve = (c: Command): Promise<Command> => send<Command>('POST', `/commands/${c.id}/approve`);

export const cancel = (c: Command): Promise<Command> => send<Command>('POST', `/commands/${c.id}/cancel`);

interface Pulled { lines: { seq: number; time: string; level: string; message: string }[]; next?: number; lost?: number }

/** A pulled log as lines, anything else as it stands. */
function answer(c: Command): TemplateResult {
  const pulled = c.name === 'log.pull' ? (c.result!.output as Pulled) : undefined;
  const text = pulled?.lines ? pulled.lines.map((l) => `${l.time} ${l.level.padEnd(5)} ${l.message}`).join('\n') : JSON.stringify(c.result!.output, null, 2);
  return html`<details><summary>${pulled?.lines ? `Its log: ${pulled.lines.length} lines` : c.state === 'refused' ? 'What was seen' : 'What it answered'}</summary><pre tabindex="0" aria-label="Answer to ${c.name}">${text}</pre>${pulled?.next ? html`<p class="faint">There are earlier ones: ask again with before = ${pulled.next}.</p>` : nothing}${pulled?.lost ? html`<p class="faint">${pulled.lost} lines could not be kept.</p>` : nothing}</details>`;
}

/**
 * @param withdraw takes back one that is not with its device yet; without it nobody is offered to
 * @param agree the same of approving
 */
export const commandColumns = (now: number, withdraw?: (c: Command) => unknown, withDevice = false, agree?: (c: Command) => unknown): Column<Command>[] => [
  { label: 'Command', lead: true, cell: (c) => html`${c.name} <span class="id faint">${Object.entries(c.arguments).map(([name, v]) => `${name}=${shown(v as Value)}`).join(' ')}</span>` },
  ...(withDevice ? [{ label: 'Device', cell: (c: Command) => deviceLink(c.device) }] : []),
  { label: 'State', trail: withDevice, cell: (c) => html`${dot(DOTS[c.state] ?? 'off')} ${format.words(c.state)}` },
  { label: 'How it went', wide: true, cell: (c) => html`<span class="faint">${c.steps.map((s, i) => html`${i ? ' › ' : ''}<span title=${s.at}>${s.state}${i ? ` +${format.millis(Date.parse(s.at) - Date.parse(c.createdAt))}` : ''}</span>`)}</span>${c.result?.detail ? html`<br>${c.result.detail}` : c.steps.at(-1)?.why ? html`<br>${c.steps.at(-1)!.why}` : nothing}${c.result?.output === undefined ? nothing : answer(c)}` },
  { label: 'By', minor: !withDevice, cell: (c) => html`<a class="quiet id" href=${link(['commands'], { issuer: c.issuer })}>${c.issuer}</a>` },
  { label: 'Deadline', number: true, minor: withDevice, cell: (c) => clockSecond(c.deadline) },
  { label: 'Asked', number: true, cell: (c) => when(c.createdAt, now) },
  { label: '', trail: !withDevice, cell: (c) => html`${agree && c.state === APPROVAL ? html`<button class="main" @click=${() => agree(c)} aria-label="Approve ${c.name}">Approve</button> ` : nothing}${withdraw && WAITING.includes(c.state) ? html`<button @click=${() => withdraw(c)} aria-label="Cancel ${c.name}">Cancel</button>` : nothing}` },
];
