import { html, type PropertyValues, type TemplateResult } from 'lit';
import * as format from './format.js';
import { Part } from './element.js';
import type { LatencyMap } from './types.js';

const HEIGHT = 208;
const LEFT = 52;
const FOOT = 20;
/** Seconds between times on the axis. */
const STEPS = [30, 60, 300, 600, 900, 1800, 3600, 7200, 14_400];

/** How long messages took, over time: a column a step, a row a bound, stronger the more. */
class Heat extends Part {
  static override properties = { map: { attribute: false }, span: { attribute: false } };
  declare map: LatencyMap;
  /** From and to, in seconds. */
  declare span: [number, number];
  private readonly sized = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.sized.observe(this);
    addEventListener('vagus-theme', () => this.draw(), { signal: this.leaving.signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(), { signal: this.leaving.signal });
  }

  override disconnectedCallback(): void {
    this.sized.disconnect();
    super.disconnectedCallback();
  }

  protected override updated(_: PropertyValues): void {
    this.draw();
  }

  private draw(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas || !this.clientWidth) return;
    const scale = devicePixelRatio;
    canvas.width = this.clientWidth * scale;
    canvas.height = HEIGHT * scale;
    const ctx = canvas.getContext('2d')!;
    ctx.scale(scale, scale);
    const look = getComputedStyle(document.documentElement);
    this.grid(ctx, look);
    this.cells(ctx, look.getPropertyValue('--accent'));
  }

  private get rowHeight(): number {
    return (HEIGHT - FOOT) / (this.map.boundsMillis.length + 1);
  }

  private x(seconds: number): number {
    const [from, to] = this.span;
    return LEFT + ((seconds - from) / (to - from)) * (this.clientWidth - LEFT);
  }

  private cells(ctx: CanvasRenderingContext2D, colour: string): void {
    const { counts, stepSeconds } = this.map;
    const most = Math.max(1, ...counts.flat());
    const start = Date.parse(this.map.from) / 1000;
    ctx.fillStyle = colour;
    counts.forEach((column, step) => {
      const left = Math.max(LEFT, this.x(start + step * stepSeconds));
      const width = this.x(start + (step + 1) * stepSeconds) - left;
      if (width <= 0) return;
      column.forEach((n, row) => {
        if (!n) return;
        // By the logarithm, so that a single late one is seen beside thousands.
        ctx.globalAlpha = 0.12 + (0.88 * Math.log(1 + n)) / Math.log(1 + most);
        ctx.fillRect(left, HEIGHT - FOOT - (row + 1) * this.rowHeight, width > 6 ? width - 1 : width, this.rowHeight);
      });
    });
    ctx.globalAlpha = 1;
  }

  private grid(ctx: CanvasRenderingContext2D, look: CSSStyleDeclaration): void {
    ctx.font = `12px ${look.getPropertyValue('--sans')}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    const faint = look.getPropertyValue('--faint');
    const line = look.getPropertyValue('--line');
    // The decades: a reader knows them without counting rows.
    this.map.boundsMillis.forEach((bound, i) => {
      if (!Number.isInteger(Math.log10(bound))) return;
      const y = Math.round(HEIGHT - FOOT - (i + 1) * this.rowHeight) + 0.5;
      ctx.fillStyle = line;
      ctx.fillRect(LEFT, y - 0.5, this.clientWidth - LEFT, 1);
      ctx.fillStyle = faint;
      ctx.fillText(format.millis(bound), LEFT - 8, Math.max(y, 7));
    });
    this.times(ctx);
  }

  private times(ctx: CanvasRenderingContext2D): void {
    const [from, to] = this.span;
    const least = ((to - from) * 90) / (this.clientWidth - LEFT);
    const step = STEPS.find((s) => s >= least) ?? STEPS.at(-1)!;
    const second = step < 60 ? ('2-digit' as const) : undefined;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'center';
    const zone = new Date(from * 1000).getTimezoneOffset() * 60;
    for (let at = Math.ceil((from - zone) / step) * step + zone; at < to; at += step) {
      const text = new Date(at * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second });
      if (this.x(at) < this.clientWidth - 20) ctx.fillText(text, this.x(at), HEIGHT);
    }
  }

  /** What the pointer is on, in words. */
  private read(event: PointerEvent): void {
    const { counts, boundsMillis, stepSeconds } = this.map;
    const [from, to] = this.span;
    const start = Date.parse(this.map.from) / 1000;
    const at = from + ((event.offsetX - LEFT) / (this.clientWidth - LEFT)) * (to - from);
    const step = Math.floor((at - start) / stepSeconds);
    const row = Math.floor((HEIGHT - FOOT - event.offsetY) / this.rowHeight);
    const n = counts[step]?.[row];
    const bound = row === boundsMillis.length ? `over ${format.millis(boundsMillis.at(-1))}` : `up to ${format.millis(boundsMillis[row])}`;
    const time = new Date((start + step * stepSeconds) * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    this.querySelector('.reading')!.textContent = n === undefined || event.type === 'pointerleave' ? '' : `${time}, ${bound}: ${format.count(n)} ${n === 1 ? 'message' : 'messages'}`;
  }

  protected override render(): TemplateResult {
    return html`<div class="reading number" aria-hidden="true"></div>
      <canvas class="heat" role="img" aria-label="Delivery latency over time; the percentiles above say the same in numbers" @pointermove=${this.read} @pointerleave=${this.read}></canvas>`;
  }
}
customElements.define('v-heat', Heat);
