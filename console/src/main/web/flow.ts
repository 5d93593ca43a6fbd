import { html, nothing, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { get, now } from './api.js';
import { balance } from './balance.js';
import './chart.js';
import type { Line } from './chart.js';
import { counted, same, since, type Counted } from './counted.js';
import { Load, Part } from './element.js';
import * as format from './format.js';
import './heat.js';
import { empty, type Shown } from './parts.js';
import { link, replace } from './route.js';
import type { History, LatencyMap, Overview } from './types.js';

const LEAST_SPAN = 300;
/** For so long devices are counted one by one, which the lists behind the numbers need. */
const TOP_MINUTES = 15;
const EVERY_MILLIS = 10_000;
const LINES: Line[] = [
  { label: 'accepted', color: '--accent', fill: '--band' },
  { label: 'not accepted', color: '--bad' },
];

export interface Sums { range?: Counted; fiveMinutes?: Counted }

/** What flows through the server over time: only he who sees all devices is told. Tells its page the sums by the event `counted`. */
class Flow extends Part {
  static override properties = { overview: { attribute: false }, minutes: { attribute: false }, product: { attribute: false } };
  declare overview: Overview;
  /** Of the chosen range. */
  declare minutes: number;
  declare product: string | null;
  private readonly history = new Load(this, () => this.counting(get<History>('/overview/history', { minutes: this.minutes })), EVERY_MILLIS);
  private readonly recent = new Load(this, () => this.counting(get<History>('/overview/history', { minutes: TOP_MINUTES })), EVERY_MILLIS);
  private readonly latency = new Load(this, () => get<LatencyMap>('/overview/latency', { minutes: this.minutes, product: this.product }), EVERY_MILLIS);

  private async counting(asked: Promise<History>): Promise<History> {
    const history = await asked;
    void this.updateComplete.then(() => this.tell());
    return history;
  }

  private tell(): void {
    const detail: Sums = { range: this.whole, fiveMinutes: counted(this.recent.value, 5) };
    this.dispatchEvent(new CustomEvent('counted', { detail }));
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('minutes') === undefined && !(changed.has('product') && this.hasUpdated)) return;
    void this.history.run();
    void this.latency.run();
  }

  /** Of the charts, in seconds: the chosen range, less while the server is younger, so that a young one fills its charts too. */
  private span(begun: string): [number, number] {
    const to = now() / 1000;
    return [Math.max(to - this.minutes * 60, Math.min(Date.parse(begun) / 1000, to - LEAST_SPAN)), to];
  }

  private get topRange(): '5m' | '15m' {
    return this.minutes <= 5 ? '5m' : '15m';
  }

  private get whole(): Counted | undefined {
    return counted(this.history.value, this.minutes);
  }

  private get recently(): Counted | undefined {
    return counted(this.recent.value, this.topRange === '5m' ? 5 : TOP_MINUTES);
  }

  private to(by: string): string {
    return link(['top'], { by, range: this.topRange });
  }

  protected override render(): TemplateResult {
    const begun: Shown = since(this.whole) ? html` <span class="note-beside">${since(this.whole)}</span>` : nothing;
    return html`
      <section class="span-2"><header class="title minor"><h2><a href=${this.to('messages')}>Messages per second</a>${begun}</h2><div class="legend"><i class="key accepted"></i>accepted <i class="key dead"></i>not accepted</div></header>${this.history.show((h) => this.messages(h), 4)}</section>
      <section><h2><a href=${link(['ledger'])}>Ledger</a> <span class="note-beside">${this.topRange === '5m' ? 'last 5 min' : 'last 15 min'}${since(this.recently, ', ')}</span></h2>${this.recent.show(() => this.balanced(), 5)}</section>
      <section class="span-2"><header class="title minor"><h2><a href=${this.to('delay')}>Delivery latency</a>${begun}</h2>${this.products()}</header>${this.latency.show((m) => (m.counts.length ? html`<v-heat .map=${m} .span=${this.span(m.from)}></v-heat>` : soon('minute')), 4)}</section>`;
  }

  private balanced(): TemplateResult {
    const c = this.recently;
    return c ? balance({ ...c, difference: this.overview.ledger!.difference }, 'lately', same(c, this.topRange)) : soon('few seconds');
  }

  private messages(h: History): TemplateResult {
    if (h.received.length < 2) return soon('few seconds');
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
  private products(): TemplateResult {
    return html`<div class="aside"><span class="legend">stronger: more messages</span><label><span class="unseen">Product of the latencies</span><select id="latency-product" @change=${(e: Event) => replace({ product: (e.target as HTMLSelectElement).value || undefined })}>
      <option value="">All products</option>${this.overview.devices.products.map((p) => html`<option value=${p.product} ?selected=${p.product === this.product}>${p.product}</option>`)}</select></label></div>`;
  }
}

const soon = (what: string): TemplateResult => html`<div class="chart-room">${empty(`The first values come within a ${what}.`)}</div>`;

customElements.define('v-flow', Flow);
