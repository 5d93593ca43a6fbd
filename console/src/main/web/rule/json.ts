import { html, type TemplateResult } from 'lit';
import { Part } from '../element.js';
import './editor.js';
import type { Fault, RuleDoc } from './shapes.js';
import { place } from './json-place.js';

/** A rule as JSON, as the API and `vagus rule put` take it: the same rule as the form. */
class RuleJson extends Part {
  static override properties = { rule: { attribute: false }, faults: { attribute: false }, fixed: { attribute: false } };
  declare rule: RuleDoc;
  declare faults: Fault[];
  declare fixed: boolean;
  private text?: string;
  private means?: string;
  private broken?: Fault;

  private typed(text: string): void {
    this.text = text;
    try {
      const rule = JSON.parse(text) as RuleDoc;
      this.broken = undefined;
      this.means = JSON.stringify(rule);
      this.dispatchEvent(new CustomEvent('replaced', { detail: rule }));
    } catch (error) {
      this.broken = { path: '', message: `This is no JSON: ${(error as Error).message}` };
      this.requestUpdate();
    }
  }

  protected override render(): TemplateResult {
    const typed = this.text !== undefined && (this.broken || this.means === JSON.stringify(this.rule));
    const text = typed ? this.text! : JSON.stringify(this.rule, null, 2);
    const faults = this.broken ? [this.broken] : this.faults.map((f) => ({ ...f, ...place(text, f.path), message: f.path ? `${f.path}: ${f.message}` : f.message }));
    return html`<section><h2>As JSON <span class="note-beside">as the API and <code>./vagus rule put</code> take it</span></h2><v-editor .label=${'The rule as JSON'} .language=${'json'} .value=${text} .errors=${faults} .fixed=${this.fixed} @typed=${(e: CustomEvent<string>) => this.typed(e.detail)}></v-editor></section>`;
  }
}

customElements.define('v-rule-json', RuleJson);
