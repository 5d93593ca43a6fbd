import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type uPlot from 'uplot';
import { get, now } from './api.js';
import './chart.js';
import type { Line } from './chart.js';
import { Part } from './element.js';
import { empty, failed } from './parts.js';
import * as format from './format.js';
import type { Gap, Range, Reading } from './types.js';

export interface Span { seconds?: number; from?: number; to?: number }

const LINES: Line[] = [
  { label: 'mean', color: '--accent', width: 1.75 },
  { label: 'max', color: '--clear', width: 0 },
  { label: 'min', color: '--clear', width: 0 },
];
const BANDS: [number, number][] = [[2, 3]];
const REFRESH_MILLIS = 60_000;
const FIRST = 8;

interface Column { times: number[]; mean: (number | null)[]; max: (number | null)[]; min: (number | null)[] }

/** A chart a metric, one below the other on one time axis; what comes live is drawn at most once a second. */
class MetricCharts extends Part {
  static override properties = { device: { attribute: false }, metrics: { attribute: false }, units: { attribute: false }, span: { attribute: false }, gaps: { attribute: false }, truths: { attribute: false } };
  declare device: string;
  declare metrics: string;
  declare units: Record<string, string>;
  declare span: string;
  declare gaps: Gap[];
  /** Metrics that are true or false, one a line. */
  declare truths: string;
  private readonly columns = new Map<string, Column>();
  private problem?: Error;
  private all = false;
  private round = 0;
  private refresh?: ReturnType<typeof setInterval>;
  private drawing?: ReturnType<typeof setInterval>;
  private fresh = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.refresh = setInterval(() => document.hidden || void this.load(), REFRESH_MILLIS);
    this.drawing = setInterval(() => {
      if (this.fresh && !document.hidden) this.requestUpdate();
      this.fresh = false;
    }, 1000);
  }

  override disconnectedCallback(): void {
    clearInterval(this.refresh);
    clearInterval(this.drawing);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('device') || changed.has('span')) this.columns.clear();
    if (changed.has('device') || changed.has('span') || changed.has('metrics')) void this.load();
  }

  private get shown(): string[] {
    const names = this.metrics.split('\n').filter(Boolean);
    return this.all ? names : names.slice(0, FIRST);
  }

  private get ends(): [number, number] {
    const span = JSON.parse(this.span) as Span;
    return span.seconds ? [now() - span.seconds * 1000, now()] : [span.from!, span.to!];
  }

  private async load(): Promise<void> {
    const round = ++this.round;
    const [from, to] = this.ends;
    try {
      await Promise.all(this.shown.map(async (metric) => {
        const range = await get<Range>(`/devices/${encodeURIComponent(this.device)}/readings/${encodeURIComponent(metric)}`, { from: Math.round(from), to: Math.round(to) + 1, points: 400 }, this.leaving.signal);
        if (round === this.round) this.columns.set(metric, column(range));
      }));
      this.problem = undefined;
    } catch (error) {
      if (round !== this.round || this.leaving.signal.aborted) return;
      this.problem = error as Error;
    }
    this.requestUpdate();
  }

  /** Readings as they come: each is a point of its own until the next refresh. */
  take(readings: Reading[]): void {
    if (!(JSON.parse(this.span) as Span).seconds) return;
    for (const reading of readings) {
      const column = this.columns.get(reading.metric);
      const time = Date.parse(reading.time) / 1000;
      if (!column || typeof reading.value !== 'number' || time <= (column.times.at(-1) ?? 0)) continue;
      column.times.push(time);
      for (const values of [column.mean, column.max, column.min]) values.push(reading.value);
      this.fresh = true;
    }
  }

  protected override render(): TemplateResult {
    if (this.problem && !this.columns.size) return failed(this.problem as never, () => this.load());
    const names = this.metrics.split('\n').filter(Boolean);
    if (!names.length) return html`<div class="chart-room">${empty('A chart comes with the first number.')}</div>`;
    return html`<div class="metrics">${this.shown.map((metric) => this.chart(metric))}</div>
      ${names.length > this.shown.length ? html`<p class="more"><button @click=${() => { this.all = true; void this.load(); }}>Show ${names.length - FIRST} more</button></p>` : nothing}`;
  }

  private chart(metric: string): TemplateResult {
    const unit = this.units[metric] ?? '';
    const column = this.columns.get(metric);
    const [from, to] = this.ends.map((ms) => ms / 1000);
    const seen = column?.times.some((t, i) => t >= from && column.mean[i] !== null);
    const data = column ? broken(column, this.gaps) : undefined;
    const truth = this.truths.split('\n').includes(metric);
    const shade = this.gaps.map((g) => [Date.parse(g.from) / 1000, Date.parse(g.to) / 1000] as [number, number]);
    const last = column?.mean.findLast((v) => v !== null);
    return html`<figure class="metric"><figcaption>${metric}${unit ? html`<span class="faint">, ${unit}</span>` : nothing}</figcaption>
      ${!data ? html`<div class="chart-room loading"><span></span></div>` : !seen ? html`<div class="chart-room">${empty('No reading in this time.', 'Choose a longer range.')}</div>`
        : html`<v-chart .lines=${LINES} .bands=${BANDS} .shade=${shade} .sync=${'metrics'} .unit=${unit} .height=${140} .truth=${truth} .data=${data} .span=${[from, to]} .label=${`${metric}, last ${format.value(last)} ${unit}`}></v-chart>`}</figure>`;
  }
}

/** The line ends where a gap begins, and goes on after it. */
function broken(column: Column, gaps: Gap[]): uPlot.AlignedData {
  const [times, ...lines] = [[...column.times], [...column.mean], [...column.max], [...column.min]];
  for (const gap of gaps) {
    const from = Date.parse(gap.from) / 1000;
    const middle = (from + Date.parse(gap.to) / 1000) / 2;
    const at = times.findIndex((t) => t! > middle);
    if (at <= 0) continue;
    times.splice(at, 0, middle);
    lines.forEach((line) => line.splice(at, 0, null));
  }
  return [times, ...lines] as uPlot.AlignedData;
}

function column(range: Range): Column {
  const step = range.stepSeconds / 2;
  return {
    times: range.points.map((p) => Date.parse(p.time) / 1000 + step),
    mean: range.points.map((p) => p.mean),
    max: range.points.map((p) => p.max),
    min: range.points.map((p) => p.min),
  };
}

customElements.define('v-metric-charts', MetricCharts);
declare global { interface HTMLElementTagNameMap { 'v-metric-charts': MetricCharts } }
