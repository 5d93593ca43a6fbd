import { html, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Part } from '../element.js';
import { invalid, note, within } from './faults.js';
import { parts, type Names } from './names.js';
import type { Fault, RelatedDoc, RuleDoc, WindowDoc, WindowKind } from './shapes.js';

const KINDS: Record<WindowKind, string> = { tumbling: 'Tumbling: one after the other', sliding: 'Sliding: the span until now', session: 'Session: while readings keep coming', absence: 'Absence: no reading for a time' };
/** The times of each kind: what it is called, and what it begins with. */
const TIMES: Record<WindowKind, [keyof WindowDoc, string, string][]> = {
  tumbling: [['size', 'Long', '5m'], ['lateness', 'Waits for late ones', '']],
  sliding: [['size', 'Long', '1m'], ['slide', 'Moves by', '5s']],
  session: [['gap', 'Over after', '2m'], ['longest', 'At most', '8h'], ['lateness', 'Waits for late ones', '']],
  absence: [['after', 'For', '10m']],
};
const FIRST_NAMES: Record<WindowKind, string> = { tumbling: 'span', sliding: 'recent', session: 'run', absence: 'quiet' };

function begun(kind: WindowKind, metric: string): WindowDoc {
  return { kind, metric, ...Object.fromEntries(TIMES[kind].filter(([, , first]) => first).map(([name, , first]) => [name, first])) };
}

/** An object with one of its keys called otherwise, in its place. */
const renamed = <T>(all: Record<string, T>, before: string, after: string): Record<string, T> => Object.fromEntries(Object.entries(all).map(([name, v]) => [name === before ? after : name, v]));

function unused(all: object, name: string): string {
  for (let n = 1; ; n++) if (!((n === 1 ? name : name + n) in all)) return n === 1 ? name : name + n;
}

/** The windows of a rule, and the devices it is related to. */
class Windows extends Part {
  static override properties = { rule: { attribute: false }, names: { attribute: false }, faults: { attribute: false }, products: { attribute: false } };
  declare rule: RuleDoc;
  declare names: Names;
  declare faults: Fault[];
  /** Ids of all products. */
  declare products: string[];

  private get windows(): Record<string, WindowDoc> {
    return this.rule.windows ?? {};
  }

  private get related(): Record<string, RelatedDoc> {
    return this.rule.related ?? {};
  }

  private get metrics(): string[] {
    return [...new Set(this.names.names.filter((n) => n.path.startsWith('readings')).map((n) => parts(n.path)[1]))].filter(Boolean).sort();
  }

  private tell(change: Partial<RuleDoc>): void {
    const [[name, value]] = Object.entries(change);
    this.dispatchEvent(new CustomEvent('changed', { detail: { [name]: Object.keys(value as object).length ? value : undefined } }));
  }

  private setWindow(name: string, window: WindowDoc): void {
    this.tell({ windows: { ...this.windows, [name]: window } });
  }

  private turn(name: string, kind: WindowKind): void {
    this.setWindow(name, begun(kind, this.windows[name].metric));
  }

  private addWindow(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const kind = select.value as WindowKind;
    select.value = '';
    this.setWindow(unused(this.windows, FIRST_NAMES[kind]), begun(kind, this.metrics[0] ?? ''));
  }

  protected override render(): TemplateResult {
    return html`${repeat(Object.entries(this.windows), (_, i) => i, ([name, w]) => this.window(name, w))}
      ${note(this.faults, 'windows', 'windows-note')}
      <div class="row"><label class="adding"><span class="unseen">Add a window</span><select @change=${this.addWindow}><option value="">Add a window …</option>${Object.entries(KINDS).map(([kind, text]) => html`<option value=${kind}>${text}</option>`)}</select></label>
      <button type="button" @click=${() => this.tell({ related: { ...this.related, [unused(this.related, 'other')]: { relation: this.names.relations[0] ?? 'fed-by' } } })}>Add a related device</button></div>
      ${repeat(Object.entries(this.related), (_, i) => i, ([name, r]) => this.other(name, r))}${note(this.faults, 'related', 'related-note')}`;
  }

