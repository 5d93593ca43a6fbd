// Where in a JSON text a path is: a pure function.
const STRING = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /[^\s,\]}]+/y;

interface Place { offset: number; length: number }

/** `effects[0].text` → the value's place in the text; of what is not there, the nearest that is around it. */
export function place(text: string, path: string): Place | undefined {
  const steps = [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((m) => m[1] ?? m[2]);
  let at = 0;
  let found: Place | undefined;
  const skip = (): void => void (at += /^[\s:,]*/.exec(text.slice(at))![0].length);
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [taken] = pattern.exec(text) ?? [''];
    at += taken.length || 1;
    return taken;
  };
  const walk = (depth: number, on: boolean): void => {
    skip();
    const begin = at;
    const open = text[at];
    if (open === '{' || open === '[') {
      at++;
      for (let n = 0; skip(), at < text.length && text[at] !== '}' && text[at] !== ']'; n++) {
        const name = open === '{' ? JSON.parse(match(STRING) || '""') : String(n);
        walk(depth + 1, on && depth < steps.length && steps[depth] === name);
      }
      at++;
    } else match(open === '"' ? STRING : PLAIN);
    if (on && depth > 0 && (depth === steps.length || !found)) found = { offset: begin, length: depth === steps.length ? at - begin : 1 };
  };
  walk(0, true);
  return found;
}
