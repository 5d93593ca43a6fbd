import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { balance } from '../balance.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { dot, EVER, empty, table, messagePages, title } from '../parts.js';
import { link } from '../route.js';
import type { Ledger, LedgerLine } from '../types.js';

/** What the ledger counts, the lists show. */
const ALL = { range: EVER };

class LedgerPage extends Page {
  private readonly ledger = new Load(this, () => get<Ledger>('/ledger'), 1000);

  protected override render(): TemplateResult {
    return html`${title('Ledger', messagePages('ledger'), this.ledger.value ? html`${dot(this.ledger.value.balanced ? 'good' : 'bad')} ${this.ledger.value.balanced ? 'balances' : 'does not balance'}` : '')}
      <p class="explains">Every message that arrived, and what became of it: nothing is lost when the last line is 0. Counted since the first start; the lists behind the numbers are of the same time, as far back as they are kept.</p>
      ${this.ledger.show((l) => html`
        <div class="ledgers"><section><h2>All listeners</h2>${balance(l.total, 'all listeners', ALL)}</section>
          ${Object.entries(l.listeners).filter(([, line]) => line.received).map(([name, line]) => html`<section><h2>${name}</h2>${balance(line, name, ALL)}</section>`)}</div>
        <section><h2>Why messages were not accepted</h2>${this.reasons(l.total)}</section>`)}`;
  }

  private reasons(line: LedgerLine): TemplateResult {
    const rows: { why: string; n: number; seen: TemplateResult }[] = [
      ...Object.entries(line.reasons).map(([why, n]) => ({ why, n, seen: html`<a href=${link(['dead-letters'], { reason: why, ...ALL })}>dead letters</a> <span class="faint">or</span> <a href=${link(['refusals'], { reason: why, ...ALL })}>refusals</a>` })),
      ...Object.entries(line.causes).map(([why, n]) => ({ why, n, seen: html`<a href=${link(['duplicates'], { cause: why, ...ALL })}>duplicates</a>` })),
    ].filter((r) => r.n).sort((a, b) => b.n - a.n);
    return rows.length
      ? table('Reasons and causes', [{ label: 'Why', cell: (r) => format.words(r.why) }, { label: 'Messages', number: true, cell: (r) => format.count(r.n) }, { label: 'Listed under', cell: (r) => r.seen }], rows, true)
      : empty('All messages were accepted.', 'A reason or a cause would be here, with how many it explains.');
  }
}
customElements.define('v-ledger', LedgerPage);
