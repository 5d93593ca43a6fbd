// What is typed into a field for JSON, and what it means: the text stays as it was typed while it means the same.
import { same, type Value } from '../twin-fields.js';
import type { Fault } from './shapes.js';

export class Typed {
  private readonly kept = new Map<string, { text: string; value: Value | undefined; fault?: string }>();

  /** The text of a value, as it was typed if it was. */
  text(key: string, value: Value | undefined, write: (v: Value) => string = (v) => JSON.stringify(v, null, 2)): string {
    const kept = this.kept.get(key);
    if (kept && same(kept.value, value)) return kept.text;
    return value === undefined ? '' : write(value);
  }

  /** What a text means, or the value there was while it is no JSON. */
  json(key: string, text: string, before: Value | undefined): Value | undefined {
    try {
      const value = text.trim() ? (JSON.parse(text) as Value) : undefined;
      this.kept.set(key, { text, value });
      return value;
    } catch (error) {
      this.kept.set(key, { text, value: before, fault: `This is no JSON: ${(error as Error).message}` });
      return before;
    }
  }

  /** A value, or a text with `${…}` in it. */
  plain(key: string, text: string, type: string | undefined): Value | undefined {
    const value = !text ? undefined : type === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : type !== 'text' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    this.kept.set(key, { text, value });
    return value;
  }

  faults(key: string): Fault[] {
    const fault = this.kept.get(key)?.fault;
    return fault ? [{ path: key, message: fault }] : [];
  }

  /** Whether some text is no JSON yet. */
  get isBroken(): boolean {
    return [...this.kept.values()].some((k) => k.fault);
  }

  forget(): void {
    this.kept.clear();
  }
}