  private window(name: string, w: WindowDoc): TemplateResult {
    const path = `windows.${name}`;
    const set = (field: string, value: string) => this.setWindow(name, Object.fromEntries(Object.entries({ ...w, [field]: value }).filter(([key, v]) => v !== '' || key === 'metric')) as unknown as WindowDoc);
    const metrics = [...new Set([...this.metrics, w.metric])].filter(Boolean);
    return html`<fieldset class="effect"><legend><code>windows.${name}</code></legend>
      <button type="button" class="plain away" @click=${() => this.tell({ windows: Object.fromEntries(Object.entries(this.windows).filter(([n]) => n !== name)) })} aria-label="Take the window ${name} away">✕</button>
      <div class="row">${this.named(name, (after) => this.tell({ windows: renamed(this.windows, name, after) }))}
        <label>Kind <select @change=${(e: Event) => this.turn(name, (e.target as HTMLSelectElement).value as WindowKind)}>${Object.entries(KINDS).map(([kind, text]) => html`<option value=${kind} ?selected=${kind === w.kind}>${text}</option>`)}</select></label>
        <label>Metric <select aria-invalid=${invalid(this.faults, `${path}.metric`)} @change=${(e: Event) => set('metric', (e.target as HTMLSelectElement).value)}>${metrics.map((m) => html`<option ?selected=${m === w.metric}>${m}</option>`)}</select></label>
        ${(TIMES[w.kind] ?? []).map(([field, label, hint]) => html`<label>${label} <input class="time" spellcheck="false" autocomplete="off" placeholder=${hint || '0s'} .value=${(w[field] as string | undefined) ?? ''} aria-invalid=${invalid(this.faults, `${path}.${field}`)} @input=${(e: Event) => set(field, (e.target as HTMLInputElement).value.trim())}></label>`)}</div>
      ${within(this.faults, path).map((f) => html`<p class="problem" role="status">${f.message}</p>`)}</fieldset>`;
  }

  private named(name: string, change: (after: string) => void): TemplateResult {
    return html`<label>Name <input class="name-of" required spellcheck="false" autocomplete="off" pattern="[a-zA-Z_][a-zA-Z0-9_]{0,31}" .value=${name} @change=${(e: Event) => (e.target as HTMLInputElement).validity.valid && change((e.target as HTMLInputElement).value)}></label>`;
  }

  private other(name: string, r: RelatedDoc): TemplateResult {
    const set = (change: Partial<RelatedDoc>) => this.tell({ related: { ...this.related, [name]: { ...r, ...change } } });
    const relations = [...new Set([...this.names.relations, r.relation])];
    return html`<fieldset class="effect"><legend><code>related.${name}</code></legend>
      <button type="button" class="plain away" @click=${() => this.tell({ related: Object.fromEntries(Object.entries(this.related).filter(([n]) => n !== name)) })} aria-label="Take the device ${name} away">✕</button>
      <div class="row">${this.named(name, (after) => this.tell({ related: renamed(this.related, name, after) }))}
        <label>It is <select @change=${(e: Event) => set({ relation: (e.target as HTMLSelectElement).value })}>${relations.map((x) => html`<option ?selected=${x === r.relation}>${x}</option>`)}</select></label>
        <label>Of product <select @change=${(e: Event) => set({ product: (e.target as HTMLSelectElement).value || undefined })}><option value="">any</option>${this.products.map((p) => html`<option ?selected=${p === r.product}>${p}</option>`)}</select></label></div>
      ${within(this.faults, `related.${name}`).map((f) => html`<p class="problem" role="status">${f.message}</p>`)}</fieldset>`;
  }
}

customElements.define('v-rule-windows', Windows);
