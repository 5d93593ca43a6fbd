import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { dot, empty, table, title } from '../parts.js';
import type { HealthReport } from '../types.js';

const KINDS = { up: 'good', degraded: 'warn', down: 'bad' } as const;
const DOES: Record<string, string> = {
  journal: 'makes messages durable before they are acknowledged',
  process: 'decides what becomes of each message',
  series: 'stores readings and answers for them',
  registry: 'knows products, devices and who may do what',
  sessions: 'keeps what MQTT devices are subscribed to',
};

class HealthPage extends Page {
  private readonly health = new Load(this, () => get<HealthReport>('/health'), 5000);

  protected override render(): TemplateResult {
    const { value } = this.health;
    return html`${title('Health', html`<a href="/metrics">Metrics for Prometheus</a>`, value ? html`${dot(KINDS[value.status])} ${value.status}` : '')}
      <p class="explains">What the server needs to do its work. One that is down says why, and what to do.</p>
      ${this.health.show((h) => (Object.keys(h.components).length ? table('Components', [
        { label: 'Component', lead: true, cell: ([name]) => html`<strong>${format.words(name)}</strong>` },
        { label: 'State', trail: true, cell: ([, c]) => html`${dot(KINDS[c.state])} ${c.state}` },
        { label: 'Does', cell: ([name]) => DOES[name] ?? '' },
        { label: 'Reason', wide: true, cell: ([, c]) => c.reason ?? '' },
      ], Object.entries(h.components)) : empty('No component reports.')))}`;
  }
}
customElements.define('v-health', HealthPage);
