// What was counted in a span of time: sums of the fleet's history.
import type { History, LedgerLine } from './types.js';

type Sums = Pick<LedgerLine, 'received' | 'accepted' | 'rejected' | 'deadLettered' | 'duplicate' | 'pending'>;

export interface Counted extends Sums {
  fromMillis: number;
  toMillis: number;
  /** The server is younger than what was asked for. */
  short: boolean;
}

/** Of the last minutes; undefined before a first step is over. */
export function counted(h: History | undefined, minutes: number): Counted | undefined {
  if (!h || !h.received.length) return undefined;
  const steps = Math.min(h.received.length, Math.round((minutes * 60) / h.stepSeconds));
  const sum = (row: number[]) => row.slice(-steps).reduce((all, n) => all + n, 0);
  const [received, accepted, rejected, deadLettered, duplicate] = [h.received, h.accepted, h.rejected, h.deadLettered, h.duplicate].map(sum);
  const toMillis = Date.parse(h.from) + h.received.length * h.stepSeconds * 1000;
  return {
    received, accepted, rejected, deadLettered, duplicate,
    pending: received - accepted - rejected - deadLettered - duplicate,
    fromMillis: toMillis - steps * h.stepSeconds * 1000,
    toMillis,
    short: steps * h.stepSeconds < minutes * 60 - h.stepSeconds,
  };
}

/** For the list behind a number: the range, or from when to when while there is less. */
export const same = (c: Counted | undefined, range: string): Record<string, string> =>
  c?.short ? { from: new Date(c.fromMillis).toISOString(), to: new Date(c.toMillis).toISOString() } : { range };

/** From when on it was counted, where that is not the whole range. */
export const since = (c: Counted | undefined, before = ''): string =>
  c?.short ? `${before}since ${new Date(c.fromMillis).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}` : '';
