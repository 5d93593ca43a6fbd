// What an expression may say at a place: pure functions from names to what is offered there.
import { unit } from '../format.js';
import type { RuleDoc, WindowDoc } from './shapes.js';

export interface Name { path: string; type?: string; unit?: string; about?: string }
export interface Callable { name: string; signature?: string; about?: string }
export interface Names { names: Name[]; functions: Callable[]; commands: Record<string, import('../types.js').CommandModel>; sinks: string[]; relations: string[] }
export const NO_NAMES: Names = { names: [], functions: [], commands: {}, sinks: [], relations: [] };

export interface Offer { label: string; detail?: string; about?: string; kind: 'name' | 'function' | 'word'; /** What is typed for it. */ text: string; /** It goes on after it. */ more?: boolean; /** First of equals. */ first?: boolean }
export interface Offers { from: number; offers: Offer[] }

interface Node { children: Map<string, Node>; name?: Name }

/** What CEL itself brings that rules are written with. */
const OF_CEL: Callable[] = [
  { name: 'has', signature: 'has(desired.mode)', about: 'whether it is there' },
  { name: 'size', signature: 'size(list)', about: 'how many, or how long' },
  { name: 'duration', signature: 'duration("5m")', about: 'a span of time' },
  { name: 'timestamp', signature: 'timestamp("2026-01-01T00:00:00Z")', about: 'a moment' },
];
const STATISTICS = ['mean', 'min', 'max', 'first', 'last', 'sum', 'stddev', 'rms'];
const PLAIN = /^[A-Za-z_]\w*$/;
const PATH = /(?:(?:[A-Za-z_]\w*|`[^`]*`)\.)*(?:[A-Za-z_]\w*|`[^`]*)?$/;

/** A path's parts: readings.`pm2.5`.value → readings, pm2.5, value. */
export const parts = (path: string): string[] => [...path.matchAll(/([A-Za-z_]\w*)|`([^`]*)`/g)].map((m) => m[1] ?? m[2]);

/** The other way round: a name with other signs stands in backticks. */
export const joined = (all: string[]): string => all.map((part) => (PLAIN.test(part) ? part : `\`${part}\``)).join('.');

function tree(names: Name[]): Node {
  const root: Node = { children: new Map() };
  for (const name of names) {
    let at = root;
    for (const part of parts(name.path)) {
      if (!at.children.has(part)) at.children.set(part, { children: new Map() });
      at = at.children.get(part)!;
    }
    at.name = name;
  }
  return root;
}

const kindOf = (n: Name | undefined): string | undefined => (n ? [unit(n.unit), n.type].filter(Boolean).join(' ') || undefined : undefined);

/** What may stand at the end of a text. */
export function complete(before: string, { names, functions }: Pick<Names, 'names' | 'functions'>): Offers | undefined {
  const typed = PATH.exec(before)![0];
  const dot = typed.lastIndexOf('.');
  const from = before.length - (typed.length - dot - 1);
  const root = tree(names);
  if (dot >= 0) return below(root, parts(typed.slice(0, dot)), from, functions);
  const roots: Offer[] = [...root.children].map(([label, node]) => ({ label, detail: kindOf(node.name), about: node.name?.about, kind: 'name', text: label, more: node.children.size > 0 }));
  const values: Offer[] = names.filter((n) => n.path.startsWith('readings') && parts(n.path).at(-1) === 'value').map((n) => ({ label: n.path, detail: kindOf(n), about: n.about, kind: 'name', text: n.path, first: true }));
  const calls: Offer[] = [...functions, ...OF_CEL].map((f) => ({ label: f.name, detail: f.signature, about: f.about, kind: 'function', text: f.name }));
  const words: Offer[] = ['true', 'false'].map((label) => ({ label, kind: 'word', text: label }));
  return { from, offers: [...values, ...roots, ...calls, ...words] };
}

function below(root: Node, path: string[], from: number, functions: Callable[]): Offers | undefined {
  const node = path.reduce<Node | undefined>((at, part) => at?.children.get(part), root);
  const called = functions.filter((f) => f.name.startsWith(`${joined(path)}.`));
  if (!node && !called.length) return undefined;
  const offers: Offer[] = [...(node?.children ?? [])].map(([label, child]) => {
    return { label, detail: kindOf(child.name ?? child.children.get('value')?.name), about: child.name?.about, kind: 'name', text: joined([label]), more: child.children.size > 0, first: label === 'value' };
  });
  return { from, offers: [...offers, ...called.map((f): Offer => ({ label: f.name.split('.').at(-1)!, detail: f.signature, about: f.about, kind: 'function', text: f.name.split('.').at(-1)! }))] };
}

/** In a text with `${…}`: only inside of it. */
export function completeInText(before: string, names: Pick<Names, 'names' | 'functions'>): Offers | undefined {
  const open = before.lastIndexOf('${');
  if (open < 0 || before.indexOf('}', open) >= 0) return undefined;
  const inside = complete(before.slice(open + 2), names);
  return inside && { ...inside, from: inside.from + open + 2 };
}

/** What the rule's own windows and related devices add. */
export function ofRule(rule: Pick<RuleDoc, 'windows' | 'related'>, names: Name[], related: Record<string, Name[]> = {}): Name[] {
  const windows = Object.entries(rule.windows ?? {}).flatMap(([name, w]) => ofWindow(`windows.${name}`, w, names));
  const others = Object.keys(rule.related ?? {}).flatMap((name) => (related[name] ?? [{ path: 'desired' }, { path: 'reported' }]).filter((n) => !n.path.startsWith('windows') && n.path !== 'now').map((n) => ({ ...n, path: `related.${name}.${n.path}` })));
  return [...windows, ...others];
}

function ofWindow(path: string, w: WindowDoc, names: Name[]): Name[] {
  if (w.kind === 'absence') return [{ path: `${path}.absent`, type: 'boolean', about: `no ${w.metric} for ${w.after ?? 'that long'}` }, { path: `${path}.since`, type: 'time' }];
  const unit = names.find((n) => n.path === joined(['readings', w.metric, 'value']))?.unit;
  return [{ path: `${path}.count`, type: 'integer', about: `readings of ${w.metric}` }, ...STATISTICS.map((name) => ({ path: `${path}.${name}`, type: 'number', unit, about: `${name} of ${w.metric}` })), { path: `${path}.from`, type: 'time' }, { path: `${path}.to`, type: 'time' }];
}
