import { html, nothing, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { follow, get } from '../api.js';
import '../chart.js';
import type { Line } from '../chart.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import '../heat.js';
import { balance } from '../balance.js';
import { bar, choices, deviceLink, dot, empty, table, title, type Shown } from '../parts.js';
import { link } from '../route.js';
import type { History, LatencyMap, Overview, Top } from '../types.js';

const RANGES = { '15m': '15 min', '1h': '1 h', '6h': '6 h', '24h': '24 h' };
const LINES: Line[] = [
  { label: 'accepted', color: '--accent', fill: '--band' },
  { label: 'not accepted', color: '--bad' },
];

class FleetOverview extends Page {
  private live = true;
  private drawn = '';
  private readonly overview = new Load(this, () => get<Overview>('/overview'));
  private readonly history = new Load(this, () => get<History>('/overview/history', { minutes: this.minutes }), 10_000);
  private readonly latency = new Load(this, () => get<LatencyMap>('/overview/latency', { minutes: this.minutes }), 30_000);
  private readonly talkers = new Load(this, () => get<Top>('/overview/top', { by: 'messages', minutes: 5, limit: 5 }), 10_000);
  private readonly errors = new Load(this, () => get<Top>('/overview/top', { by: 'errors', minutes: 5, limit: 5 }), 10_000);
  private range = '';

  private get chosen(): string {
    return this.query.get('range') ?? '1h';
  }

  private get minutes(): number {
    return Math.min(1440, (format.spanSeconds(this.chosen) ?? 3600) / 60);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.range = this.chosen;
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
    if (this.range === this.chosen) return;
    this.range = this.chosen;
    this.history.restart();
    this.latency.restart();
  }

  protected override render(): TemplateResult {
    return html`
      ${title('Fleet', choices('Time range', 'range', this.chosen, RANGES))}
      ${this.overview.show((o) => html`
        ${this.verdict(o)}
        <div class="figures">${this.figures(o)}</div>
        <div class="grid">
          <section class="span-2"><h2>Messages per second</h2>${this.history.show((h) => this.messages(h), 4)}</section>
          <section><h2><a href="#/ledger">Ledger</a></h2>${balance(o.ledger, 'total')}</section>
          <section class="span-2"><h2>Delivery latency</h2>${this.latency.show((m) => m.counts.length ? html`<v-heat .map=${m}></v-heat>` : this.soon('minute'), 4)}</section>
          <section><h2>Refused and repeated, last 5 min</h2>${this.causes(o)}</section>
          <section class="span-2"><h2>Places</h2><v-map></v-map></section>
          <section class="tables">
            <h2><a href=${link(['top'], { by: 'messages' })}>Top talkers</a></h2>${this.talkers.show((t) => this.top(t, 'No message in the last 5 min.'), 5)}
            <h2><a href=${link(['top'], { by: 'errors' })}>Top errors</a></h2>${this.errors.show((t) => this.top(t, 'No device had an error in the last 5 min.'), 5)}
          </section>
        </div>`, 8)}`;
  }

  /** The page's answer in one line: is all well, and if not, what is not. */
  private verdict(o: Overview): TemplateResult {
    if (o.devices.total === 0) return html`<div class="verdict">${dot('off')}<div><strong>No device yet.</strong> <span>Send a first message: <code>mosquitto_pub -t v1/my-device/telemetry -m '{"temperature": 21.5}'</code></span></div></div>`;
    const wrong: Shown[] = [];
    if (o.health !== 'up') wrong.push(html`<a href="#/health">the server is ${o.health}</a>`);
    if (!o.ledger.balanced) wrong.push(html`<a href="#/ledger">${format.count(Math.abs(o.ledger.difference))} messages are unaccounted for</a>`);
    if (o.devices.silent) wrong.push(html`<a href=${link(['devices'], { connection: 'silent' })}>${format.count(o.devices.silent)} ${o.devices.silent === 1 ? 'device is' : 'devices are'} silent</a>`);
    const refused = o.refusals.reduce((sum, r) => sum + r.count, 0);
    if (refused) wrong.push(html`<a href="#/refusals">${format.count(refused)} refused in 5 min</a>`);
    const kind = o.health === 'down' || !o.ledger.balanced ? 'bad' : wrong.length ? 'warn' : 'good';
    return html`<div class="verdict">${dot(kind)}<div>
      <strong>${wrong.length ? 'Worth a look:' : 'All is well.'}</strong>
      ${wrong.length ? wrong.map((w, i) => html`${i ? ' · ' : ' '}${w}`) : html`<span>Every message is accounted for, no device is silent.</span>`}</div>
      ${this.live ? nothing : html`<span class="faint stopped" role="status">not live: trying to reach the server</span>`}</div>`;
  }

  private figures(o: Overview): TemplateResult {
    const d = o.devices;
    return html`
      ${this.figure('Connected', link(['devices'], { connection: 'connected' }), format.count(d.connected), `of ${format.count(d.total)}`, html`${format.count(d.neverHeard)} never heard${d.suspended ? `, ${format.count(d.suspended)} suspended` : ''}`)}
      ${this.figure('Messages', link(['top'], { by: 'messages' }), format.rate(o.messages.perSecond), '/s', html`${format.rate(o.messages.acceptedPerSecond)} /s accepted`)}
      ${this.figure('Delivered within', link(['top'], { by: 'messages' }), format.millis(o.latency.p95Millis), 'p95', html`p50 ${format.millis(o.latency.p50Millis)}, p99 ${format.millis(o.latency.p99Millis)}`)}
      ${this.figure('Dead letters', '#/dead-letters', format.count(o.ledger.deadLettered), '', 'since the first start')}
      ${this.figure('Duplicates', '#/duplicates', format.count(o.duplicates.count), 'in 5 min', html`${format.share(o.duplicates.share)} of messages`)}`;
  }

  private figure(label: string, href: string, number: string, unit: string, note: Shown): TemplateResult {
    return html`<a class="figure" href=${href}><span class="label">${label}</span><span class="big number">${number}<small>${unit}</small></span><span class="faint number">${note}</span></a>`;
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
    this.drawn = `${format.rate(per(h.received.at(-1)!))} per second in the last step`;
    return html`<v-chart .data=${data} .lines=${LINES} .zero=${true} .unit=${'/s'} .label=${`Messages per second, ${this.drawn}`}></v-chart>`;
  }

  private soon(what: string): TemplateResult {
    return html`<div class="chart-room">${empty('The first values come within a ' + (what === 'minute' ? 'minute.' : 'few seconds.'))}</div>`;
  }

  private causes(o: Overview): TemplateResult {
    const rows = [
      ...o.refusals.map((r) => ({ label: format.words(r.reason), value: r.count, href: link(['refusals'], { reason: r.reason }), kind: 'bad' })),
      ...Object.entries(o.duplicates.causes).map(([cause, n]) => ({ label: `repeated: ${format.words(cause)}`, value: n, href: link(['duplicates'], { cause }), kind: 'mute' })),
    ].filter((r) => r.value).sort((a, b) => b.value - a.value).slice(0, 7);
    if (!rows.length) return empty('Nothing was refused, nothing came twice.');
    const most = rows[0].value;
    return html`<ul class="bars">${rows.map((r) => html`<li><a href=${r.href}>${r.label}</a><span class="number">${format.count(r.value)}</span>${bar([{ label: r.label, value: r.value, kind: r.kind }, { label: '', value: most - r.value, kind: 'none' }], '')}</li>`)}</ul>`;
  }

  private top(t: Top, none: string): TemplateResult {
    return t.items.length
      ? table('Top devices', [
          { label: 'Device', wide: true, cell: (i) => deviceLink(i.device) },
          { label: 'per min', number: true, cell: (i) => format.rate(i.perMinute) },
          { label: 'Share', number: true, cell: (i) => format.share(i.share) },
        ], t.items)
      : empty(none);
  }
}
customElements.define('v-overview', FleetOverview);
