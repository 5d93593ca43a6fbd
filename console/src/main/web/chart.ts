import uPlot from 'uplot';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import * as format from './format.js';
import { Part } from './element.js';

export interface Line {
  label: string;
  color: string; // a custom property
  width?: number;
  fill?: string;
  dash?: number[];
}

/** A tick of the time axis: the time of day, or the day where ticks are days. */
function hour(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  if (step >= 86_400) return at.toLocaleDateString('en-GB', { month: 'short', day: 'numeric' });
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: step < 60 ? '2-digit' : undefined });
}

const property = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A chart over time: `data` is times in seconds, then a column a line. Its height is fixed, so that nothing moves. */
export class Chart extends Part {
  static override properties = { data: { attribute: false }, lines: { attribute: false }, span: { attribute: false }, truth: { attribute: false } };
  declare data: uPlot.AlignedData;
  declare lines: Line[];
  /** From and to, in seconds; the data's own when not given. */
  declare span?: [number, number];
  height = 180;
  unit = '';
  label = '';
  sync = '';
  /** Of 1 and 0, which hold until they change. */
  declare truth?: boolean;
  zero = false;
  /** Room for the values at the left. */
  gutter = 52;
  shade: [number, number][] = [];
  bands: [number, number][] = [];
  private plot?: uPlot;
  private readonly sized = new ResizeObserver(() => this.fit());

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('vagus-theme', () => this.rebuild(), { signal: this.leaving.signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.rebuild(), { signal: this.leaving.signal });
    this.sized.observe(this);
  }

  override disconnectedCallback(): void {
    this.sized.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
    super.disconnectedCallback();
  }

  private fit(): void {
    if (this.plot && this.clientWidth) this.plot.setSize({ width: this.clientWidth, height: this.height });
    else this.rebuild();
  }

  private rebuild(): void {
    this.plot?.destroy();
    this.plot = undefined;
    const frame = this.querySelector<HTMLElement>('.frame');
    if (!frame || !this.clientWidth || !this.data) return;
    this.plot = new uPlot(this.options(), this.data, frame);
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.plot || changed.has('lines') || changed.has('truth')) this.rebuild();
    else if (changed.has('data') || changed.has('span')) this.plot.setData(this.data);
  }

  private options(): uPlot.Options {
    const faint = property('--faint');
    const axis = { stroke: faint, font: `12px ${property('--sans')}`, grid: { stroke: property('--line'), width: 1 }, ticks: { show: false } };
    return {
      width: this.clientWidth,
      height: this.height,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, sync: this.sync ? { key: this.sync } : undefined },
      scales: {
        x: { range: (_, min, max) => this.span ?? [min, max] },
        y: { range: (_, min, max) => this.heights(min, max) },
      },
      axes: [
        { ...axis, size: 30, space: 72, grid: { show: false }, values: (_, all, __, ___, step) => all.map((at) => hour(at, step)) },
        { ...axis, size: this.gutter, space: 36, splits: this.truth ? () => [0, 1] : undefined, values: (_, all) => (this.truth ? all.map(format.truth) : format.ticks(all)) },
      ],
      series: [{}, ...this.lines.map((line) => this.series(line))],
      bands: this.bands.map((series) => ({ series, fill: property('--band') })),
      hooks: { drawClear: [(u) => this.drawShades(u)], setCursor: [(u) => this.read(u)] },
    };
  }

  private series(line: Line): uPlot.Series {
    return {
      label: line.label,
      stroke: property(line.color),
      width: line.width ?? 1.5,
      fill: line.fill ? property(line.fill) : undefined,
      dash: line.dash,
      points: { show: (u) => line.width !== 0 && u.data[0].length < 2 },
      spanGaps: false,
      paths: this.truth ? uPlot.paths.stepped!({ align: 1 }) : undefined,
    };
  }

  private heights(min: number | null, max: number | null): [number, number] {
    if (min === null || max === null) return [0, 1];
    if (this.truth) return [-0.15, 1.15];
    if (this.zero) return [0, max > 0 ? max * 1.1 : 1];
    const room = (max - min) * 0.1 || Math.abs(max) * 0.05 || 1;
    return [min - room, max + room];
  }

  /** Times without data, behind the lines. */
  private drawShades(u: uPlot): void {
    u.ctx.fillStyle = property('--shade');
    for (const [from, to] of this.shade) {
      const left = Math.max(u.valToPos(from, 'x', true), u.bbox.left);
      const right = Math.min(u.valToPos(to, 'x', true), u.bbox.left + u.bbox.width);
      if (right > left) u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    }
  }

  /** What the cursor points at, in words above the chart. */
  private read(u: uPlot): void {
    const line = this.querySelector('.reading');
    if (!line) return;
    const at = u.cursor.idx;
    if (at === null || at === undefined) {
      line.textContent = '';
      return;
    }
    const time = new Date(u.data[0][at] * 1000).toLocaleString('en-GB', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    const values = this.lines.map((l, i) => `${l.label} ${this.truth ? format.truth(u.data[i + 1][at]) : format.value(u.data[i + 1][at])}`).join(', ');
    line.textContent = `${time}: ${values} ${this.unit}`;
  }

  protected override render(): TemplateResult {
    return html`<div class="reading number" aria-hidden="true"></div><div class="frame" role="img" aria-label=${this.label}></div>`;
  }
}
customElements.define('v-chart', Chart);
