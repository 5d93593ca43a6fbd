import { html, type PropertyValues, type TemplateResult } from 'lit';
import * as format from './format.js';
import { Part } from './element.js';
import type { LatencyMap } from './types.js';

const HEIGHT = 180;
const LEFT = 52;
const FOOT = 20;

/** How long messages took, over time: a column a step, a row a bound, darker the more. */
class Heat extends Part {
  static override properties = { map: { attribute: false } };
  declare map: LatencyMap;
  private readonly sized = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.sized.observe(this);
    addEventListener('vagus-theme', () => this.draw(), { signal: this.leaving.signal });
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
    if (!canvas || !this.clientWidth || !this.map) return;
    const scale = devicePixelRatio;
    canvas.width = this.clientWidth * scale;
    canvas.height = HEIGHT * scale;
    const ctx = canvas.getContext('2d')!;
    ctx.scale(scale, scale);
    const look = getComputedStyle(document.documentElement);
    this.cells(ctx, look.getPropertyValue('--accent'));
    this.axes(ctx, look);
  }

  private cells(ctx: CanvasRenderingContext2D, colour: string): void {
    const { counts, boundsMillis } = this.map;
    const rows = boundsMillis.length + 1;
    const most = Math.max(1, ...counts.flat());
    const width = (this.clientWidth - LEFT) / Math.max(counts.length, 1);
    const height = (HEIGHT - FOOT) / rows;
    ctx.fillStyle = colour;
    counts.forEach((column, x) =>
      column.forEach((n, y) => {
        if (!n) return;
        // By the logarithm, so that a single late one is seen beside thousands.
        ctx.globalAlpha = 0.15 + (0.85 * Math.log(1 + n)) / Math.log(1 + most);
        ctx.fillRect(LEFT + x * width, (rows - 1 - y) * height, Math.max(width - 0.5, 0.5), height - 1);
      }));
    ctx.globalAlpha = 1;
  }

  private axes(ctx: CanvasRenderingContext2D, look: CSSStyleDeclaration): void {
    const { boundsMillis, counts, stepSeconds, from } = this.map;
    const height = (HEIGHT - FOOT) / (boundsMillis.length + 1);
    ctx.fillStyle = look.getPropertyValue('--faint');
    ctx.font = `12px ${look.getPropertyValue('--sans')}`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    let last = HEIGHT;
    boundsMillis.forEach((bound, i) => {
      const y = HEIGHT - FOOT - (i + 1) * height;
      if (last - y < 18 || y < 6) return;
      last = y;
      ctx.fillText(format.millis(bound), LEFT - 8, y);
    });
    ctx.textBaseline = 'bottom';
    const start = Date.parse(from);
    const hour = (at: number) => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    ctx.textAlign = 'left';
    ctx.fillText(hour(start), LEFT, HEIGHT);
    ctx.textAlign = 'right';
    ctx.fillText(hour(start + counts.length * stepSeconds * 1000), this.clientWidth, HEIGHT);
  }

  protected override render(): TemplateResult {
    return html`<canvas class="heat" role="img" aria-label="Delivery latency over time; the percentiles beside it say the same in numbers"></canvas>`;
  }
}
customElements.define('v-heat', Heat);
