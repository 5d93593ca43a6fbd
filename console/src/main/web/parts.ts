// What several pages show alike.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Problem } from './api.js';
import * as format from './format.js';
import { mayEverywhere, maySomewhere } from './may.js';
import { current, here, link, onward } from './route.js';
import type { Device } from './types.js';

export type Shown = TemplateResult | string | number | typeof nothing;

export const loading = (rows: number): TemplateResult =>
  html`<div class="loading" role="status" aria-label="Loading">${Array.from({ length: rows }, () => html`<span></span>`)}</div>`;

export const failed = (problem: Problem, again: () => unknown): TemplateResult => html`
  <div class="note bad" role="alert">
    <strong>${problem.status === 403 ? 'This token may not see it.' : problem.status === 404 ? 'There is no such thing here.' : 'This could not be loaded.'}</strong>
    <p>${problem.message}</p>
    <button @click=${again}>Try again</button>
  </div>`;

export const empty = (what: string, next: Shown = nothing): TemplateResult => html`<div class="empty"><strong>${what}</strong>${next === nothing ? nothing : html`<p>${next}</p>`}</div>`;

/** A page's heading: its name, how it is, and at the other end what can be done. */
export const title = (text: Shown, aside: Shown = nothing, state: Shown = nothing): TemplateResult => html`
  <header class="title"><div class="name"><h1 tabindex="-1">${text}</h1>${state === nothing ? nothing : html`<span class="state" role="status">${state}</span>`}</div><div class="aside">${aside}</div></header>`;

export interface Column<T> {
  label: string;
  number?: boolean;
  /** Left out on a phone. */
  minor?: boolean;
  /** Takes what room is left. */
  wide?: boolean;
  /** On a phone: what the row is about, on its first line. */
  lead?: boolean;
  /** On a phone: at the end of the first line. */
  trail?: boolean;
  cell: (row: T) => Shown;
}

const classes = (column: Column<never>) => (['number', 'wide', 'minor', 'lead', 'trail'] as const).filter((name) => column[name]).join(' ');

/** On a phone each row becomes a block of lines; narrow tables stay tables. */
export const table = <T>(caption: string, columns: Column<T>[], rows: T[], narrow = false): TemplateResult => html`
  <table class=${narrow ? 'narrow-table' : 'stack'}>
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map((c) => html`<th scope="col" class=${classes(c)}>${c.label}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${columns.map((c) => html`<td class=${classes(c)} data-label=${c.label}><span>${c.cell(row)}</span></td>`)}</tr>`)}</tbody>
  </table>`;

export const facts = (all: [string, Shown][]): TemplateResult => html`<dl class="facts">${all.map(([name, what]) => html`<div><dt>${name}</dt><dd>${what}</dd></div>`)}</dl>`;

export const deviceLink = (id: string, query: Record<string, string> = {}): TemplateResult => html`<a href=${onward(['devices', id], query)} class="id">${id}</a>`;

export const messageLink = (id: string): TemplateResult => html`<a href=${onward(['messages'], { id })} class="id">${id}</a>`;

export const when = (time: string | undefined, now: number): Shown =>
  time ? html`<time datetime=${time} title=${exact(time)}>${format.age(Date.parse(time), now)}</time>` : html`<span class="faint">never</span>`;

const two = (n: number) => String(n).padStart(2, '0');

/** To the millisecond, in the reader's zone. */
export const exact = (time: string): string => `${second(time)}.${String(new Date(time).getMilliseconds()).padStart(3, '0')}`;

