// What a trial found, laid out on one time axis: pure functions from firings to marks.
import type { Value } from '../twin-fields.js';
import type { ActionDoc, Phase } from './shapes.js';

/** Whether the version that is tried fired, the one in force, or both. */
export type By = 'both' | 'new' | 'old';
export interface Tried { device: string; time: string; phase: Phase; in: By; seen: Record<string, Value>; actions: ActionDoc[] }
export interface Side { raised: number; cleared: number; looped: number; errors: number; lastError?: string; version?: number }
export interface Trial { from: string; to: string; devices: number; messages: number; truncated: boolean; why?: string; new: Side; old?: Side; firings: Tried[] }
/** As it comes: how far it is, then what came of it. */
export interface TrialLine { progress?: { devices: number; of: number; readings: number }; result?: Trial }

/** Firings of one kind that are too close to be told apart. */
export interface Mark { share: number; by: By; all: Tried[] }

const BINS = 160;

/** Of one lane, by what share of the time they are in. */
export function marks(firings: Tried[], lane: 'new' | 'old', from: number, to: number): Mark[] {
  const bins = new Map<string, Mark>();
  for (const firing of firings) {
    const at = Date.parse(firing.time);
    if (firing.phase === 'cleared' || (firing.in !== 'both' && firing.in !== lane) || at < from || at > to) continue;
    const bin = Math.min(BINS - 1, Math.floor(((at - from) / (to - from)) * BINS));
    const key = `${bin} ${firing.in}`;
    const there = bins.get(key);
    if (there) there.all.push(firing);
    else bins.set(key, { share: (bin + 0.5) / BINS, by: firing.in, all: [firing] });
  }
  return [...bins.values()].sort((a, b) => a.share - b.share);
}

/** How many it fired: in both, only the new one, only the one in force. */
export function counts(firings: Tried[]): Record<By, number> {
  const all = { both: 0, new: 0, old: 0 };
  for (const f of firings) if (f.phase !== 'cleared') all[f.in]++;
  return all;
}

/** A path as people call it: `readings.temperature.value` → temperature. */
export const called = (path: string): string => path.replace(/^readings\./, '').replace(/\.value$/, '').replaceAll('`', '');

/** The metrics that a condition looks at, in their order. */
export const metricsOf = (when: string): string[] => [...new Set([...when.matchAll(/\breadings\.(?:([A-Za-z_]\w*)|`([^`]+)`)/g)].map((m) => m[1] ?? m[2]))];
