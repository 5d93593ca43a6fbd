// Columns of the lists, as the lists and the device page show them.
import { html, nothing } from 'lit';
import * as format from './format.js';
import { clock, deviceLink, dot, messageLink, when, type Column } from './parts.js';
import { link } from './route.js';
import type { DeadLetter, Duplicate, Gap, Message, Refusal } from './types.js';

const OUTCOMES = { accepted: 'good', pending: 'off', duplicate: 'off', rejected: 'bad', 'dead-lettered': 'bad' } as const;

export const outcome = (m: Message) => html`${dot(OUTCOMES[m.outcome as keyof typeof OUTCOMES] ?? 'off')} ${format.words(m.outcome)}${m.reason ? html`<span class="faint">, ${format.words(m.reason)}</span>` : nothing}${m.cause ? html`<span class="faint">, ${format.words(m.cause)}</span>` : nothing}`;

const step = (from: string | undefined, to: string | undefined) => (from && to ? format.millis(Date.parse(to) - Date.parse(from)) : '–');

/** A message's way: how long each step took, from the device to where it can be queried. */
export const messageColumns = (now: number): Column<Message>[] => [
  { label: 'Message', wide: true, cell: (m) => messageLink(m.id) },
  { label: 'Outcome', cell: outcome },
  { label: 'By', minor: true, cell: (m) => m.listener },
  { label: 'Received', number: true, cell: (m) => when(m.receivedTime, now) },
  { label: 'to receive', number: true, minor: true, cell: (m) => step(m.generatedTime, m.receivedTime) },
  { label: 'durable', number: true, minor: true, cell: (m) => step(m.receivedTime, m.durableTime) },
  { label: 'processed', number: true, minor: true, cell: (m) => step(m.durableTime, m.processedTime) },
  { label: 'stored', number: true, cell: (m) => step(m.processedTime, m.storedTime) },
];

export const deadLetterColumns = (now: number, withDevice: boolean): Column<DeadLetter>[] => [
  { label: 'Received', number: true, cell: (d) => when(d.receivedTime, now) },
  ...(withDevice ? [{ label: 'Device', cell: (d: DeadLetter) => deviceLink(d.device) }] : []),
  { label: 'Reason', cell: (d) => html`${format.words(d.reason)}` },
  { label: 'Why', wide: true, cell: (d) => html`<a href=${link(['dead-letters', d.id])}>${d.why}</a>` },
  { label: 'Size', number: true, cell: (d) => format.bytes(d.sizeBytes) },
  { label: 'State', cell: (d) => (d.replayed ? html`<span class="faint">replayed</span>` : 'kept') },
];

export const gapColumns = (withDevice: boolean): Column<Gap>[] => [
  ...(withDevice ? [{ label: 'Device', wide: true, cell: (g: Gap) => deviceLink(g.device, { from: around(g.from, -1), to: around(g.to, 1) }) }] : []),
  { label: 'From', number: true, cell: (g) => clock(g.from) },
  { label: 'To', number: true, cell: (g) => clock(g.to) },
  { label: 'Lasted', number: true, cell: (g) => format.duration((Date.parse(g.to) - Date.parse(g.from)) / 1000) },
  { label: 'Missing', number: true, cell: (g) => `${format.count(g.missing)} readings` },
  { label: 'Found by', cell: (g) => g.kind },
];

const around = (time: string, side: number) => new Date(Date.parse(time) + side * 300_000).toISOString();

export const duplicateColumns = (now: number, withDevice: boolean): Column<Duplicate>[] => [
  { label: 'Received', number: true, cell: (d) => when(d.receivedTime, now) },
  ...(withDevice ? [{ label: 'Device', cell: (d: Duplicate) => deviceLink(d.device) }] : []),
  { label: 'Cause', cell: (d) => format.words(d.cause) },
  { label: 'First copy', wide: true, cell: (d) => messageLink(d.duplicateOf) },
  { label: 'This copy', cell: (d) => messageLink(d.id) },
];

export const refusalColumns = (now: number): Column<Refusal>[] => [
  { label: 'Last', number: true, cell: (r) => when(r.time, now) },
  { label: 'Times', number: true, cell: (r) => format.count(r.count) },
  { label: 'Reason', cell: (r) => html`<a href=${link(['refusals'], { reason: r.reason })}>${format.words(r.reason)}</a>` },
  { label: 'Who', cell: (r) => (r.name ? html`<a class="id" href=${link(['devices'], { q: r.name })}>${r.name}</a>` : html`<span class="faint">gave no name</span>`) },
  { label: 'From', cell: (r) => html`<span class="id">${r.source ?? ''}</span> <span class="faint">${r.listener}</span>` },
  { label: 'Detail', wide: true, cell: (r) => r.detail ?? '' },
];
