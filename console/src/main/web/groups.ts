// Groups of devices as a tree, and what a dynamic one asks for: pure functions.
import type { Group, GroupQuery } from './types.js';

export interface Branch { group: Group; depth: number; inside: Branch[] }

/** Those without a parent first, each with those inside it; by name. */
export function tree(all: Group[], parent?: string, depth = 0): Branch[] {
  return all
    .filter((g) => g.parent === parent)
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((group) => ({ group, depth, inside: tree(all, group.id, depth + 1) }));
}

/** From above, for a choice of one. */
export const flat = (branches: Branch[]): Branch[] => branches.flatMap((b) => [b, ...flat(b.inside)]);

const DETAILS = ['product', 'status', 'hardwareRevision', 'firmwareVersion', 'carrier', 'sim', 'team', 'site', 'region'] as const;
export const FIELDS = [...DETAILS, 'tag.NAME'].join(', ');

/** A condition a line, `firmwareVersion = 1.0` or `tag.site = Lyon`; throws what is wrong with one. */
export function parseQuery(text: string): GroupQuery {
  const query: GroupQuery = {};
  for (const line of text.split('\n').map((l) => l.trim()).filter(Boolean)) {
    const [, name = '', value = ''] = /^([\w.:-]+)\s*=\s*(.+)$/.exec(line) ?? [];
    if (name.startsWith('tag.') && name.length > 4) query.tags = { ...query.tags, [name.slice(4)]: value };
    else if ((DETAILS as readonly string[]).includes(name)) query[name as (typeof DETAILS)[number]] = value;
    else throw new Error(`“${line}” is no condition (expected: ${FIELDS}, then = and a value)`);
  }
  return query;
}

/** As filters of the list of devices. */
export function filters(query: GroupQuery): Record<string, string> {
  const { tags = {}, ...details } = query;
  return { ...details, ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`tag.${name}`, value])) };
}

export const queryText = (query: GroupQuery): string => Object.entries(filters(query)).map(([name, value]) => `${name} = ${value}`).join('\n');
