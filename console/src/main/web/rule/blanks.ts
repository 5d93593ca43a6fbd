// What is still to be written of a rule, so that the rest can be judged meanwhile: pure functions.
import type { EffectDoc, RuleDoc } from './shapes.js';

export interface Filled {
  /** The rule with something in place of each blank; undefined: without that there is nothing to judge. */
  rule?: RuleDoc;
  /** Names of what is blank. */
  blanks: string[];
}

/** What an effect cannot be without, and what stands for it meanwhile. */
const NEEDED: Record<EffectDoc['do'], [keyof EffectDoc, string]> = { alert: ['text', 'text'], event: ['text', 'text'], command: ['name', ''], desired: ['patch', ''], send: ['sink', ''] };

export function filled(rule: RuleDoc): Filled {
  const blanks = (['id', 'owner', 'products'] as const).filter((name) => !rule[name]?.length).map(String);
  if (!rule.when?.trim()) blanks.push('condition');
  const effects = (rule.effects ?? []).map((e) => {
    const [name, instead] = NEEDED[e.do] ?? [];
    if (!name || e[name]) return e;
    blanks.push(`${e.do}: ${name}`);
    return { ...e, [name]: instead };
  });
  // In place of a command's or a sink's name nothing would do.
  const judged = rule.products?.length && effects.every((e) => !['command', 'send'].includes(e.do) || e[NEEDED[e.do][0]]);
  return { blanks, ...(judged ? { rule: { ...rule, id: rule.id || 'new', owner: rule.owner || 'nobody', when: rule.when?.trim() ? rule.when : 'true', effects } } : {}) };
}
