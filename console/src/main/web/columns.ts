// Columns of the lists, as the lists and the device page show them.
import { html, nothing } from 'lit';
import * as format from './format.js';
import { clockSecond, deviceLink, dot, messageLink, when, type Column, type Shown } from './parts.js';
import { link, onward } from './route.js';
import type { Change, DeadLetter, Duplicate, Gap, Message, Metric, Refusal, Top } from './types.js';

const OUTCOMES = { accepted: 'good', pending: 'off', duplicate: 'off', rejected: 'bad', 'dead-lettered': 'bad' } as const;

export const outcome = (m: Message) => html`${dot(OUTCOMES[m.outcome as keyof typeof OUTCOMES] ?? 'off')} ${format.words(m.outcome)}${m.reason ? html`<span class="faint">, ${format.words(m.reason)}</span>` : nothing}${m.cause ? html`<span class="faint">, ${format.words(m.cause)}</span>` : nothing}`;

const step = (from: string | undefined, to: string | undefined) => (from && to ? format.millis(Date.parse(to) - Date.parse(from)) : '–');

/** How a message came: the listener, and the gateway when it was not the device itself. */
export const way = (listener: string | undefined, gateway: string | undefined): Shown =>
  listener ? html`${listener}${gateway ? html` <span class="faint">over</span> ${deviceLink(gateway)}` : nothing}` : html`<span class="faint">no longer known</span>`;

/** A message's way: how long each step took, from the device to where it can be queried. */
export const messageColumns = (now: number): Column<Message>[] => [
  { label: 'Message', lead: true, cell: (m) => messageLink(m.id) },
  { label: 'Outcome', wide: true, trail: true, cell: outcome },
  { label: 'By', minor: true, cell: (m) => way(m.listener, m.gateway) },
  { label: 'Size', number: true, minor: true, cell: (m) => format.bytes(m.sizeBytes) },
  { label: 'Received', number: true, cell: (m) => when(m.receivedTime, now) },
  { label: 'to receive', number: true, cell: (m) => step(m.generatedTime, m.receivedTime) },
  { label: 'durable', number: true, minor: true, cell: (m) => step(m.receivedTime, m.durableTime) },
  { label: 'processed', number: true, minor: true, cell: (m) => step(m.durableTime, m.processedTime) },
  { label: 'stored', number: true, minor: true, cell: (m) => step(m.processedTime, m.storedTime) },
];

export const deadLetterColumns = (now: number, withDevice: boolean): Column<DeadLetter>[] => [
  { label: 'Received', number: true, cell: (d) => when(d.receivedTime, now) },
  ...(withDevice ? [{ label: 'Device', cell: (d: DeadLetter) => deviceLink(d.device) }] : []),
  { label: 'Reason', minor: true, cell: (d) => (withDevice ? html`<a class="quiet" href=${onward(['dead-letters'], { reason: d.reason })}>${format.words(d.reason)}</a>` : format.words(d.reason)) },
  { label: 'Why', wide: true, lead: true, cell: (d) => html`<a href=${onward(['dead-letters', d.id])}>${d.why}</a>` },
  { label: 'Size', number: true, cell: (d) => format.bytes(d.sizeBytes) },
  { label: 'State', trail: true, cell: (d) => (d.replayed ? html`<span class="faint">replayed</span>` : 'kept') },
];

const party = (text: string): Shown => (text.startsWith('device:') ? deviceLink(text.slice(7)) : html`<span class="id">${text}</span>`);

/** Who changed what: the event log. */
export const changeColumns = (now: number, withSubject: boolean): Column<Change>[] => [
  { label: 'Number', number: true, minor: true, cell: (e) => format.count(e.sequence) },
  { label: 'When', number: true, cell: (e) => when(e.time, now) },
  { label: 'Who', cell: (e) => html`<a href=${link(['events'], { actor: e.actor })} class="id">${e.actor}</a>` },
  { label: 'What', lead: true, cell: (e) => format.words(e.type.replace('.', ' ')) },
  ...(withSubject ? [{ label: 'Of', cell: (e: Change) => party(e.subject) }] : []),
  { label: 'Changed', wide: true, trail: true, cell: (e) => e.body.changed?.join(', ') ?? '' },
];

/** Gaps found in two ways are one line. */
export function merged(gaps: Gap[]): Gap[] {
  const lines: Gap[] = [];
  for (const gap of gaps) {
    const same = lines.find((g) => g.device === gap.device && g.from === gap.from && g.to === gap.to);
    if (!same) lines.push({ ...gap });
    else if (!same.kind.includes(gap.kind)) Object.assign(same, { kind: `${same.kind} and ${gap.kind}`, missing: Math.max(same.missing, gap.missing) });
  }
  return lines;
}

