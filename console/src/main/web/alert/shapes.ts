// Alerts, as openapi.json says them.
export interface Alert { id: string; state: 'open' | 'acknowledged' | 'cleared'; class: 'page' | 'ticket'; source: string; device?: string; text: string; count: number; raisedAt: string; lastAt: string; clearedAt?: string; acknowledged?: { by: string; at: string; note: string }; firing?: string; message?: string; commands?: string[] }

export const STATES = { '': 'Open', acknowledged: 'Acknowledged', cleared: 'Cleared', all: 'All' };

/** How a source begins that is a rule. */
export const RULE = 'rule:';

/** The rule that raised it; other things raise alerts too, and what is built in is no rule that could be opened. */
export function ruleOf(a: Alert): string | undefined {
  const id = a.source.startsWith(RULE) ? a.source.slice(RULE.length) : '';
  return isOpened(id) ? id : undefined;
}

export const isOpened = (rule: string): boolean => rule !== '' && !rule.includes(':');
