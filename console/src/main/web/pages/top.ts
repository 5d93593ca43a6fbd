import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { topColumns } from '../columns.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { choices, empty, productLink, table, title, type Column } from '../parts.js';
import type { Top } from '../types.js';

const BY: Record<string, string> = { messages: 'Messages', bytes: 'Bytes', delay: 'Delay', errors: 'Errors', duplicates: 'Duplicates' };
const EXPLAINS: Record<string, string> = {
  messages: 'most messages first', bytes: 'most payload first', delay: 'those first whose messages were longest under way, all together; of each message a minute at most',
  errors: 'most rejected and dead-lettered messages first', duplicates: 'most messages that came again first',
};

type Item = Top['items'][0];

/** Who is behind a number of the overview. */
class TopDevices extends Page {
  private asked = '';
  private readonly top = new Load(this, () => get<Top>('/overview/top', { by: this.by, minutes: this.minutes, limit: 50 }), 5000);

  private get by(): string {
    const by = this.query.get('by') ?? '';
    return by in BY ? by : 'messages';
  }

  /** Devices are counted one by one for a quarter of an hour. */
  private get minutes(): number {
    const seconds = format.spanSeconds(this.query.get('range')) ?? (Date.parse(this.query.get('to') ?? '') - Date.parse(this.query.get('from') ?? '')) / 1000;
    return seconds > 300 ? 15 : 5;
  }

  protected override willUpdate(): void {
    const asked = `${this.by} ${this.minutes}`;
    if (this.asked && this.asked !== asked) this.top.restart();
    this.asked = asked;
  }

  private get columns(): Column<Item>[] {
    const amount = { bytes: format.bytes, delay: format.millis }[this.by] ?? format.count;
    const [device, ...others] = topColumns(this.by);
    const counted: Column<Item> = { label: this.by === 'delay' ? 'All together' : BY[this.by], number: true, minor: true, cell: (i) => amount(i.count) };
    return [device, { label: 'Product', minor: true, cell: (i) => productLink(i.product) }, counted, ...others];
  }

  protected override render(): TemplateResult {
    return html`${title('Top devices', html`${choices('By', 'by', this.by, BY)}${choices('Time range', 'range', `${this.minutes}m`, { '5m': '5 min', '15m': '15 min' }, { from: undefined, to: undefined })}`)}
      ${this.top.show((t) => html`<p class="explains">The last ${format.duration(t.windowSeconds)}, ${EXPLAINS[this.by]}.</p>
        ${t.items.length ? table('Top devices', this.columns, t.items, true) : empty('No device in this time.', `It is counted over the last ${this.minutes} minutes.`)}`, 10)}`;
  }
}
customElements.define('v-top', TopDevices);
