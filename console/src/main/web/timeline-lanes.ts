// What happened to a device, laid out on one time axis: pure functions from items to marks.

export const KINDS = {
  connection: 'Connections', alert: 'Alerts', firing: 'Rules', message: 'Messages', gap: 'Gaps', event: 'Events', log: 'Log', command: 'Commands', configuration: 'Configuration',
  refusal: 'Refusals', 'dead-letter': 'Dead letters', duplicate: 'Duplicates', change: 'Changes',
};
export type Kind = keyof typeof KINDS;
export type Level = 'info' | 'good' | 'warning' | 'error';

/** As the API tells it. */
export interface Told { time: string; until?: string; lasts?: boolean; kind: Kind; level: Level; what: string; detail?: string; reference?: string; steps?: { state: string; time: string }[] }
/** With its times in milliseconds: they are looked at with each move of the pointer. */
export interface Item extends Told { at: number; over?: number }

export const timed = (told: Told): Item => ({ ...told, at: Date.parse(told.time), ...(told.until ? { over: Date.parse(told.until) } : {}) });

/** Where one or more items are: from x on, so wide; worst is what most wants a look. */
export interface Mark { x: number; width: number; items: Item[]; worst: Level }

const BIN_PIXELS = 9;
const LEVELS: Level[] = ['info', 'good', 'warning', 'error'];

export const worst = (items: Item[]): Level => LEVELS[Math.max(...items.map((i) => LEVELS.indexOf(i.level)))];

/** When it was over, or for what still lasts, now. */
export const end = (item: Item, now: number): number => item.over ?? (item.lasts ? now : item.at);

/** Of one lane: what lasts long enough to be seen is a mark of its own; moments closer than a mark is wide are one. */
export function marks(items: Item[], from: number, to: number, width: number, now: number): Mark[] {
  const scale = width / (to - from);
  const bins = new Map<number, Item[]>();
  const spans: Mark[] = [];
  for (const item of items) {
    const [begins, ends] = [item.at, end(item, now)];
    if (ends < from || begins >= to) continue;
    const [left, right] = [Math.max(0, (begins - from) * scale), Math.min(width, (ends - from) * scale)];
    if (right - left >= BIN_PIXELS) {
      spans.push({ x: left, width: right - left, items: [item], worst: item.level });
    } else {
      const bin = Math.floor(left / BIN_PIXELS);
      const there = bins.get(bin);
      if (there) there.push(item);
      else bins.set(bin, [item]);
    }
  }
  const points = [...bins].map(([bin, inside]) => ({ x: bin * BIN_PIXELS, width: BIN_PIXELS, items: inside, worst: worst(inside) }));
  return [...spans, ...points].sort((a, b) => a.x - b.x);
}

/** The mark under a place of its lane, the narrowest first. */
export const under = (all: Mark[], x: number): Mark | undefined =>
  all.filter((m) => x >= m.x - 2 && x <= m.x + m.width + 2).sort((a, b) => a.width - b.width)[0];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [SECOND, 2 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

/** Round times, at most so many, in the zone whose offset is given. */
export function ticks(from: number, to: number, most: number, offsetMinutes: number): { at: number[]; step: number } {
  const step = STEPS.find((s) => (to - from) / s <= most) ?? STEPS.at(-1)!;
  const shift = offsetMinutes * MINUTE;
  const at: number[] = [];
  for (let t = Math.ceil((from - shift) / step) * step + shift; t < to; t += step) at.push(t);
  return { at, step };
}

/** A narrower or wider view around a place of it; never beyond now, nor below ten seconds. */
export function zoomed(from: number, to: number, factor: number, around: number, now: number): [number, number] {
  const span = Math.min(Math.max((to - from) * factor, 10 * SECOND), 400 * DAY);
  const share = (around - from) / (to - from);
  const end = Math.min(around + span * (1 - share), Math.max(now, to));
  return [Math.round(end - span), Math.round(end)];
}

/** The view moved by a share of itself; not beyond now. */
export function moved(from: number, to: number, share: number, now: number): [number, number] {
  const by = Math.min((to - from) * share, Math.max(0, now - to));
  const step = share < 0 ? (to - from) * share : by;
  return [Math.round(from + step), Math.round(to + step)];
}
