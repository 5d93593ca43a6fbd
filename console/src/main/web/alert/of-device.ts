import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Part, Tick } from '../element.js';
import { maySomewhere } from '../may.js';
import { table } from '../parts.js';
import { link } from '../route.js';
import type { Page } from '../types.js';
import type { Alert } from './shapes.js';
import { alertColumns } from './table.js';

const EVERY_MILLIS = 5000;
const MOST = 20;

/** The alerts of a device that are not over; nothing when there is none. */
class DeviceAlerts extends Part {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private readonly tick = new Tick(this);
  private readonly found = new Load(this, () => this.ask(), EVERY_MILLIS);

  private async ask(): Promise<Alert[]> {
    if (!maySomewhere('alert.read')) return [];
    const of = (state: string) => get<Page<Alert>>('/alerts', { device: this.device, state, limit: MOST });
    return (await Promise.all([of('open'), of('acknowledged')])).flatMap((page) => page.items);
  }

  protected override render(): TemplateResult | typeof nothing {
    const all = this.found.value ?? [];
    return all.length ? html`<section class="alarmed"><h2><a href=${link(['alerts'], { device: this.device, state: 'all' })}>Alerts</a></h2>${table('Alerts', alertColumns(this.tick.now, undefined, false), all)}</section>` : nothing;
  }
}

customElements.define('v-device-alerts', DeviceAlerts);
