// A twin's documents as fields, and what changing one means: pure functions.
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
export type Document = { [name: string]: Value };

const isBranch = (v: Value | undefined): v is Document => typeof v === 'object' && v !== null && !Array.isArray(v);
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Values by JSON Pointer (RFC 6901): a field is what is no object. */
export function fields(document: Document, at = ''): Map<string, Value> {
  return new Map(Object.entries(document).flatMap(([name, v]) => (isBranch(v) ? [...fields(v, `${at}/${escaped(name)}`)] : [[`${at}/${escaped(name)}`, v] as [string, Value]])));
}

export const same = (a: Value | undefined, b: Value | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The merge patch (RFC 7386) that makes one of the other. */
export function patch(before: Document, after: Document): Document {
  const change: Document = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (is === undefined) change[name] = null;
    else if (isBranch(was) && isBranch(is)) {
      const inside = patch(was, is);
      if (Object.keys(inside).length) change[name] = inside;
    } else if (!same(was, is)) change[name] = is;
  }
  return change;
}

/** As one line of people reads it. */
export const shown = (v: Value | undefined): string => (v === undefined ? '–' : typeof v === 'string' ? v : JSON.stringify(v));

/** The name of a field without the pointer's escapes. */
export const readable = (pointer: string): string => pointer.slice(1).split('/').map((n) => n.replaceAll('~1', '/').replaceAll('~0', '~')).join(' › ');
