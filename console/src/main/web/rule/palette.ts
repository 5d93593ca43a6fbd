import { html, nothing, type TemplateResult } from 'lit';
import { Part } from '../element.js';
import * as format from '../format.js';
import { parts, type Callable, type Name, type Names } from './names.js';

/** What a rule may look at; a click puts it where the caret was. */
class Palette extends Part {
  static override properties = { names: { attribute: false } };
  declare names: Names;
  private filter = '';

  private put(text: string): void {
    this.dispatchEvent(new CustomEvent('put', { detail: text }));
  }

  protected override render(): TemplateResult {
    const wanted = (text: string) => text.toLowerCase().includes(this.filter.toLowerCase());
    const names = this.names.names.filter((n) => wanted(n.path));
    const group = (label: string, all: Name[]) => (all.length ? html`<h3>${label}</h3><ul>${all.map((n) => this.name(n))}</ul>` : nothing);
    const of = (root: string) => names.filter((n) => n.path.startsWith(`${root}.`) || n.path.startsWith(`${root}[`));
    const values = of('readings').filter((n) => n.path.endsWith('.value'));
    const health = (n: Name) => parts(n.path)[1].startsWith('health.');
    const known = ['readings', 'windows', 'related'];
    const functions = this.names.functions.filter((f) => wanted(f.name));
    return html`<section class="palette"><h2>It may look at</h2>
      <label><span class="unseen">Find a name</span><input type="search" placeholder="Find a name" spellcheck="false" autocomplete="off" @input=${(e: Event) => { this.filter = (e.target as HTMLInputElement).value; this.requestUpdate(); }}></label>
      ${this.names.names.length ? nothing : html`<p class="faint">Choose a product first.</p>`}
      ${group('Readings', values.filter((n) => !health(n)))}${group('Windows', of('windows'))}${group('Related devices', of('related'))}${group('Its own health', values.filter(health))}${group('The rest', names.filter((n) => !known.some((root) => n.path.startsWith(root))))}
      ${functions.length ? html`<h3>Functions</h3><ul>${functions.map((f) => this.callable(f))}</ul>` : nothing}
      ${values.length ? html`<p class="faint">A reading also has <code>time</code>, <code>age</code> and <code>quality</code>.</p>` : nothing}</section>`;
  }

  private name(n: Name): TemplateResult {
    return html`<li><button type="button" class="plain" @click=${() => this.put(n.path)} title=${n.about ?? nothing}><code>${n.path.startsWith('readings') ? parts(n.path)[1] : n.path}</code></button><span class="faint">${format.unit(n.unit) || n.type}</span></li>`;
  }

  private callable(f: Callable): TemplateResult {
    return html`<li><button type="button" class="plain" @click=${() => this.put(`${f.name}()`)} title=${f.about ?? nothing}><code>${f.signature ?? f.name}</code></button></li>`;
  }
}

customElements.define('v-rule-names', Palette);
