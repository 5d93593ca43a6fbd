import { html, type TemplateResult } from 'lit';
import * as format from './format.js';
import { bar } from './parts.js';
import { link } from './route.js';
import type { LedgerLine } from './types.js';

/** A ledger line as a sum that the eye can follow: what came is above the rule, what became of it below, and the rest is zero. */
export function balance(line: LedgerLine, name: string): TemplateResult {
  const rows: [string, string, number, string?][] = [
    ['accepted', 'Accepted', line.accepted, link(['top'], { by: 'messages' })],
    ['duplicate', 'Duplicates', line.duplicate, link(['duplicates'])],
    ['dead', 'Dead letters', line.deadLettered, link(['dead-letters'])],
    ['rejected', 'Rejected', line.rejected, link(['refusals'])],
    ['pending', 'Under way', line.pending],
  ];
  return html`
    <div class="balance">
      <div class="sum received"><span>Received</span><span class="number">${format.count(line.received)}</span></div>
      ${bar(rows.map(([kind, label, value]) => ({ label, value, kind })), `What became of ${format.count(line.received)} messages, ${name}`)}
      ${rows.map(([kind, label, value, href]) => html`<div class="sum"><span><i class="key ${kind}" aria-hidden="true"></i>${href ? html`<a href=${href}>${label}</a>` : label}</span><span class="number">− ${format.count(value)}</span></div>`)}
      <div class="sum rest ${line.difference === 0 ? 'good' : 'bad'}"><span>${line.difference === 0 ? 'Balances' : 'Unaccounted for'}</span><span class="number">${format.count(line.difference)}</span></div>
    </div>`;
}
