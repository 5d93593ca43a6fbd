import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Part } from '../element.js';
import * as format from '../format.js';
import type { Shown } from '../parts.js';
import type { Value } from '../twin-fields.js';
import './editor.js';
import { at, note, warnings, within } from './faults.js';
import type { Names } from './names.js';
import type { EffectDoc, EffectKind, Fault, RuleDoc } from './shapes.js';
import { Typed } from './typed.js';

const KINDS: Record<EffectKind, string> = { alert: 'Raise an alert', command: 'Send a command', desired: 'Change what is desired', event: 'Note an event', send: 'Hand it to a sink' };
const CLASSES = { page: 'Page: somebody is woken', ticket: 'Ticket: for the working day' };

/** Stays when it is empty, so that it is asked for. */
const NEEDED = ['text', 'name', 'sink'];

const blank = (kind: EffectKind, names: Names): EffectDoc => ({
  alert: { do: kind, class: 'ticket', text: '' },
  command: { do: kind, name: Object.keys(names.commands)[0] ?? '' },
  desired: { do: kind, patch: {} },
  event: { do: kind, severity: 'warning', text: '' },
  send: { do: kind, sink: names.sinks[0] ?? '' },
}[kind] as EffectDoc);

/** What a rule does when it fires, or when it clears. */
class Effects extends Part {
  static override properties = { rule: { attribute: false }, path: {}, names: { attribute: false }, faults: { attribute: false }, lint: { attribute: false }, fixed: { attribute: false } };
  declare rule: RuleDoc;
  declare path: 'effects' | 'clearEffects';
  declare names: Names;
  declare faults: Fault[];
  declare lint: Fault[];
  /** It may be read alone. */
  declare fixed: boolean;
  private readonly typed = new Typed();

  private get all(): EffectDoc[] {
    return this.rule[this.path] ?? [];
  }

  private tell(all: EffectDoc[]): void {
    this.dispatchEvent(new CustomEvent('changed', { detail: { [this.path]: all.length || this.path === 'effects' ? all : undefined } }));
    this.requestUpdate();
  }

  private set(index: number, change: Partial<EffectDoc>): void {
    const next = Object.entries({ ...this.all[index], ...change }).filter(([name, v]) => v !== undefined && (v !== '' || NEEDED.includes(name)));
    this.tell(this.all.with(index, Object.fromEntries(next) as unknown as EffectDoc));
  }

  private drop(index: number): void {
    this.typed.forget();
    this.tell(this.all.filter((_, i) => i !== index));
  }

  private add(event: Event): void {
    const select = event.target as HTMLSelectElement;
    this.tell([...this.all, blank(select.value as EffectKind, this.names)]);
    select.value = '';
    void this.updateComplete.then(() => [...this.querySelectorAll<HTMLElement>('.effect')].at(-1)?.querySelector<HTMLElement>('v-editor, select, input')?.focus());
  }

  protected override render(): TemplateResult {
    const adding = this.path === 'effects' ? 'Add what it does' : 'Add what it does then';
    return html`${repeat(this.all, (_, i) => i, (e, i) => html`<fieldset class="effect"><legend>${KINDS[e.do] ?? e.do}</legend>
        <button type="button" class="plain away" @click=${() => this.drop(i)} aria-label="Take ${KINDS[e.do] ?? e.do} away">✕</button>
        ${this.one(e, i)}${note(this.faults, this.at(i), `${this.path}-${i}-note`)}${note(this.faults, this.at(i, 'arguments'), `${this.path}-${i}-arguments-note`)}</fieldset>`)}
      ${note(this.faults, this.path, `${this.path}-note`)}
      <label class="adding"><span class="unseen">${adding}</span><select @change=${this.add}><option value="">${adding} …</option>${Object.entries(KINDS).map(([kind, text]) => html`<option value=${kind}>${text}</option>`)}</select></label>`;
  }

  private readonly at = (index: number, field = ''): string => `${this.path}[${index}]${field && `.${field}`}`;

  private one(e: EffectDoc, i: number): Shown {
    switch (e.do) {
      case 'alert': return html`<div class="row">${this.choose(i, 'class', 'Class', CLASSES, e.class ?? 'ticket')}</div>${this.text(e, i, 'text', 'What is wrong', 'Too hot: ${readings.temperature.value} °C')}`;
      case 'event': return html`<div class="row">${this.choose(i, 'severity', 'Severity', { info: 'info', warning: 'warning', critical: 'critical' }, e.severity ?? 'info')}</div>${this.text(e, i, 'text', 'What happened', 'Door open at ${readings.temperature.value} °C')}`;
      case 'command': return this.command(e, i);
      case 'desired': return html`<div class="row">${this.whose(e, i)}</div>${this.json(e, i, 'patch', 'Desired, as a JSON merge patch', 'Fields that it names are changed, the others stay. Texts may hold ${…}.')}`;
      case 'send': return html`<div class="row">${this.choose(i, 'sink', 'Sink', Object.fromEntries([...new Set([...this.names.sinks, e.sink ?? ''])].map((s) => [s, s || 'choose one'])), e.sink ?? '')}</div>${this.json(e, i, 'body', 'Body', 'JSON; empty: the firing as the API shows it.')}`;
    }
    return nothing;
  }

