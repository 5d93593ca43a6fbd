import { expect, test } from 'vitest';
import { counted, same } from '../../main/web/counted.js';
import type { History } from '../../main/web/types.js';

const history = (steps: number, each: number): History => {
  const row = (n: number) => Array.from({ length: steps }, () => n);
  return { stepSeconds: 10, from: '2026-11-25T12:00:00Z', received: row(each), accepted: row(each - 1), rejected: row(0), deadLettered: row(1), duplicate: row(0), connected: row(3) };
};

test('sums of the last minutes add up to what was received', () => {
  const c = counted(history(360, 5), 15)!;
  expect(c).toMatchObject({ received: 450, accepted: 360, deadLettered: 90, pending: 0, short: false });
  expect(new Date(c.fromMillis).toISOString()).toBe('2026-11-25T12:45:00.000Z');
  expect(same(c, '15m')).toEqual({ range: '15m' });
});

test('a young server says from when on it counted', () => {
  const c = counted(history(30, 5), 15)!;
  expect(c).toMatchObject({ received: 150, short: true });
  expect(same(c, '15m')).toEqual({ from: '2026-11-25T12:00:00.000Z', to: '2026-11-25T12:05:00.000Z' });
  expect(counted(history(0, 5), 15)).toBeUndefined();
});
