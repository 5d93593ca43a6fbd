import type { ReactiveController } from 'lit';
import { get, send } from '../api.js';
import type { Part } from '../element.js';
import { filled } from './blanks.js';
import { placed } from './faults.js';
import { NO_NAMES, ofRule, type Name, type Names } from './names.js';
import type { Checked, Fault, RuleDoc } from './shapes.js';

const PAUSE_MILLIS = 250;
const NOTHING: Checked = { ok: true, errors: [] };

/** A rule as it is being written: checked by the server in the pauses of typing, with the names that it may use. */
export class Draft implements ReactiveController {
  rule?: RuleDoc;
  faults: Fault[] = [];
  lint: Fault[] = [];
  /** What is still to be written. */
  blanks: string[] = [];
  /** Whether the server has judged it as it stands. */
  checked = false;
  /** What it was when it was begun, and of which version. */
  base?: RuleDoc;
  version = 0;
  private kept = '';
  private served: Names = NO_NAMES;
  private related: Record<string, Name[]> = {};
  private known = '';
  private timer?: ReturnType<typeof setTimeout>;
  private calls = new AbortController();

  constructor(private readonly host: Part) {
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.timer);
    this.calls.abort();
  }

  get isChanged(): boolean {
    return this.rule !== undefined && JSON.stringify(this.rule) !== this.kept;
  }

  /** All that an expression of it may say. */
  get names(): Names {
    return this.rule ? { ...this.served, names: [...this.served.names, ...ofRule(this.rule, this.served.names, this.related)] } : this.served;
  }

  /** From what is in force; what is being written is not lost by that. */
  begin(rule: RuleDoc, version: number): void {
    if (this.isChanged) return;
    this.base = rule;
    this.version = version;
    const same = JSON.stringify(rule) === this.kept;
    this.kept = JSON.stringify(rule);
    if (same) return;
    this.replace(rule);
  }

  forget(): void {
    this.rule = undefined;
    this.kept = '';
  }

  change(some: Partial<RuleDoc>): void {
    const all = { ...this.rule!, ...some };
    this.replace(Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as unknown as RuleDoc);
  }

  replace(rule: RuleDoc): void {
    this.rule = rule;
    this.checked = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), PAUSE_MILLIS);
    this.host.requestUpdate();
  }

  private async ask(): Promise<void> {
    const { rule } = this;
    if (!rule) return;
    this.calls.abort();
    this.calls = new AbortController();
    const { signal } = this.calls;
    try {
      const { rule: whole, blanks } = filled(rule);
      const [{ errors, lint }] = await Promise.all([whole ? send<Checked>('POST', '/rules/check', whole) : NOTHING, this.learn(rule, signal)]);
      if (rule !== this.rule) return;
      this.blanks = blanks;
      this.faults = errors.map(placed);
      this.lint = lint ?? [];
    } catch (error) {
      if (signal.aborted || rule !== this.rule) return;
      this.faults = [{ path: '', message: (error as Error).message }];
    }
    this.checked = true;
    this.host.requestUpdate();
  }

  /** The names, when it is about other products than before. */
  private async learn(rule: RuleDoc, signal: AbortSignal): Promise<void> {
    const others = Object.entries(rule.related ?? {}).filter(([, r]) => r.product);
    const asked = JSON.stringify([rule.products, others]);
    if (asked === this.known) return;
    const of = (products: string[]) => get<Names>('/rules/names', { products: products.join(',') }, signal);
    const [served, ...related] = await Promise.all([of(rule.products), ...others.map(([, r]) => of([r.product!]))]);
    this.known = asked;
    this.served = served;
    this.related = Object.fromEntries(others.map(([name], i) => [name, related[i].names]));
  }
}
