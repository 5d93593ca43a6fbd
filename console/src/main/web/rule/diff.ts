// What one version of a rule changed of another: pure functions.
import { same, shown, type Value } from '../twin-fields.js';
import { ruleOf, type RuleDoc } from './shapes.js';

export interface Change { field: string; before?: string; after?: string }
/** A piece of a text: in both, only before, only after. */
export interface Piece { text: string; in: 'both' | 'before' | 'after' }

const NAMES: Record<string, string> = { when: 'condition', clear: 'over when', hold: 'must hold for', cooldown: 'then rests for', maxAge: 'readings no older than', firingsPerMinute: 'at most a minute', fire: 'fires', effects: 'then', clearEffects: 'when it clears' };

function flat(v: unknown, at: string, into: Map<string, Value>): void {
  if (Array.isArray(v) && v.every((x) => typeof x !== 'object' || x === null)) into.set(at, v.join(', '));
  else if (typeof v === 'object' && v !== null) Object.entries(v).forEach(([name, x]) => flat(x, at ? `${at} › ${Array.isArray(v) ? Number(name) + 1 : name}` : (NAMES[name] ?? name), into));
  else if (v !== undefined) into.set(at, v as Value);
}

/** An effect or a window, by its place. */
const PART = new RegExp(`^((?:${NAMES.effects}|${NAMES.clearEffects}|windows|related) › [^›]+) › (.*)$`);

/** What came or went as a whole is one change. */
function together(all: Change[], was: Map<string, Value>, is: Map<string, Value>): Change[] {
  const parts = new Map<string, Change>();
  return all.flatMap((change) => {
    const [, part, name] = PART.exec(change.field) ?? [];
    const has = (side: Map<string, Value>) => [...side.keys()].some((field) => field.startsWith(`${part} › `));
    if (!part || (has(was) && has(is))) return [change];
    const side = change.after === undefined ? 'before' : 'after';
    const said = `${['do', 'kind'].includes(name) ? '' : `${name} `}${change[side]}`;
    const whole = parts.get(part);
    if (whole) return (whole[side] += `, ${said}`), [];
    const first: Change = { field: part, [side]: said };
    parts.set(part, first);
    return [first];
  });
}

/** Field by field, as they stand in the rule. */
export function changes(before: RuleDoc | undefined, after: RuleDoc): Change[] {
  const [was, is] = [before, after].map((rule) => {
    const all = new Map<string, Value>();
    if (rule) flat(ruleOf(rule), '', all);
    return all;
  });
  const all = [...new Set([...was.keys(), ...is.keys()])].filter((field) => !same(was.get(field), is.get(field))).map((field) => ({
    field,
    ...(was.has(field) ? { before: shown(was.get(field)) } : {}),
    ...(is.has(field) ? { after: shown(is.get(field)) } : {}),
  }));
  return together(all, was, is);
}

const words = (text: string): string[] => text.match(/\s+|[\w.]+|[^\s\w]/g) ?? [];
const MOST_WORDS = 400;

/** The longest words in common, and what is beside them. */
export function pieces(before: string, after: string): Piece[] {
  const [a, b] = [words(before), words(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return [{ text: before, in: 'before' }, { text: after, in: 'after' }];
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  const all: Piece[] = [];
  const add = (text: string, where: Piece['in']) => {
    const last = all.at(-1);
    if (last?.in === where) last.text += text;
    else all.push({ text, in: where });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add(a[i++], 'both'), j++;
    else if (i < a.length && (j >= b.length || common[i + 1][j] >= common[i][j + 1])) add(a[i++], 'before');
    else add(b[j++], 'after');
  }
  return all;
}