  private command(e: EffectDoc, i: number): Shown {
    const model = this.names.commands[e.name ?? ''];
    const known = Object.keys(this.names.commands);
    const args = Object.entries(model?.arguments ?? {});
    return html`<div class="row">${known.length ? this.choose(i, 'name', 'Command', Object.fromEntries([...new Set([...known, e.name ?? ''])].map((n) => [n, n || 'choose one'])), e.name ?? '') : this.input(i, 'name', 'Command', e.name)}
        ${this.whose(e, i)}${this.input(i, 'deadline', 'Within', e.deadline, 'as declared')}${this.choose(i, 'lane', 'Lane', { '': 'as declared', normal: 'normal', priority: 'priority' }, e.lane ?? '')}</div>
      ${args.map(([name, m]) => this.argument(e, i, name, m.type, `${name}${m.unit ? `, ${format.unit(m.unit)}` : ''}${m.min === undefined && m.max === undefined ? '' : ` (${m.min ?? ''} to ${m.max ?? ''})`}`))}
      ${model || !e.arguments ? nothing : this.json(e, i, 'arguments', 'Arguments', 'JSON')}`;
  }

  private argument(e: EffectDoc, i: number, name: string, type: string | undefined, label: string): TemplateResult {
    const path = this.at(i, `arguments.${name}`);
    const typed = (text: string) => {
      const all: Record<string, Value | undefined> = { ...e.arguments, [name]: this.typed.plain(path, text, type) };
      const given = Object.entries(all).filter(([, v]) => v !== undefined) as [string, Value][];
      this.set(i, { arguments: given.length ? Object.fromEntries(given) : undefined });
    };
    return this.editor(path, label, 'text', this.typed.text(path, e.arguments?.[name], (v) => (typeof v === 'string' ? v : JSON.stringify(v))), '${readings.level.value * 2.0}, or a value', typed);
  }

  private whose(e: EffectDoc, i: number): Shown {
    const related = Object.keys(this.rule.related ?? {});
    if (!related.length && !e.device) return nothing;
    return this.choose(i, 'device', 'Of', { '': 'the device itself', ...Object.fromEntries([...related, ...(e.device ? [e.device] : [])].map((r) => [r, r])) }, e.device ?? '');
  }

  private text(e: EffectDoc, i: number, name: 'text', label: string, hint: string): TemplateResult {
    return this.editor(this.at(i, name), label, 'text', e[name] ?? '', hint, (text) => this.set(i, { [name]: text }));
  }

  private json(e: EffectDoc, i: number, name: 'patch' | 'body' | 'arguments', label: string, said: string): TemplateResult {
    const path = this.at(i, name);
    return this.editor(path, label, 'json', this.typed.text(path, e[name] as Value | undefined), '', (text) => this.set(i, { [name]: this.typed.json(path, text, e[name] as Value | undefined) } as Partial<EffectDoc>), said);
  }

  private editor(path: string, label: string, language: string, value: string, hint: string, typed: (text: string) => void, said = ''): TemplateResult {
    const faults = [...within(this.faults, path).map((f) => (f.path === path ? f : { ...f, offset: undefined })), ...this.typed.faults(path)];
    return html`<div class="field"><span class="label" aria-hidden="true">${label}</span><v-editor .label=${label} .language=${language} .value=${value} .names=${this.names} .hint=${hint} .note=${said} .errors=${faults} .fixed=${this.fixed} @typed=${(event: CustomEvent<string>) => typed(event.detail)}></v-editor>${warnings(this.lint, path)}</div>`;
  }

  private choose(i: number, name: keyof EffectDoc, label: string, all: Record<string, string>, chosen: string): TemplateResult {
    return html`<label>${label} <select aria-invalid=${at(this.faults, this.at(i, name)).length ? 'true' : 'false'} @change=${(event: Event) => this.set(i, { [name]: (event.target as HTMLSelectElement).value })}>${Object.entries(all).map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select>${this.wrong(i, name)}</label>`;
  }

  private input(i: number, name: keyof EffectDoc, label: string, value: string | undefined, hint = ''): TemplateResult {
    return html`<label>${label} <input spellcheck="false" autocomplete="off" placeholder=${hint} .value=${value ?? ''} aria-invalid=${at(this.faults, this.at(i, name)).length ? 'true' : 'false'} @input=${(event: Event) => this.set(i, { [name]: (event.target as HTMLInputElement).value.trim() })}>${this.wrong(i, name)}</label>`;
  }

  private wrong(i: number, name: string): Shown {
    const [first] = at(this.faults, this.at(i, name));
    return first ? html`<span class="problem" role="status">${first.message}</span>` : nothing;
  }
}

customElements.define('v-rule-effects', Effects);
