// What several pages show alike.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Problem } from './api.js';
import * as format from './format.js';
import { here, link } from './route.js';
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

export const title = (text: Shown, aside: Shown = nothing): TemplateResult => html`<header class="title"><h1 tabindex="-1">${text}</h1><div class="aside">${aside}</div></header>`;

export interface Column<T> {
  label: string;
  number?: boolean;
  /** Left out on a phone. */
  minor?: boolean;
  /** Takes what room is left. */
  wide?: boolean;
  cell: (row: T) => Shown;
}

/** On a phone each row becomes a block, its labels beside the values. */
export const table = <T>(caption: string, columns: Column<T>[], rows: T[]): TemplateResult => html`
  <table class="stack">
    <caption class="unseen">${caption}</caption>
    <thead><tr>${columns.map((c) => html`<th scope="col" class=${style(c)}>${c.label}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${columns.map((c) => html`<td class=${style(c)} data-label=${c.label}><span>${c.cell(row)}</span></td>`)}</tr>`)}</tbody>
  </table>`;

const style = (column: { number?: boolean; wide?: boolean; minor?: boolean }) => ['number', 'wide', 'minor'].filter((name) => column[name as 'wide']).join(' ');

export const deviceLink = (id: string, query: Record<string, string> = {}): TemplateResult => html`<a href=${link(['devices', id], query)} class="id">${id}</a>`;

export const messageLink = (id: string): TemplateResult => html`<a href=${link(['messages'], { id })} class="id">${id}</a>`;

export const when = (time: string | undefined, now: number): Shown =>
  time ? html`<time datetime=${time} title=${exact(time)}>${format.age(Date.parse(time), now)}</time>` : html`<span class="faint">never</span>`;

/** To the millisecond, in the reader's zone. */
export const exact = (time: string): string => {
  const date = new Date(time);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

export const clock = (time: string): TemplateResult => html`<time datetime=${time} class="number">${exact(time)}</time>`;

export const dot = (kind: 'good' | 'warn' | 'bad' | 'off'): TemplateResult => html`<span class="dot ${kind}" aria-hidden="true"></span>`;

export function connection(device: Device): TemplateResult {
  if (device.status === 'suspended') return html`${dot('bad')} suspended`;
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

/** Choices of one query name, as links. */
export const choices = (label: string, name: string, chosen: string, all: Record<string, string>): TemplateResult => html`
  <nav class="choices" aria-label=${label}>
    ${Object.entries(all).map(([key, text]) => html`<a href=${here({ [name]: key || undefined })} aria-current=${chosen === key ? 'true' : 'false'}>${text}</a>`)}
  </nav>`;

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
