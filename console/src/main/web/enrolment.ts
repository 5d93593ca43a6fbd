// Columns of what enrols: batches, their devices, tokens.
import { html, nothing } from 'lit';
import * as format from './format.js';
import { bar, deviceLink, dot, when, type Column, type Shown } from './parts.js';
import type { Batch, BatchMember, EnrolmentToken } from './types.js';

export const enrolled = (b: Batch): Shown => html`<span class="number">${format.count(b.enrolled)} of ${format.count(b.members)}</span>
  ${bar([{ label: '', value: b.enrolled, kind: 'accepted' }, { label: '', value: Math.max(0, b.members - b.enrolled) || (b.enrolled ? 0 : 1), kind: 'rest' }], '')}`;

export const memberColumns = (now: number, again?: (m: BatchMember) => unknown): Column<BatchMember>[] => [
  { label: 'Device', lead: true, cell: (m) => (m.enrolledAt ? deviceLink(m.device) : html`<span class="id">${m.device}</span>`) },
  { label: 'Serial number', cell: (m) => (m.serialNumber ? html`<span class="id">${m.serialNumber}</span>` : nothing) },
  { label: 'Enrolled', number: true, cell: (m) => (m.enrolledAt ? when(m.enrolledAt, now) : html`<span class="faint">awaited</span>`) },
  { label: 'By', wide: true, cell: (m) => m.enrolledBy ?? nothing },
  { label: '', trail: true, cell: (m) => (again && m.enrolledAt ? html`<button @click=${() => again(m)} aria-label="Let ${m.device} enrol once more">Once more</button>` : nothing) },
];

const STATES = { open: 'good', used: 'off', expired: 'off', revoked: 'bad' } as const;

export const tokenColumns = (now: number, revoke?: (t: EnrolmentToken) => unknown): Column<EnrolmentToken>[] => [
  { label: 'Token', lead: true, cell: (t) => html`<span class="id whole">${t.id}</span>` },
  { label: 'State', cell: (t) => html`${dot(STATES[t.status])} ${t.status}` },
  { label: 'Used by', wide: true, cell: (t) => (t.usedBy ? deviceLink(t.usedBy) : nothing) },
  { label: 'Made', number: true, cell: (t) => when(t.created, now) },
  { label: 'Ends', number: true, cell: (t) => (t.status === 'open' ? when(t.expires, now) : html`<span class="faint">–</span>`) },
  { label: '', trail: true, cell: (t) => (revoke && t.status === 'open' ? html`<button @click=${() => revoke(t)} aria-label="Revoke token ${t.id}">Revoke</button>` : nothing) },
];
