import { html, nothing, type TemplateResult } from 'lit';
import { follow, get } from '../api.js';
import { same, since, type Counted } from '../counted.js';
import { topColumns } from '../columns.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import '../flow.js';
import type { Sums } from '../flow.js';
import { bars, dot, RANGES, table, timeRange, title, type Shown } from '../parts.js';
import { link } from '../route.js';
import type { Overview, Top } from '../types.js';

const { '7d': _, ...DAY_RANGES } = RANGES;
const DAY_MINUTES = 1440;
const MOST_BARS = 6;

class FleetOverview extends Page {
  private live = true;
  private readonly overview = new Load(this, () => get<Overview>('/overview'));
  private readonly talkers = new Load(this, () => get<Top>('/overview/top', { by: 'messages', minutes: 5, limit: 5 }), 10_000);
  private readonly errors = new Load(this, () => get<Top>('/overview/top', { by: 'errors', minutes: 5, limit: 5 }), 10_000);
  private sums: Sums = {};

  private get chosen(): string {
    return this.query.get('range') ?? '1h';
  }

  private get minutes(): number {
    return Math.min(DAY_MINUTES, Math.ceil((format.spanSeconds(this.chosen) ?? 3600) / 60));
  }

  /** A list behind a number, with the time range that is shown. */
  private to(page: string, query: Record<string, string> = {}): string {
    return link([page], { range: this.chosen, ...query });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    follow<Overview>('/overview/live', 'overview', (overview) => {
      this.overview.value = overview;
      this.requestUpdate();
    }, this.leaving.signal, (open) => {
      this.live = open;
      this.requestUpdate();
    });
    // The map is the largest part: it comes after the first numbers are seen.
    void this.overview.run().then(() => import('../map.js'));
  }

  protected override render(): TemplateResult {
    return html`
      ${title('Fleet', timeRange('1h', DAY_RANGES))}
      ${this.overview.show((o) => html`
        ${this.verdict(o)}
        <div class="figures">${this.figures(o)}</div>
        <div class="grid">
          ${o.ledger ? html`<v-flow .overview=${o} .minutes=${this.minutes} .product=${this.query.get('product')} @counted=${this.count}></v-flow>` : nothing}
          <section class="tables"><h2>Refused and repeated <span class="note-beside">last 5 min</span></h2>${this.causes(o)}
            <h2>Connected by product</h2>${this.byProduct(o)}</section>
          <section class="span-2"><v-map></v-map></section>
          <section class="tables">
            <h2><a href=${this.to('top', { by: 'messages', range: '5m' })}>Top talkers</a> <span class="note-beside">last 5 min</span></h2>${this.talkers.show((t) => this.top(t, 'No message in the last 5 min.'), 5)}
            <h2><a href=${this.to('top', { by: 'errors', range: '5m' })}>Top errors</a> <span class="note-beside">last 5 min</span></h2>${this.errors.show((t) => this.top(t, 'No device had an error in the last 5 min.'), 5)}
          </section>
        </div>`, 8)}`;
  }

  private count(event: CustomEvent<Sums>): void {
    this.sums = event.detail;
    this.requestUpdate();
  }

  /** The page's answer in one line: is all well, and if not, what is not. */
  private verdict(o: Overview): TemplateResult {
    if (o.devices.total === 0) return html`<div class="verdict">${dot('off')}<div><strong>No device yet.</strong> <a href=${link(['enrol'])}>Add the first one</a> <span class="faint">and see its first message come in.</span></div></div>`;
    const wrong: Shown[] = [];
    if (o.health !== 'up') wrong.push(html`<a href="#/health">the server is ${o.health}</a>`);
    if (o.ledger && !o.ledger.balanced) wrong.push(html`<a href="#/ledger">${format.count(Math.abs(o.ledger.difference))} messages are unaccounted for</a>`);
    if (o.devices.silent) wrong.push(html`<a href=${this.to('devices', { connection: 'silent' })}>${format.count(o.devices.silent)} ${o.devices.silent === 1 ? 'device is' : 'devices are'} silent</a>`);
    const refused = refusals(o);
    if (refused) wrong.push(html`<a href=${this.to('refusals', { range: '5m' })}>${format.count(refused)} refused in 5 min</a>`);
    const kind = o.health === 'down' || o.ledger?.balanced === false ? 'bad' : wrong.length ? 'warn' : 'good';
    return html`<div class="verdict">${dot(kind)}<div>
      <strong>${wrong.length ? 'Worth a look:' : 'All is well.'}</strong>
      ${wrong.length ? wrong.map((w, i) => html`${i ? ' · ' : ' '}${w}`) : html`<span>Every message is accounted for, no device is silent.</span>`}</div>
      <span class="faint stopped" role="status">${this.live ? '' : 'not live'}</span></div>`;
  }

