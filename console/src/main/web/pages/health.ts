import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page } from '../element.js';
import { dot, table, title } from '../parts.js';
import type { HealthReport } from '../types.js';

const KINDS = { up: 'good', degraded: 'warn', down: 'bad' } as const;

class HealthPage extends Page {
  private readonly health = new Load(this, () => get<HealthReport>('/health'), 5000);

  protected override render(): TemplateResult {
    return html`${title('Health', this.health.value ? html`${dot(KINDS[this.health.value.status])} ${this.health.value.status}` : '')}
      <p class="lead">What the server needs to do its work. <a href="/metrics">Metrics for Prometheus</a></p>
      ${this.health.show((h) => table('Components', [
        { label: 'Component', cell: ([name]) => name },
        { label: 'State', cell: ([, c]) => html`${dot(KINDS[c.state])} ${c.state}` },
        { label: 'Reason', wide: true, cell: ([, c]) => c.reason ?? '' },
      ], Object.entries(h.components)))}`;
  }
}
customElements.define('v-health', HealthPage);
