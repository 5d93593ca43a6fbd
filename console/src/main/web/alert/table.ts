import { html, nothing } from 'lit';
import { deviceLink, dot, when, type Column, type Shown } from '../parts.js';
import { link } from '../route.js';
import * as format from '../format.js';
import { ruleOf, type Alert } from './shapes.js';

const DOTS = { open: 'bad', acknowledged: 'warn', cleared: 'good' } as const;

export const standing = (a: Alert): Shown => html`${dot(DOTS[a.state])} ${a.state}`;

const by = (a: Alert): Shown => (a.acknowledged ? html`<br><span class="faint">${a.acknowledged.by}${a.acknowledged.note ? `: ${a.acknowledged.note}` : ''}</span>` : nothing);

/** Who raised it. */
export function source(a: Alert): Shown {
  const rule = ruleOf(a);
  return rule ? html`<a class="quiet id" href=${link(['rules', rule])}>${rule}</a>` : html`<span class="id">${a.source}</span>`;
}

/** @param acknowledge without it nobody is offered to */
export const alertColumns = (now: number, acknowledge?: (a: Alert) => unknown, withDevice = true): Column<Alert>[] => [
  { label: 'Alert', lead: true, wide: true, cell: (a) => html`<a href=${link(['alerts', a.id])}>${a.text}</a>${by(a)}` },
  { label: 'Class', cell: (a) => html`<span class="flag ${a.class}">${a.class}</span>` },
  ...(withDevice ? [{ label: 'Device', cell: (a: Alert): Shown => (a.device ? deviceLink(a.device) : nothing) }] : []),
  { label: 'Rule', cell: source },
  { label: 'Since', number: true, cell: (a) => when(a.raisedAt, now) },
  { label: 'Times', number: true, cell: (a) => format.count(a.count) },
  { label: 'State', trail: true, cell: standing },
  ...(acknowledge ? [{ label: '', cell: (a: Alert): Shown => (a.state === 'open' ? html`<button @click=${() => acknowledge(a)} aria-label="Acknowledge ${a.text} ${a.device ?? ''}">Acknowledge</button>` : nothing) }] : []),
];
