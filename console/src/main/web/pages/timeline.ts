import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isOpened } from '../alert/shapes.js';
import { get, now, Problem } from '../api.js';
import '../chart.js';
import type { Line } from '../chart.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import '../lanes.js';
import type { ZoomEvent } from '../lanes.js';
import { clock, dot, empty, failed, loading, more, table, timeRange, title, type Column, type Shown } from '../parts.js';
import { link, replace } from '../route.js';
import { end, KINDS, moved, timed, zoomed, type Item, type Kind, type Level, type Told } from '../timeline-lanes.js';
import type { LatestReadings, Range } from '../types.js';

interface Answer { kinds: Kind[]; items: Told[]; next?: string }
interface Part { kinds: Kind[]; items: Item[]; next?: string }

const ALL = Object.keys(KINDS) as Kind[];
/** Messages come by the thousand, so that they have a bound of their own: all else is told first. */
const PARTS: { kinds: Kind[]; most: number }[] = [{ kinds: ALL.filter((k) => k !== 'message'), most: 10_000 }, { kinds: ['message'], most: 10_000 }];
const PAGE = 1000;
const ROWS = 100;
const EVERY_MILLIS = 15_000;
const PHONE_PIXELS = 640;
/** Of values and lanes alike, so that a time is at the same place in both. */
const GUTTER = 112;
const PHONE_GUTTER = 60;
const LINES: Line[] = [{ label: 'mean', color: '--accent', width: 1.75 }, { label: 'max', color: '--clear', width: 0 }, { label: 'min', color: '--clear', width: 0 }];
const DOTS: Record<Level, 'good' | 'warn' | 'bad' | 'off'> = { info: 'off', good: 'good', warning: 'warn', error: 'bad' };