export const gapColumns = (withDevice: boolean): Column<Gap>[] => [
  ...(withDevice ? [{ label: 'Device', lead: true, cell: (g: Gap) => deviceLink(g.device, { from: around(g.from, -1), to: around(g.to, 1) }) }] : []),
  { label: 'From', lead: !withDevice, cell: (g) => clockSecond(g.from) },
  { label: 'To', cell: (g) => clockSecond(g.to) },
  { label: 'Lasted', number: true, trail: true, cell: (g) => format.duration((Date.parse(g.to) - Date.parse(g.from)) / 1000) },
  { label: 'Readings missing', number: true, cell: (g) => format.count(g.missing) },
  { label: 'Found by', cell: (g) => g.kind },
];

const around = (time: string, side: number) => new Date(Date.parse(time) + side * 300_000).toISOString();

export const duplicateColumns = (now: number, withDevice: boolean): Column<Duplicate>[] => [
  ...(withDevice ? [{ label: 'Device', lead: true, cell: (d: Duplicate) => deviceLink(d.device) }] : []),
  { label: 'Cause', lead: !withDevice, trail: withDevice, cell: (d) => (withDevice ? html`<a class="quiet" href=${onward(['duplicates'], { cause: d.cause })}>${format.words(d.cause)}</a>` : format.words(d.cause)) },
  { label: 'First copy', cell: (d) => messageLink(d.duplicateOf) },
  { label: 'came by', cell: (d) => way(d.duplicateOfListener, d.duplicateOfGateway) },
  { label: 'This copy', cell: (d) => messageLink(d.id) },
  { label: 'came by', cell: (d) => way(d.listener, d.gateway) },
  { label: 'after', number: true, cell: (d) => step(d.duplicateOfTime, d.receivedTime) },
  { label: 'Received', number: true, cell: (d) => when(d.receivedTime, now) },
];

export const refusalColumns = (now: number): Column<Refusal>[] => [
  { label: 'Last', number: true, cell: (r) => when(r.time, now) },
  { label: 'Times', number: true, trail: true, cell: (r) => format.count(r.count) },
  { label: 'Reason', cell: (r) => html`<a class="quiet" href=${onward(['refusals'], { reason: r.reason })}>${format.words(r.reason)}</a>` },
  { label: 'Who', lead: true, cell: (r) => (r.name ? html`<a class="id" href=${onward(['devices'], { q: r.name })}>${r.name}</a>` : html`<span class="faint">gave no name</span>`) },
  { label: 'From', cell: (r) => html`<span class="id">${r.source ?? ''}</span> <span class="faint">${r.listener}</span>` },
  { label: 'Detail', wide: true, cell: (r) => r.detail ?? '' },
];

/** What a product says of its metrics. */
export const metricColumns: Column<[string, Metric]>[] = [
  { label: 'Metric', cell: ([name]) => name },
  { label: 'Range', cell: ([, x]) => allowed(x) },
  { label: 'Outside', cell: ([, x]) => (x.onViolation === 'refuse' ? 'refused' : 'flagged') },
];

function allowed(x: Metric): Shown {
  const unit = format.unit(x.unit);
  if (x.min === undefined && x.max === undefined) return html`${x.type ?? 'number'}${unit ? `, ${unit}` : ''}`;
  if (x.max === undefined) return `≥ ${format.value(x.min)} ${unit}`;
  return x.min === undefined ? `≤ ${format.value(x.max)} ${unit}` : html`<span class="number">${format.value(x.min)} to ${format.value(x.max)} ${unit}</span>`;
}

/** Devices with the most of something, in the unit of what is counted. */
export function topColumns(by: string): Column<Top['items'][0]>[] {
  const device = { label: 'Device', wide: true, cell: (i: Top['items'][0]) => deviceLink(i.device) };
  const share = { label: 'Share', number: true, cell: (i: Top['items'][0]) => format.share(i.share) };
  if (by === 'delay') return [device, { label: 'Mean delay', number: true, cell: (i) => format.millis(i.count / i.messages) }, share];
  if (by === 'bytes') return [device, { label: 'per min', number: true, cell: (i) => format.bytes(Math.round(i.perMinute)) }, share];
  return [device, { label: 'per min', number: true, cell: (i) => format.rate(i.perMinute) }, share];
}

export const productDevices = (id: string): string => link(['devices'], { product: id });
