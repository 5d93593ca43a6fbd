import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { choices, deviceLink, empty, table, title } from '../parts.js';
import type { Top } from '../types.js';

const BY = { messages: 'Messages', bytes: 'Bytes', errors: 'Errors', duplicates: 'Duplicates' };

class TopDevices extends Page {
  private asked = '';
  private readonly top = new Load(this, () => get<Top>('/overview/top', { by: this.by, minutes: 5, limit: 50 }), 5000);

  private get by(): string {
    return this.query.get('by') ?? 'messages';
  }

  protected override willUpdate(): void {
    if (this.asked && this.asked !== this.by) this.top.restart();
    this.asked = this.by;
  }

  protected override render(): TemplateResult {
    const amount = this.by === 'bytes' ? format.bytes : format.count;
    return html`${title('Top devices', choices('By', 'by', this.by, BY))}
      ${this.top.show((t) => html`<p class="lead number">The last ${format.duration(t.windowSeconds)}, most ${BY[this.by as keyof typeof BY].toLowerCase()} first.</p>${t.items.length ? table('Top devices', [
        { label: 'Device', wide: true, cell: (i) => deviceLink(i.device) },
        { label: 'Product', cell: (i) => i.product },
        { label: BY[this.by as keyof typeof BY], number: true, cell: (i) => amount(i.count) },
        { label: 'per min', number: true, cell: (i) => (this.by === 'bytes' ? format.bytes(Math.round(i.perMinute)) : format.rate(i.perMinute)) },
        { label: 'Share', number: true, cell: (i) => format.share(i.share) },
      ], t.items) : empty('None in this time.')}`)}`;
  }
}
customElements.define('v-top', TopDevices);
