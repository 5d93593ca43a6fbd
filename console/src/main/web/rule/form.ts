import { html, nothing, type TemplateResult } from 'lit';
import { Part } from '../element.js';
import type { Shown } from '../parts.js';
import type { Group } from '../types.js';
import './editor.js';
import './effects.js';
import { at, invalid, note, warnings } from './faults.js';
import type { Names } from './names.js';
import type { Fault, RuleDoc } from './shapes.js';
import './windows.js';

/** A rule as a form. It keeps nothing: what is changed it tells, and is given anew. */
class RuleForm extends Part {
  static override properties = { rule: { attribute: false }, names: { attribute: false }, faults: { attribute: false }, lint: { attribute: false }, products: { attribute: false }, groups: { attribute: false }, isNew: { attribute: false }, fixed: { attribute: false } };
  declare rule: RuleDoc;
  declare names: Names;
  declare faults: Fault[];
  /** What may be, and is seldom meant. */
  declare lint: Fault[];
  declare products: string[];
  declare groups: Group[];
  declare isNew: boolean;
  /** It may be read alone. */
  declare fixed: boolean;

  private tell(change: Partial<RuleDoc>): void {
    this.dispatchEvent(new CustomEvent('changed', { detail: change }));
  }

  private readonly pass = (e: CustomEvent<Partial<RuleDoc>>) => this.tell(e.detail);

  protected override render(): TemplateResult {
    return html`${this.about()}${this.condition()}
      <section><h2>Then</h2><v-rule-effects .rule=${this.rule} .path=${'effects'} .names=${this.names} .faults=${this.faults} .lint=${this.lint} .fixed=${this.fixed} @changed=${this.pass}></v-rule-effects></section>
      ${this.rule.fire === 'always' ? nothing : html`<section><h2>When it clears <span class="note-beside">an alert that it raised is cleared by itself</span></h2><v-rule-effects .rule=${this.rule} .path=${'clearEffects'} .names=${this.names} .faults=${this.faults} .lint=${this.lint} .fixed=${this.fixed} @changed=${this.pass}></v-rule-effects></section>`}`;
  }

  private about(): TemplateResult {
    return html`<section><h2>About</h2><div class="pair">
        ${this.isNew ? this.input('id', 'Id', 'overheat', 'a to z, 0 to 9 and -; it stays.') : nothing}
        ${this.input('owner', 'Owner', 'heating-team', 'Who answers for it.')}
        <div class="field ${this.isNew ? 'both-columns' : ''}"><label for="description">What it is for</label><input id="description" maxlength="1000" .value=${this.rule.description ?? ''} @input=${this.typed('description')}>${note(this.faults, 'description', 'description-note')}</div></div>
      <div class="pair"><div class="field"><span class="label" id="products-label">Products</span><div class="tags" role="group" aria-labelledby="products-label">${this.rule.products.map((p) => html`<button type="button" class="tag" @click=${() => this.tell({ products: this.rule.products.filter((x) => x !== p) })} aria-label="Take ${p} away">${p} ✕</button>`)}
          <label><span class="unseen">Add a product</span><select id="add-product" @change=${this.addProduct}><option value="">Add …</option>${this.products.filter((p) => !this.rule.products.includes(p)).map((p) => html`<option>${p}</option>`)}</select></label></div>${note(this.faults, 'products', 'products-note')}</div>
        <div class="field"><label for="group">Only devices in</label><select id="group" @change=${this.typed('group')}><option value="">all</option>${this.groups.map((g) => html`<option value=${g.id} ?selected=${g.id === this.rule.group}>${g.name} (${g.id})</option>`)}</select>${note(this.faults, 'group', 'group-note')}</div></div></section>`;
  }

  private condition(): TemplateResult {
    const once = this.rule.fire !== 'always';
    return html`<section><h2>When</h2>
      ${this.expression('when', 'Condition', 'readings.temperature.value > 80.0', 'CEL. What may stand here is offered as you type, or by Ctrl+Space.')}
      ${once ? this.expression('clear', 'It is over when', 'the condition holds no more', 'CEL; empty: as soon as the condition holds no more.') : nothing}
      <div class="row times"><label>Fires <select id="fire" @change=${this.typed('fire')}><option value="" ?selected=${once}>once, when it begins to hold</option><option value="always" ?selected=${!once}>at each message for which it holds</option></select></label>
        ${once ? this.time('hold', 'Must hold for', '0s') : nothing}${this.time('cooldown', 'Then rests for', '0s')}${this.time('maxAge', 'Readings no older than', 'any')}
        <label>At most a minute <input class="time" inputmode="numeric" placeholder="30" .value=${this.rule.firingsPerMinute === undefined ? '' : String(this.rule.firingsPerMinute)} aria-invalid=${invalid(this.faults, 'firingsPerMinute')} @input=${(e: Event) => this.tell({ firingsPerMinute: Number((e.target as HTMLInputElement).value) || undefined })}></label></div>
      ${['hold', 'cooldown', 'maxAge', 'firingsPerMinute', 'fire'].flatMap((name) => at(this.faults, name)).map((f) => html`<p class="problem" role="status">${f.message}</p>`)}
      <v-rule-windows .rule=${this.rule} .names=${this.names} .faults=${this.faults} .products=${this.products} @changed=${this.pass}></v-rule-windows></section>`;
  }

  private expression(name: 'when' | 'clear', label: string, hint: string, said: string): TemplateResult {
    return html`<div class="field"><span class="label" aria-hidden="true">${label}</span><v-editor id=${name} .label=${label} .value=${this.rule[name] ?? ''} .names=${this.names} .hint=${hint} .note=${said} .errors=${at(this.faults, name)} .fixed=${this.fixed} @typed=${(e: CustomEvent<string>) => this.tell({ [name]: e.detail || (name === 'when' ? '' : undefined) })}></v-editor>${warnings(this.lint, name)}</div>`;
  }

  private input(name: 'id' | 'owner', label: string, hint: string, said: string): TemplateResult {
    return html`<div class="field"><label for=${name}>${label}</label><input id=${name} required spellcheck="false" autocomplete="off" autocapitalize="none" placeholder=${hint} .value=${this.rule[name]} aria-invalid=${invalid(this.faults, name)} aria-describedby="${name}-note" @input=${this.typed(name)}>${note(this.faults, name, `${name}-note`, said)}</div>`;
  }

  private time(name: 'hold' | 'cooldown' | 'maxAge', label: string, hint: string): Shown {
    return html`<label>${label} <input class="time" spellcheck="false" autocomplete="off" placeholder=${hint} .value=${this.rule[name] ?? ''} aria-invalid=${invalid(this.faults, name)} @input=${this.typed(name)}></label>`;
  }

  private readonly typed = (name: keyof RuleDoc) => (e: Event) => {
    const { value } = e.target as HTMLInputElement;
    this.tell({ [name]: value.trim() === '' && !['id', 'owner'].includes(name) ? undefined : value });
  };

  private addProduct(event: Event): void {
    const select = event.target as HTMLSelectElement;
    this.tell({ products: [...this.rule.products, select.value] });
    select.value = '';
  }
}

customElements.define('v-rule-form', RuleForm);
