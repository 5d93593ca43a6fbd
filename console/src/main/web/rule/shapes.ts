// Shapes of rules and what comes of them, as openapi.json says them.
import type { Value } from '../twin-fields.js';

export type Mode = 'live' | 'shadow' | 'off';
export type WindowKind = 'tumbling' | 'sliding' | 'session' | 'absence';
export interface WindowDoc { kind: WindowKind; metric: string; size?: string; slide?: string; lateness?: string; gap?: string; longest?: string; after?: string }
export interface RelatedDoc { relation: string; product?: string }
export type EffectKind = 'command' | 'desired' | 'alert' | 'event' | 'send';
export interface EffectDoc { do: EffectKind; device?: string; name?: string; arguments?: Record<string, Value>; lane?: string; deadline?: string; patch?: Value; class?: string; severity?: string; text?: string; sink?: string; body?: Value }

/** A rule as a person writes it. */
export interface RuleDoc {
  id: string; description?: string; owner: string; mode: Mode; products: string[]; group?: string;
  windows?: Record<string, WindowDoc>; related?: Record<string, RelatedDoc>;
  when: string; clear?: string; hold?: string; fire?: 'on-change' | 'always'; cooldown?: string; maxAge?: string; firingsPerMinute?: number;
  effects: EffectDoc[]; clearEffects?: EffectDoc[];
}
export const FIELDS = ['id', 'description', 'owner', 'mode', 'products', 'group', 'windows', 'related', 'when', 'clear', 'hold', 'fire', 'cooldown', 'maxAge', 'firingsPerMinute', 'effects', 'clearEffects'] as const;

/** What is wrong, where: a field's path, and a place in its text. */
export interface Fault { path: string; message: string; offset?: number; length?: number; product?: string }
export interface Checked { ok: boolean; errors: Fault[]; /** What may be, and is seldom meant. */ lint?: Fault[] }

export interface Stats { evaluated: number; matched: number; raised: number; cleared: number; looped: number; late: number; errors: number; lastError?: string; costMicros?: number; firing?: number; firedPerMinute?: number; latencyMillis?: { count: number; p50: number; p95: number; p99: number } }
export type Kept = RuleDoc & { version: number; at: string; by: string; compiled: 'ok' | 'broken'; errors: Fault[]; stats?: Stats };
export interface Version { version: number; at: string; by: string; /** Undefined: it was deleted then. */ rule?: RuleDoc }

/** An effect with the values of a moment in it, and of a command what became of it. */
export type ActionDoc = Omit<EffectDoc, 'do'> & { do: EffectKind | 'clear-alert' | 'unmade'; command?: string; state?: string; effect?: string; why?: string };
export type Phase = 'raised' | 'cleared' | 'looping';
export interface Firing { id: string; rule: string; version: number; device: string; product: string; phase: Phase; mode: Mode; eventTime: string; receivedTime: string; seen: Record<string, Value>; actions: ActionDoc[] }

/** The rule alone, of what the API tells with it. */
export const ruleOf = (kept: RuleDoc): RuleDoc => Object.fromEntries(FIELDS.map((name) => [name, kept[name]]).filter(([, v]) => v !== undefined)) as unknown as RuleDoc;

/** What an effect does, in a few words. */
export function says(e: ActionDoc | EffectDoc): string {
  switch (e.do) {
    case 'command': return `command ${e.name ?? ''}${e.device ? ` to ${e.device}` : ''}`;
    case 'desired': return `desired change${e.device ? ` of ${e.device}` : ''}`;
    case 'alert': return e.class === 'page' ? 'page' : 'ticket';
    case 'event': return `event ${e.severity ?? ''}`.trim();
    case 'send': return `sink ${e.sink ?? ''}`;
    case 'clear-alert': return 'clear the alert';
    case 'unmade': return (e as ActionDoc).effect ?? 'something';
  }
}

export const fresh = (owner: string): RuleDoc => ({ id: '', owner, mode: 'shadow', products: [], when: '', effects: [{ do: 'alert', class: 'ticket', text: '' }] });

interface Times { count: number; p50Millis: number; p95Millis: number; p99Millis: number }
/** From a reading to what a rule's command brings about. */
export interface Loop { rule: string; sent?: Times; acknowledged?: Times; executed?: Times; verified?: Times }