/** All that happened to a device on one time axis, and the same as a list. */
class TimelinePage extends Page {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private items: Item[] = [];
  private readable: Kind[] = [];
  /** From where on each part is whole, when it is cut. */
  private cut: (number | undefined)[] = [];
  private covered?: [number, number];
  private busy = false;
  private problem?: Problem;
  private rows = ROWS;
  private chosen: Item[] = [];
  private asked = '';
  private calls = new AbortController();
  private timer?: ReturnType<typeof setInterval>;
  private values?: Range;
  private readonly path = (rest: string) => `/devices/${encodeURIComponent(this.device)}${rest}`;
  private readonly latest = new Load(this, () => get<LatestReadings>(this.path('/readings')));

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => document.hidden || this.query.has('from') || this.busy || void this.load(), EVERY_MILLIS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.timer);
    this.calls.abort();
    super.disconnectedCallback();
  }

  private get span(): [number, number] {
    const [from, to] = [this.query.get('from'), this.query.get('to')].map((t) => Date.parse(t ?? ''));
    if (from < to) return [from, to];
    const at = Math.round(now());
    return [at - (format.spanSeconds(this.query.get('range')) ?? 3600) * 1000, at];
  }

  /** A kind is shown unless it was taken off. */
  private get off(): string[] {
    return (this.query.get('without') ?? '').split(',').filter(Boolean);
  }

  private get metrics(): string[] {
    return (this.latest.value?.readings ?? []).filter((r) => typeof r.value === 'number').map((r) => r.metric).sort();
  }

  private get metric(): string | undefined {
    const asked = this.query.get('metric');
    return asked && this.metrics.includes(asked) ? asked : (this.metrics.find((m) => !m.startsWith('health.')) ?? this.metrics[0]);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { range, from, to } = Object.fromEntries(this.query);
    const asked = JSON.stringify([this.device, range, from, to]);
    if (changed.has('device') && changed.get('device') !== undefined) this.latest.restart();
    if (asked !== this.asked) {
      this.asked = asked;
      this.chosen = [];
      this.rows = ROWS;
      void this.load();
    }
  }

  protected override updated(): void {
    const wanted = `${this.asked} ${this.metric}`;
    if (this.metric && wanted !== this.drawn) void this.draw(wanted);
  }

  private drawn = '';

  private async draw(wanted: string): Promise<void> {
    this.drawn = wanted;
    const [from, to] = this.span;
    this.values = await get<Range>(this.path(`/readings/${encodeURIComponent(this.metric!)}`), { from, to: to + 1, points: 600 }, this.leaving.signal).catch(() => undefined);
    this.requestUpdate();
  }

  /** What is there already serves a part of its time, when it is whole. */
  private async load(): Promise<void> {
    const [from, to] = this.span;
    const within = this.covered && from >= this.covered[0] && to <= this.covered[1];
    if (within && this.query.has('from') && !this.cut.some((at) => at !== undefined && at > from)) return;
    this.calls.abort();
    this.calls = new AbortController();
    const { signal } = this.calls;
    this.busy = true;
    try {
      const parts = await Promise.all(PARTS.map((part) => this.pages(part.kinds, part.most, from, to, signal)));
      if (signal.aborted) return;
      this.items = parts.flatMap((p) => p.items).sort((a, b) => b.at - a.at);
      this.readable = ALL.filter((k) => parts.some((p) => p.kinds.includes(k)));
      this.cut = parts.map((p) => (p.next ? Date.parse(p.next) : undefined));
      this.covered = [from, to];
      this.problem = undefined;
      this.drawn = '';
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error as Problem;
    }
    this.busy = false;
    this.requestUpdate();
  }

  private async pages(kinds: Kind[], most: number, from: number, to: number, signal: AbortSignal): Promise<Part> {
    const all: Part = { kinds: [], items: [], next: new Date(to).toISOString() };
    do {
      const page = await get<Answer>(this.path('/timeline'), { kinds: kinds.join(','), from, to: all.next, limit: PAGE }, signal);
      all.items.push(...page.items.map(timed));
      all.kinds = page.kinds;
      all.next = page.next;
    } while (all.next && all.items.length < most);
    return all;
  }

  private show([from, to]: [number, number]): void {
    if (to - from < 1000) return;
    replace({ range: undefined, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  }

  private zoom(factor: number): void {
    const [from, to] = this.span;
    // A range that ends now keeps its end.
    this.show(zoomed(from, to, factor, this.query.has('from') ? (from + to) / 2 : to, now()));
  }

  private pan(share: number): void {
    const [from, to] = this.span;
    this.show(moved(from, to, share, now()));
  }

  private key(event: KeyboardEvent): void {
    const act = { ArrowLeft: () => this.pan(-0.25), ArrowRight: () => this.pan(0.25), '+': () => this.zoom(0.5), '=': () => this.zoom(0.5), '-': () => this.zoom(2), Home: () => replace({ from: undefined, to: undefined }) }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  private choose(items: Item[]): void {
    if (items.length > 1) {
      const times = items.map((i) => i.at);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const room = Math.max(1000, (last - first) * 0.1);
      if (last - first > 2000) return this.show([Math.round(first - room), Math.round(last + room)]);
    }
    this.chosen = items;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('.chosen')?.scrollIntoView({ block: 'nearest' }));
  }

  private get visible(): Item[] {
    const [from, to] = this.span;
    return this.items.filter((i) => !this.off.includes(i.kind) && end(i, now()) >= from && i.at < to);
  }

  protected override render(): TemplateResult {
    return html`<p class="crumbs"><a href=${link(['devices', this.device])}>${this.device}</a></p>
      ${title(html`Timeline <span class="id">${this.device}</span>`, timeRange('1h'))}
      ${this.problem && !this.covered ? failed(this.problem, () => this.load()) : this.covered ? this.whole() : loading(8)}`;
  }

  private whole(): TemplateResult {
    const [from, to] = this.span;
    const items = this.visible;
    const phone = innerWidth < PHONE_PIXELS;
    const lanes = this.readable.filter((k) => !this.off.includes(k) && items.some((i) => i.kind === k));
    return html`<section class="timeline">
        <header class="title minor"><h2 class="number">${format.span(from, to)} <span class="note-beside" role="status">${format.count(items.length)} ${items.length === 1 ? 'thing' : 'things'}${this.busy ? ' …' : ''}</span></h2>${this.tools()}</header>
        ${this.filter()}${this.telemetry(from, to, phone)}
        <div class="axis-keys" tabindex="0" role="group" aria-label="Time axis. Left and right move it, plus and minus zoom, Home shows the range again." @keydown=${this.key}>
          <v-lanes .items=${items} .kinds=${lanes} .from=${from} .to=${to} .gutter=${phone ? PHONE_GUTTER : GUTTER} .inside=${phone} @zoom=${(e: ZoomEvent) => this.show(e.detail)} @choose=${(e: CustomEvent<Item[]>) => this.choose(e.detail)}></v-lanes></div>
        ${this.limits()}</section>
      <section><h2>The same as a list</h2>${this.list(items)}</section>`;
  }

  private tools(): TemplateResult {
    const tool = (name: string, sign: string, act: () => void) => html`<button @click=${act} aria-label=${name} title=${name}>${sign}</button>`;
    return html`<div class="aside zooming">${tool('Earlier', '‹', () => this.pan(-0.5))}${tool('Zoom in', '+', () => this.zoom(0.5))}${tool('Zoom out', '−', () => this.zoom(2))}${tool('Later', '›', () => this.pan(0.5))}${this.query.has('from') ? html`<button @click=${() => replace({ from: undefined, to: undefined })}>Now</button>` : nothing}</div>`;
  }

  private filter(): TemplateResult {
    const counts = new Map<Kind, number>();
    for (const item of this.items) counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
    const turn = (kind: string) => replace({ without: (this.off.includes(kind) ? this.off.filter((k) => k !== kind) : [...this.off, kind]).join(',') || undefined });
    return html`<fieldset class="kinds"><legend class="unseen">Kinds</legend>${this.readable.map((kind) => html`<label class="kind"><input type="checkbox" name=${kind} .checked=${!this.off.includes(kind)} @change=${() => turn(kind)}>${KINDS[kind]} <span class="faint number">${format.count(counts.get(kind) ?? 0)}</span></label>`)}</fieldset>`;
  }

  private telemetry(from: number, to: number, phone: boolean): Shown {
    if (!this.metric) return nothing;
    const unit = format.unit(this.latest.value?.readings.find((r) => r.metric === this.metric)?.unit);
    const points = this.values?.points ?? [];
    const half = (this.values?.stepSeconds ?? 0) / 2;
    const data = [points.map((p) => Date.parse(p.time) / 1000 + half), points.map((p) => p.mean), points.map((p) => p.max), points.map((p) => p.min)];
    const shade = this.items.filter((i) => i.kind === 'gap').map((g) => [g.at / 1000, end(g, now()) / 1000]);
    return html`<figure class="metric"><figcaption><label>Telemetry <select id="metric" @change=${(e: Event) => replace({ metric: (e.target as HTMLSelectElement).value })}>${this.metrics.map((m) => html`<option ?selected=${m === this.metric}>${m}</option>`)}</select></label>${unit ? html` <span class="faint">${unit}</span>` : nothing}</figcaption>
      ${points.length ? html`<v-chart .lines=${LINES} .bands=${[[2, 3]]} .shade=${shade} .unit=${unit} .height=${150} .gutter=${phone ? PHONE_GUTTER : GUTTER} .data=${data} .span=${[from / 1000, to / 1000]} .label=${`${this.metric} on the time axis`}></v-chart>` : html`<div class="chart-room">${empty('No reading in this time.')}</div>`}</figure>`;
  }

  private limits(): Shown {
    const at = (ms: number) => new Date(ms).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    const [others, messages] = this.cut;
    return html`${messages === undefined ? nothing : html`<p class="faint">Of the messages the newest ${format.count(PARTS[1].most)}, back to ${at(messages)}. Zoom in to see earlier ones.</p>`}
      ${others === undefined ? nothing : html`<p class="faint">Of all else the newest ${format.count(PARTS[0].most)}, back to ${at(others)}. Zoom in to see more.</p>`}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem.message}</p>` : nothing}`;
  }

  private list(items: Item[]): TemplateResult {
    const shown = this.chosen.length ? this.chosen : items;
    if (!shown.length) return empty('Nothing happened in this time.', 'Choose a longer range, or move to an earlier one.');
    return html`${this.chosen.length ? html`<p class="chosen"><button @click=${() => { this.chosen = []; this.requestUpdate(); }}>Show all of this time</button></p>` : nothing}
      ${table('What happened', COLUMNS(this.device), shown.slice(0, this.rows))}${more(shown.length > this.rows ? 'more' : undefined, () => { this.rows += ROWS; this.requestUpdate(); }, false)}`;
  }
}

const COLUMNS = (device: string): Column<Item>[] => [
  { label: 'When', number: true, cell: (i) => clock(i.time) },
  { label: 'Kind', cell: (i) => html`<span class="faint">${KINDS[i.kind]}</span>` },
  { label: 'What', lead: true, cell: (i) => html`${dot(DOTS[i.level])} ${refers(i, device)}` },
  { label: 'Lasted', number: true, cell: (i) => (i.lasts ? 'until now' : i.until ? format.millis(Date.parse(i.until) - i.at) : nothing) },
  { label: '', wide: true, cell: (i) => html`${i.detail ?? nothing}${i.steps ? html`<br><span class="faint">${i.steps.map((s, n) => `${n ? ' › ' : ''}${s.state}${n ? ` +${format.millis(Date.parse(s.time) - i.at)}` : ''}`)}</span>` : nothing}` },
];

/** To what it is of its kind. */
function refers(item: Item, device: string): Shown {
  const to = { message: link(['messages'], { id: item.reference }), duplicate: link(['messages'], { id: item.reference }), 'dead-letter': link(['dead-letters', item.reference ?? '']), event: link(['messages'], { id: item.reference }), log: link(['messages'], { id: item.reference }), refusal: link(['refusals'], { device }), gap: link(['gaps'], { device }), command: link(['commands'], { device }), alert: link(['alerts', item.reference ?? '']), firing: isOpened(item.reference ?? '') ? link(['rules', item.reference!], { show: 'firings' }) : undefined }[item.kind as string];
  return to ? html`<a class="quiet" href=${to}>${item.what}</a>` : item.what;
}

customElements.define('v-timeline', TimelinePage);
