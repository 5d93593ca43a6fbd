import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Part, Tick } from '../element.js';
import { empty, when, type Shown } from '../parts.js';
import { link } from '../route.js';
import type { Page } from '../types.js';
import { changes, pieces, type Change } from './diff.js';
import type { Version } from './shapes.js';

/** The versions of a rule, each with what it changed; to go back to one is asked of the page. */
class RuleHistory extends Part {
  static override properties = { rule: {}, version: { attribute: false }, may: { attribute: false } };
  declare rule: string;
  /** In force. */
  declare version: number;
  declare may: boolean;
  private readonly tick = new Tick(this);
  private readonly all = new Load(this, () => get<Page<Version>>(`/rules/${encodeURIComponent(this.rule)}/versions`, { limit: 100 }));

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('version') && this.hasUpdated) void this.all.run();
  }

  protected override render(): TemplateResult {
    return html`<section><h2>History</h2>${this.all.show(({ items }) => {
      const newest = [...items].sort((a, b) => b.version - a.version);
      return newest.length ? html`<ol class="versions">${newest.map((v, i) => this.one(v, newest[i + 1]))}</ol>` : empty('No version is kept.');
    })}</section>`;
  }

  private one(v: Version, before: Version | undefined): TemplateResult {
    const { rule } = v;
    if (!rule) return html`<li><h3>Version ${v.version} <span class="note-beside">deleted ${when(v.at, this.tick.now)} by <span class="id">${v.by}</span></span></h3></li>`;
    const all = changes(before?.rule, rule);
    const back = () => this.dispatchEvent(new CustomEvent('back', { detail: v }));
    return html`<li><header class="title minor"><h3>Version ${v.version} ${v.version === this.version ? html`<span class="flag">in force</span>` : nothing}<span class="note-beside">${when(v.at, this.tick.now)} by <a class="quiet id" href=${link(['events'], { actor: v.by })}>${v.by}</a></span></h3>
        <div class="aside">${this.may && v.version !== this.version ? html`<button @click=${back} aria-label="Go back to version ${v.version}">Go back to it</button>` : nothing}</div></header>
      ${before?.rule ? (all.length ? html`<dl class="changes">${all.map((c) => html`<div><dt>${c.field}</dt><dd>${this.change(c)}</dd></div>`)}</dl>` : html`<p class="faint">Saved as it was.</p>`) : html`<p class="faint">It begins: <code>${rule.when}</code></p>`}</li>`;
  }

  private change(c: Change): Shown {
    if (c.before === undefined) return html`<ins>${c.after}</ins>`;
    if (c.after === undefined) return html`<del>${c.before}</del>`;
    return html`${pieces(c.before, c.after).map((p) => (p.in === 'both' ? p.text : p.in === 'before' ? html`<del>${p.text}</del>` : html`<ins>${p.text}</ins>`))}`;
  }
}

customElements.define('v-rule-history', RuleHistory);