const second = (time: string): string => {
  const date = new Date(time);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

export const clock = (time: string): TemplateResult => html`<time datetime=${time} class="number">${exact(time)}</time>`;

/** To the second, where milliseconds would say nothing. */
export const clockSecond = (time: string): TemplateResult => html`<time datetime=${time} title=${exact(time)} class="number">${second(time)}</time>`;

export const dot = (kind: 'good' | 'warn' | 'bad' | 'off'): TemplateResult => html`<span class="dot ${kind}" aria-hidden="true"></span>`;

export const mayConnect = (device: Device): boolean => ['registered', 'provisioned', 'active'].includes(device.status);

export function connection(device: Device): TemplateResult {
  if (!mayConnect(device)) return html`${dot('bad')} ${format.words(device.status)}`;
  if (device.connection?.connected) return html`${dot('good')} connected`;
  if (device.connection || device.lastSeen) return html`${dot('off')} not connected`;
  return html`${dot('off')} <span class="faint">never heard</span>`;
}

export interface Slice {
  label: string;
  value: number;
  kind: string;
}

/** Widths are attributes: the policy of the page allows no inline style. */
export function bar(slices: Slice[], label: string): TemplateResult {
  const total = slices.reduce((sum, s) => sum + s.value, 0) || 1;
  let at = 0;
  return html`<svg class="bar" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'} preserveAspectRatio="none">
    ${slices.map((slice) => {
      const width = (100 * slice.value) / total;
      const x = at;
      at += width;
      return svg`<rect class=${slice.kind} x="${x}%" width="${width}%" height="100%"></rect>`;
    })}
  </svg>`;
}

export interface Bar {
  label: string;
  href: string;
  value: number;
  /** The whole that the value is part of. */
  of: number;
  kind: string;
  shown: string;
}

/** Values side by side, each a link to what is behind it. */
export const bars = (all: Bar[]): TemplateResult => html`<ul class="bars">${all.map((b) => html`
  <li><a href=${b.href}>${b.label}</a><span class="number">${b.shown}</span>${bar([{ label: b.label, value: b.value, kind: b.kind }, { label: '', value: Math.max(0, b.of - b.value), kind: 'rest' }], '')}</li>`)}</ul>`;

/** Choices of one query name, as links. */
export const choices = (label: string, name: string, chosen: string, all: Record<string, string>, also: Record<string, undefined> = {}): TemplateResult => html`
  <nav class="choices" aria-label=${label}>
    ${Object.entries(all).map(([key, text]) => html`<a href=${here({ [name]: key || undefined, ...also })} aria-current=${chosen === key ? 'true' : 'false'}>${text}</a>`)}
  </nav>`;

export const RANGES = { '5m': '5 min', '15m': '15 min', '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d' };

/** The range of the ledger. */
export const EVER = 'ever';

/** The time range, which goes along from page to page. */
export function timeRange(standard: string, ranges: Record<string, string> = RANGES): TemplateResult {
  const { query } = current();
  return choices('Time range', 'range', query.has('from') ? 'from' : (query.get('range') ?? standard), ranges, { from: undefined, to: undefined });
}

/** A filter that can be taken off. */
export const filterTag = (name: string, value: string, names: string[] = [name]): TemplateResult =>
  html`<a class="tag" href=${here(Object.fromEntries(names.map((n) => [n, undefined])))} aria-label="Remove filter ${name} ${value}">${name}: ${value} ✕</a>`;

/** Asks before something that changes the server. */
export const confirmation = (id: string, heading: string, body: Shown, action: string, act: () => unknown): TemplateResult => html`
  <dialog id=${id} aria-labelledby="${id}-title">
    <h2 id="${id}-title">${heading}</h2>
    <p>${body}</p>
    <form class="actions" method="dialog">
      <button value="no">Cancel</button>
      <button class="main" value="yes" @click=${act}>${action}</button>
    </form>
  </dialog>`;

export const more = (next: string | undefined, load: () => unknown, busy: boolean): Shown =>
  next ? html`<p class="more"><button ?disabled=${busy} @click=${load}>Show more</button></p>` : nothing;

/** To the list that a crumb names, with the time range. */
export const crumb = (page: string, text: string): TemplateResult => html`<p class="crumbs"><a href=${onward([page])}>${text}</a></p>`;

export const productLink = (id: string): TemplateResult => html`<a class="quiet" href=${link(['products', id])}>${id}</a>`;

const pages = (label: string, chosen: string, all: Record<string, string | false>): TemplateResult =>
  html`<nav class="choices" aria-label=${label}>${Object.entries(all).map(([page, text]) => (text ? html`<a href=${onward([page])} aria-current=${page === chosen ? 'true' : 'false'}>${text}</a>` : nothing))}</nav>`;

/** What became of messages, by who may read of it. */
export function messagePages(chosen: string): TemplateResult {
  const read = maySomewhere('messages.read');
  return pages('Pages of messages', chosen, { messages: read && 'Messages', 'dead-letters': read && 'Dead letters', refusals: maySomewhere('refusals.read') && 'Refusals', duplicates: read && 'Duplicates', gaps: read && 'Gaps', ledger: mayEverywhere('messages.read') && 'Ledger' });
}

/** What acts on what devices say. */
export const rulePages = (chosen: string): TemplateResult => pages('Pages of rules', chosen, { rules: 'Rules', sinks: mayEverywhere('sink.read') && 'Sinks' });

/** What stands beside the list of devices, and the way to a new one. */
export const fleetPages = (chosen: string): TemplateResult => html`
  <nav class="choices" aria-label="Pages of devices">${Object.entries({ devices: 'All', inventory: 'Inventory', groups: 'Groups', batches: 'Batches', ...(mayEverywhere('fleet.read') ? { credentials: 'Credentials' } : {}), tags: 'Tags', ...(maySomewhere('readings.read') ? { commands: 'Commands' } : {}) }).map(([page, text]) => html`<a href=${link([page])} aria-current=${page === chosen ? 'true' : 'false'}>${text}</a>`)}</nav>
  ${maySomewhere('device.write') ? html`<a class="button main" href=${link(['enrol'])}>Add a device</a>` : nothing}`;
