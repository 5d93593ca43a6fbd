import { html, nothing, type TemplateResult } from 'lit';
import * as format from './format.js';
import { bar, EVER } from './parts.js';
import { link } from './route.js';
import type { LedgerLine } from './types.js';

type Line = Omit<LedgerLine, 'reasons' | 'causes'>;

/**
 * A ledger line as a sum that the eye can follow: what came is above the rule, what became of it below, and the rest is zero.
 * @param time of the lists behind the numbers; who sent most is known of the last minutes only
 */
export function balance(line: Line, name: string, time: Record<string, string>): TemplateResult {
  const before = Math.max(0, -line.pending);
  const rows: [string, string, number, (string | undefined)?][] = [
    ['accepted', 'Accepted', line.accepted, time.range === EVER ? undefined : link(['top'], { by: 'messages', ...time })],
    ['duplicate', 'Duplicates', line.duplicate, link(['duplicates'], time)],
    ['dead', 'Dead letters', line.deadLettered, link(['dead-letters'], time)],
    ['rejected', 'Rejected', line.rejected, link(['refusals'], time)],
    ['pending', 'Under way', Math.max(0, line.pending)],
  ];
  return html`
    <div class="balance">
      <div class="sum received"><span>Received</span><span class="number">${format.count(line.received)}</span></div>
      ${bar(rows.map(([kind, label, value]) => ({ label, value, kind })), `What became of ${format.count(line.received)} messages, ${name}`)}
      ${before ? html`<div class="sum"><span><i class="key pending" aria-hidden="true"></i>Under way before</span><span class="number">+ ${format.count(before)}</span></div>` : nothing}
      ${rows.map(([kind, label, value, href]) => html`<div class="sum"><span><i class="key ${kind}" aria-hidden="true"></i>${href ? html`<a href=${href}>${label}</a>` : label}</span><span class="number">− ${format.count(value)}</span></div>`)}
      <div class="sum rest ${line.difference === 0 ? 'good' : 'bad'}"><span>${line.difference === 0 ? 'Balances' : 'Unaccounted for'}</span><span class="number">${format.count(line.difference)}</span></div>
    </div>`;
}
