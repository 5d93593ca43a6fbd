import { html, nothing, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { follow, get, now } from '../api.js';
import { balance } from '../balance.js';
import '../chart.js';
import type { Line } from '../chart.js';
import { topColumns } from '../columns.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import '../heat.js';
import { bars, dot, empty, RANGES, table, timeRange, title, type Shown } from '../parts.js';
import { link, replace } from '../route.js';
import type { History, LatencyMap, Overview, Top } from '../types.js';

const { '7d': _, ...DAY_RANGES } = RANGES;
const DAY_MINUTES = 1440;
const LEAST_SPAN = 300;
const MOST_BARS = 6;
const LINES: Line[] = [
  { label: 'accepted', color: '--accent', fill: '--band' },
  { label: 'not accepted', color: '--bad' },
];

class FleetOverview extends Page {
  private live = true;
  private readonly overview = new Load(this, () => get<Overview>('/overview'));
  private readonly history = new Load(this, () => get<History>('/overview/history', { minutes: this.minutes }), 10_000);
  private readonly latency = new Load(this, () => get<LatencyMap>('/overview/latency', { minutes: this.minutes, product: this.product }), 10_000);
  private readonly talkers = new Load(this, () => get<Top>('/overview/top', { by: 'messages', minutes: 5, limit: 5 }), 10_000);
  private readonly errors = new Load(this, () => get<Top>('/overview/top', { by: 'errors', minutes: 5, limit: 5 }), 10_000);
  private asked = '';

  private get chosen(): string {
    return this.query.get('range') ?? '1h';
  }

  private get product(): string | null {
    return this.query.get('product');
  }

  private get minutes(): number {
    return Math.min(DAY_MINUTES, Math.ceil((format.spanSeconds(this.chosen) ?? 3600) / 60));
  }

  /** Of the charts, in seconds: the chosen range, less while the server is younger, so that a young one fills its charts too. */
  private span(begun: string): [number, number] {
    const to = now() / 1000;
    return [Math.max(to - this.minutes * 60, Math.min(Date.parse(begun) / 1000, to - LEAST_SPAN)), to];
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

  protected override willUpdate(): void {
    const asked = `${this.chosen} ${this.product}`;
    if (this.asked && this.asked !== asked) {
      void this.history.run();
      void this.latency.run();
    }
    this.asked = asked;
  }

  protected override render(): TemplateResult {
    return html`
      ${title('Fleet', timeRange('1h', DAY_RANGES))}
      ${this.overview.show((o) => html`
        ${this.verdict(o)}
        <div class="figures">${this.figures(o)}</div>
        <div class="grid">
          <section class="span-2"><header class="title minor"><h2><a href=${this.to('top', { by: 'messages' })}>Messages per second</a></h2><div class="legend"><i class="key accepted"></i>accepted <i class="key dead"></i>not accepted</div></header>${this.history.show((h) => this.messages(h), 4)}</section>
          <section><h2><a href=${link(['ledger'])}>Ledger</a> <span class="note-beside">since the first start</span></h2>${balance(o.ledger, 'total')}</section>
          <section class="span-2"><header class="title minor"><h2><a href=${this.to('top', { by: 'delay' })}>Delivery latency</a></h2>${this.products(o)}</header>${this.latency.show((m) => (m.counts.length ? html`<v-heat .map=${m} .span=${this.span(m.from)}></v-heat>` : this.soon('minute')), 4)}</section>
          <section class="tables"><h2>Refused and repeated <span class="note-beside">last 5 min</span></h2>${this.causes(o)}
            <h2>Connected by product</h2>${this.byProduct(o)}</section>
          <section class="span-2"><v-map></v-map></section>
          <section class="tables">
            <h2><a href=${this.to('top', { by: 'messages' })}>Top talkers</a> <span class="note-beside">last 5 min</span></h2>${this.talkers.show((t) => this.top(t, 'No message in the last 5 min.'), 5)}
            <h2><a href=${this.to('top', { by: 'errors' })}>Top errors</a> <span class="note-beside">last 5 min</span></h2>${this.errors.show((t) => this.top(t, 'No device had an error in the last 5 min.'), 5)}
          </section>
        </div>`, 8)}`;
  }

  /** The page's answer in one line: is all well, and if not, what is not. */
  private verdict(o: Overview): TemplateResult {
    if (o.devices.total === 0) return html`<div class="verdict">${dot('off')}<div><strong>No device yet.</strong> <span>Send a first message: <code>mosquitto_pub -t v1/my-device/telemetry -m '{"temperature": 21.5}'</code></span></div></div>`;
    const wrong: Shown[] = [];
    if (o.health !== 'up') wrong.push(html`<a href="#/health">the server is ${o.health}</a>`);
    if (!o.ledger.balanced) wrong.push(html`<a href="#/ledger">${format.count(Math.abs(o.ledger.difference))} messages are unaccounted for</a>`);
    if (o.devices.silent) wrong.push(html`<a href=${this.to('devices', { connection: 'silent' })}>${format.count(o.devices.silent)} ${o.devices.silent === 1 ? 'device is' : 'devices are'} silent</a>`);
    const refused = refusals(o);
    if (refused) wrong.push(html`<a href=${this.to('refusals', { range: '5m' })}>${format.count(refused)} refused in 5 min</a>`);
    const kind = o.health === 'down' || !o.ledger.balanced ? 'bad' : wrong.length ? 'warn' : 'good';
    return html`<div class="verdict">${dot(kind)}<div>
      <strong>${wrong.length ? 'Worth a look:' : 'All is well.'}</strong>
      ${wrong.length ? wrong.map((w, i) => html`${i ? ' · ' : ' '}${w}`) : html`<span>Every message is accounted for, no device is silent.</span>`}</div>
      <span class="faint stopped" role="status">${this.live ? '' : 'not live'}</span></div>`;
  }

  private figures(o: Overview): TemplateResult {
    const d = o.devices;
    const few = (n: number, words: string, query: Record<string, string>) => (n ? html`<a href=${this.to('devices', query)}>${format.count(n)} ${words}</a>` : nothing);
    const rest = [few(d.silent, 'silent', { connection: 'silent' }), few(d.neverHeard, 'never heard', { connection: 'never' }), few(d.suspended, 'suspended', { status: 'suspended' })].filter((part) => part !== nothing).slice(0, 2);
    return html`
      ${this.figure('Connected', this.to('devices', { connection: 'connected' }), format.count(d.connected), html`<a href=${this.to('devices')}>of ${format.count(d.total)}</a>`, rest.length ? html`${rest.map((part, i) => html`${i ? ', ' : nothing}${part}`)}` : 'none is silent')}
      ${this.figure('Messages', this.to('top', { by: 'messages' }), format.rate(o.messages.perSecond), '/s', html`${format.rate(o.messages.acceptedPerSecond)} /s accepted`)}
      ${this.figure('Delivered within', this.to('top', { by: 'delay' }), format.millis(o.latency.count ? o.latency.p95Millis : undefined), 'p95', html`p50 ${format.millis(o.latency.p50Millis)}, p99 ${format.millis(o.latency.p99Millis)}`)}
      ${this.figure('Refused', this.to('refusals', { range: '5m' }), format.count(refusals(o)), 'in 5 min', o.refusals.length ? html`most: ${format.words(o.refusals[0].reason)}` : 'nobody')}
      ${this.figure('Dead letters', link(['dead-letters']), format.count(o.ledger.deadLettered), '', 'since the first start')}
      ${this.figure('Duplicates', this.to('duplicates', { range: '5m' }), format.count(o.duplicates.count), 'in 5 min', html`${format.share(o.duplicates.share)} of messages`)}`;
  }

  private figure(label: string, href: string, number: string, unit: Shown, note: Shown): TemplateResult {
    return html`<div class="figure"><a class="label" href=${href}>${label}</a><span class="big number">${number}<small>${unit}</small></span><span class="faint number">${note}</span></div>`;
  }

  private messages(h: History): TemplateResult {
    if (h.received.length < 2) return this.soon('seconds');
    const start = Date.parse(h.from) / 1000;
    const per = (n: number) => n / h.stepSeconds;
    const data: uPlot.AlignedData = [
      h.received.map((_, i) => start + (i + 1) * h.stepSeconds),
      h.accepted.map(per),
      h.received.map((_, i) => per((h.rejected[i] ?? 0) + (h.deadLettered[i] ?? 0))),
    ];
    const drawn = `${format.rate(per(h.received.at(-1)!))} per second in the last step`;
    return html`<v-chart .data=${data} .lines=${LINES} .zero=${true} .unit=${'/s'} .height=${208} .span=${this.span(h.from)} .label=${`Messages per second, ${drawn}`}></v-chart>`;
  }

  /** Of which product the latencies are. */
  private products(o: Overview): TemplateResult {
    return html`<div class="aside"><span class="legend">stronger: more messages</span><label><span class="unseen">Product of the latencies</span><select id="latency-product" @change=${(e: Event) => replace({ product: (e.target as HTMLSelectElement).value || undefined })}>
      <option value="">All products</option>${o.devices.products.map((p) => html`<option value=${p.product} ?selected=${p.product === this.product}>${p.product}</option>`)}</select></label></div>`;
  }

  private soon(what: string): TemplateResult {
    return html`<div class="chart-room">${empty('The first values come within a ' + (what === 'minute' ? 'minute.' : 'few seconds.'))}</div>`;
  }

  private causes(o: Overview): TemplateResult {
    const rows = [
      ...o.refusals.map((r) => ({ label: format.words(r.reason), value: r.count, href: link(['refusals'], { reason: r.reason, range: '5m' }), kind: 'bad' })),
      ...Object.entries(o.duplicates.causes).map(([cause, n]) => ({ label: `repeated: ${format.words(cause)}`, value: n, href: link(['duplicates'], { cause, range: '5m' }), kind: 'mute' })),
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

const refusals = (o: Overview) => o.refusals.reduce((sum, r) => sum + r.count, 0);

customElements.define('v-overview', FleetOverview);