  private figures(o: Overview): TemplateResult {
    const d = o.devices;
    const dead = this.sums.range;
    const few = (n: number, words: string, query: Record<string, string>) => (n ? html`<a href=${this.to('devices', query)}>${format.count(n)} ${words}</a>` : nothing);
    const rest = [few(d.silent, 'silent', { connection: 'silent' }), few(d.neverHeard, 'never heard', { connection: 'never' }), few(d.suspended, 'suspended', { status: 'suspended' })].filter((part) => part !== nothing).slice(0, 2);
    return html`
      ${this.figure('Connected', this.to('devices', { connection: 'connected' }), format.count(d.connected), html`<a href=${this.to('devices')}>of ${format.count(d.total)}</a>`, rest.length ? html`${rest.map((part, i) => html`${i ? ', ' : nothing}${part}`)}` : 'none is silent')}
      ${this.figure('Messages', this.to('top', { by: 'messages', range: '5m' }), format.rate(o.messages.perSecond), '/s now', this.sums.fiveMinutes ? html`${format.rate(perSecond(this.sums.fiveMinutes))} /s in 5 min` : nothing)}
      ${o.latency ? this.figure('Delivered within', this.to('top', { by: 'delay', range: '5m' }), format.millis(o.latency.count ? o.latency.p95Millis : undefined), 'p95, 5 min', html`p50 ${format.millis(o.latency.p50Millis)}, p99 ${format.millis(o.latency.p99Millis)}`) : nothing}
      ${this.figure('Refused', this.to('refusals', { range: '5m' }), format.count(refusals(o)), 'in 5 min', o.refusals.length ? html`most: ${format.words(o.refusals[0].reason)}` : 'nobody')}
      ${o.ledger ? this.figure('Dead letters', link(['dead-letters'], same(dead, this.chosen)), format.count(dead?.deadLettered), `in ${DAY_RANGES[this.chosen as keyof typeof DAY_RANGES] ?? '1 h'}`, dead ? (dead.short ? since(dead) : html`${format.share(dead.received ? dead.deadLettered / dead.received : 0)} of messages`) : 'not counted yet') : nothing}
      ${this.figure('Duplicates', this.to('duplicates', { range: '5m' }), format.count(o.duplicates.count), 'in 5 min', html`${format.share(o.duplicates.share)} of messages`)}`;
  }

  private figure(label: string, href: string, number: string, unit: Shown, note: Shown): TemplateResult {
    return html`<div class="figure"><a class="label" href=${href}>${label}</a><span class="big number">${number}<small>${unit}</small></span><span class="faint number">${note}</span></div>`;
  }

  private causes(o: Overview): TemplateResult {
    const rows = [
      ...o.refusals.map((r) => ({ label: format.words(r.reason), value: r.count, href: link(['refusals'], { reason: r.reason, range: '5m' }), kind: 'bad' })),
      ...Object.entries(o.duplicates.causes ?? {}).map(([cause, n]) => ({ label: `repeated: ${format.words(cause)}`, value: n, href: link(['duplicates'], { cause, range: '5m' }), kind: 'mute' })),
    ].filter((r) => r.value).sort((a, b) => b.value - a.value).slice(0, MOST_BARS);
    if (!rows.length) return html`<p class="faint">Nothing was refused, nothing came twice.</p>`;
    return bars(rows.map((r) => ({ ...r, of: rows[0].value, shown: format.count(r.value) })));
  }

  private byProduct(o: Overview): TemplateResult {
    const rows = [...o.devices.products].sort((a, b) => b.total - a.total);
    if (!rows.length) return html`<p class="faint">No device yet.</p>`;
    return html`${bars(rows.slice(0, MOST_BARS).map((p) => ({ label: p.product, href: this.to('devices', { product: p.product }), value: p.connected, of: p.total, kind: 'accepted', shown: `${format.count(p.connected)} of ${format.count(p.total)}` })))}
      ${rows.length > MOST_BARS ? html`<p class="more-below"><a href=${link(['products'])}>${rows.length - MOST_BARS} more</a></p>` : nothing}`;
  }

  private top(t: Top, none: string): TemplateResult {
    return t.items.length ? table('Top devices', topColumns('messages'), t.items, true) : html`<p class="faint">${none}</p>`;
  }
}

const perSecond = (c: Counted): number => c.received / ((c.toMillis - c.fromMillis) / 1000);

const refusals = (o: Overview) => o.refusals.reduce((sum, r) => sum + r.count, 0);

customElements.define('v-overview', FleetOverview);
