import { html, type PropertyValues, type TemplateResult } from 'lit';
import { now } from './api.js';
import { Part } from './element.js';
import * as format from './format.js';
import { end, KINDS, marks, ticks, under, type Item, type Kind, type Level, type Mark } from './timeline-lanes.js';

const LANE = 28;
const AXIS = 26;
const COLORS: Record<Level, string> = { info: '--edge', good: '--good', warning: '--warn', error: '--bad' };

const property = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Tells the page which time is wanted. */
export class ZoomEvent extends CustomEvent<[number, number]> {
  constructor(from: number, to: number) {
    super('zoom', { detail: [from, to], bubbles: true });
  }
}

/** A lane for each kind, one below the other on one time axis. Drawn, since there may be ten thousand. */
export class Lanes extends Part {
  static override properties = { items: { attribute: false }, kinds: { attribute: false }, from: { attribute: false }, to: { attribute: false }, gutter: { attribute: false }, inside: { attribute: false } };
  declare items: Item[];
  declare kinds: Kind[];
  declare from: number;
  declare to: number;
  /** Room at the left. */
  declare gutter: number;
  /** The names stand above their lanes, where the room is too small for them. */
  declare inside: boolean;
  private drawn: Mark[][] = [];
  private pressed?: number;
  private at?: number;
  private readonly sized = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('vagus-theme', () => this.draw(), { signal: this.leaving.signal });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(), { signal: this.leaving.signal });
    this.sized.observe(this);
  }

  override disconnectedCallback(): void {
    this.sized.disconnect();
    super.disconnectedCallback();
  }

  protected override updated(_: PropertyValues): void {
    this.draw();
  }

  private get room(): number {
    return Math.max(60, this.clientWidth - this.gutter - 8);
  }

  private get laneHeight(): number {
    return this.inside ? LANE + 14 : LANE;
  }

  private draw(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas || !this.clientWidth || !(this.to > this.from)) return;
    const height = this.kinds.length * this.laneHeight + AXIS;
    const ratio = devicePixelRatio || 1;
    canvas.width = this.clientWidth * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext('2d')!;
    pen.scale(ratio, ratio);
    pen.font = `12px ${property('--sans')}`;
    this.drawAxis(pen, height);
    this.drawn = this.kinds.map((kind, lane) => this.drawLane(pen, kind, lane));
    if (this.pressed !== undefined && this.at !== undefined) {
      pen.fillStyle = property('--band');
      pen.fillRect(Math.min(this.pressed, this.at), 0, Math.abs(this.at - this.pressed), height - AXIS);
    }
  }

  private drawAxis(pen: CanvasRenderingContext2D, height: number): void {
    const { at, step } = ticks(this.from, this.to, Math.max(2, Math.floor(this.room / 84)), new Date(this.from).getTimezoneOffset());
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (const time of at) {
      const x = this.gutter + ((time - this.from) / (this.to - this.from)) * this.room;
      pen.strokeStyle = property('--line');
      pen.beginPath();
      pen.moveTo(x, 0);
      pen.lineTo(x, height - AXIS);
      pen.stroke();
      pen.fillStyle = property('--faint');
      pen.fillText(label(time, step), Math.min(Math.max(x, 24), this.clientWidth - 28), height - AXIS / 2);
    }
  }

  private drawLane(pen: CanvasRenderingContext2D, kind: Kind, lane: number): Mark[] {
    const top = lane * this.laneHeight;
    const middle = top + this.laneHeight - LANE / 2;
    pen.strokeStyle = property('--line');
    pen.beginPath();
    pen.moveTo(0, top + this.laneHeight - 0.5);
    pen.lineTo(this.clientWidth, top + this.laneHeight - 0.5);
    pen.stroke();
    pen.textAlign = 'left';
    pen.textBaseline = 'middle';
    pen.fillStyle = property('--faint');
    pen.fillText(KINDS[kind], 0, this.inside ? top + 10 : middle);
    const all = marks(this.items.filter((i) => i.kind === kind), this.from, this.to, this.room, now());
    for (const mark of all) this.drawMark(pen, mark, middle);
    return all;
  }

  /** By shape as well as by colour: what wants a look has corners. */
  private drawMark(pen: CanvasRenderingContext2D, mark: Mark, middle: number): void {
    const x = this.gutter + mark.x;
    pen.fillStyle = property(COLORS[mark.worst]);
    if (mark.items.length === 1 && mark.width > 9) {
      pen.beginPath();
      pen.roundRect(x, middle - 5, mark.width, 10, 3);
      pen.fill();
      return;
    }
    const size = Math.min(4 + 1.5 * Math.log2(mark.items.length), 11);
    const center = x + mark.width / 2;
    pen.beginPath();
    if (mark.worst === 'error') pen.rect(center - size * 0.85, middle - size * 0.85, size * 1.7, size * 1.7);
    else if (mark.worst === 'warning') [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]].forEach(([dx, dy]) => pen.lineTo(center + dx * size, middle + dy * size));
    else pen.arc(center, middle, size, 0, 2 * Math.PI);
    pen.fill();
  }

  private time(x: number): number {
    return this.from + (Math.min(Math.max(x - this.gutter, 0), this.room) / this.room) * (this.to - this.from);
  }

  private mark(event: PointerEvent | MouseEvent): Mark | undefined {
    const lane = this.drawn[Math.floor(event.offsetY / this.laneHeight)];
    return lane && under(lane, event.offsetX - this.gutter);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    this.pressed = this.at = event.offsetX;
    (event.target as Element).setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    this.at = event.offsetX;
    const line = this.querySelector('.reading')!;
    const mark = this.mark(event);
    line.textContent = mark ? said(mark) : '';
    if (this.pressed !== undefined) this.draw();
  }

  /** Dragged over, that time is wanted; else what was clicked at. */
  private release(event: PointerEvent): void {
    const begun = this.pressed;
    this.pressed = undefined;
    if (begun !== undefined && Math.abs(event.offsetX - begun) > 8) {
      const [from, to] = [this.time(begun), this.time(event.offsetX)].sort((a, b) => a - b);
      this.dispatchEvent(new ZoomEvent(Math.round(from), Math.round(to)));
      return;
    }
    const mark = this.mark(event);
    if (mark) this.dispatchEvent(new CustomEvent('choose', { detail: mark.items, bubbles: true }));
    this.draw();
  }

  protected override render(): TemplateResult {
    const counts = this.kinds.map((kind) => `${this.items.filter((i) => i.kind === kind && end(i, now()) >= this.from && i.at < this.to).length} ${KINDS[kind].toLowerCase()}`);
    return html`<div class="reading number" aria-hidden="true"></div>
      <canvas class="lanes" role="img" aria-label="What happened from ${format.span(this.from, this.to)}: ${counts.join(', ')}. The list below says the same." @pointerdown=${this.press} @pointermove=${this.move} @pointerup=${this.release} @pointerleave=${() => (this.querySelector('.reading')!.textContent = '')}></canvas>`;
  }
}

function said(mark: Mark): string {
  const [first] = mark.items;
  const time = new Date(first.time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  if (mark.items.length > 1) return `${time}: ${format.count(mark.items.length)} together, such as ${cut(first.what)}`;
  return `${time}: ${cut(first.what)}`;
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function label(time: number, step: number): string {
  const at = new Date(time);
  if (step >= 86_400_000) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: step < 60_000 ? '2-digit' : undefined });
}

customElements.define('v-lanes', Lanes);
