import { describe, expect, test } from 'vitest';
import { end, marks, moved, ticks, timed, under, worst, zoomed, type Item, type Told } from '../../main/web/timeline-lanes.js';

const T0 = Date.parse('2026-11-26T10:00:00Z');
const at = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();
const item = (seconds: number, more: Partial<Told> = {}): Item => timed({ time: at(seconds), kind: 'log', level: 'info', what: 'x', ...more });
const MINUTE = 60_000;

describe('marks of a lane', () => {
  test('moments close together are one, which is as bad as its worst', () => {
    const all = marks([item(1), item(1.5, { level: 'error' }), item(40)], T0, T0 + MINUTE, 600, T0);
    expect(all.map((m) => [m.items.length, m.worst])).toEqual([[2, 'error'], [1, 'info']]);
  });
  test('what lasts is as wide as it lasted, within the view', () => {
    const all = marks([item(-30, { until: at(30) }), item(45, { lasts: true })], T0, T0 + MINUTE, 600, T0 + MINUTE);
    expect(all.map((m) => [m.x, m.width])).toEqual([[0, 300], [450, 150]]);
  });
  test('what is over before, or begins later, is not there', () => {
    expect(marks([item(-30), item(-30, { until: at(-1) }), item(60)], T0, T0 + MINUTE, 600, T0)).toEqual([]);
  });
  test('ten thousand are no more marks than there is room for', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => item((i * 60) / 10_000));
    const all = marks(many, T0, T0 + MINUTE, 600, T0);
    expect(all.length).toBeLessThan(70);
    expect(all.reduce((sum, m) => sum + m.items.length, 0)).toBe(10_000);
  });
  test('under the pointer the narrowest counts', () => {
    const all = marks([item(0, { until: at(60) }), item(30)], T0, T0 + MINUTE, 600, T0);
    expect(under(all, 302)?.items[0].until).toBeUndefined();
    expect(under(all, 100)?.items[0].until).toBe(at(60));
  });
});

test('what lasts ends now, a moment where it is', () => {
  expect(end(item(0, { lasts: true }), T0 + 5)).toBe(T0 + 5);
  expect(end(item(7), T0)).toBe(T0 + 7000);
  expect(worst([item(0), item(0, { level: 'warning' })])).toBe('warning');
});

test.each([[MINUTE, 8, 15_000], [60 * MINUTE, 6, 15 * MINUTE], [24 * 60 * MINUTE, 8, 3 * 60 * MINUTE], [400 * 24 * 60 * MINUTE, 4, 30 * 24 * 60 * MINUTE]])('%i ms with at most %i ticks has one each %i ms', (span, most, step) => expect(ticks(T0, T0 + span, most, 0).step).toBe(step));

test('ticks are round in the zone of who reads', () => {
  expect(ticks(T0 + 1000, T0 + 5 * 60 * MINUTE, 6, 30).at[0]).toBe(T0 + 30 * MINUTE);
});

describe('the view', () => {
  const now = T0 + 100 * MINUTE;
  test('zooms around a place, never beyond now', () => {
    expect(zoomed(T0, T0 + 100 * MINUTE, 0.5, T0 + 50 * MINUTE, now)).toEqual([T0 + 25 * MINUTE, T0 + 75 * MINUTE]);
    expect(zoomed(T0, now, 2, T0 + 50 * MINUTE, now)[1]).toBe(now);
  });
  test('keeps ten seconds', () => expect(zoomed(T0, T0 + 12_000, 0.1, T0 + 6000, now)).toEqual([T0 + 1000, T0 + 11_000]));
  test('moves back freely and forward until now', () => {
    expect(moved(T0, T0 + 60 * MINUTE, -0.5, now)).toEqual([T0 - 30 * MINUTE, T0 + 30 * MINUTE]);
    expect(moved(T0, T0 + 90 * MINUTE, 0.5, now)).toEqual([T0 + 10 * MINUTE, now]);
    expect(moved(T0, now, 0.5, now)).toEqual([T0, now]);
  });
});
