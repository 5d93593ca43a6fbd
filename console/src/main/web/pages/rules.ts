import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { maySomewhere } from '../may.js';
import { choices, dot, empty, productLink, rulePages, table, title, type Column, type Shown } from '../parts.js';
import { lacking } from '../rights.js';
import { link, replace } from '../route.js';
import { says, type Kept, type Mode } from '../rule/shapes.js';
import type { Page as PageOf } from '../types.js';

export const WRITE = 'rule.write';
const EVERY_MILLIS = 5000;

export const MODES: Record<Mode, string> = { live: 'live', shadow: 'shadow', off: 'off' };

/** How a rule is, at one look. */
export function standing(r: Kept): Shown {
  if (r.compiled === 'broken') return html`${dot('bad')} broken`;
  if (r.mode === 'off') return html`${dot('off')} <span class="faint">off</span>`;
  if (r.mode === 'shadow') return html`${dot('off')} <span class="flag shadow">shadow</span>`;
  return html`${dot('good')} live`;
}

const fired = (r: Kept): Shown => (r.stats ? html`${format.count(r.stats.raised)}${r.stats.firedPerMinute === undefined ? nothing : html` <span class="faint">${format.rate(r.stats.firedPerMinute)} /min</span>`}${r.stats.looped ? html` <span class="problem">loops</span>` : nothing}` : html`<span class="faint">–</span>`);

const rank = (r: Kept): number => (r.compiled === 'broken' ? 0 : r.stats?.firing ? 1 : r.mode === 'off' ? 3 : 2);

/** What is broken first, then what fires now. */
const sorted = (all: Kept[]): Kept[] => [...all].sort((a, b) => rank(a) - rank(b) || (b.stats?.firing ?? 0) - (a.stats?.firing ?? 0) || a.id.localeCompare(b.id));

class Rules extends Page {
  private readonly rules = new Load(this, () => get<PageOf<Kept>>('/rules', { limit: 1000 }), EVERY_MILLIS);

  private fits(r: Kept): boolean {
    const q = (this.query.get('q') ?? '').toLowerCase();
    const mode = this.query.get('mode') ?? '';
    const product = this.query.get('product');
    return (!q || [r.id, r.description ?? '', r.owner].some((text) => text.toLowerCase().includes(q))) && (!mode || (mode === 'broken' ? r.compiled === 'broken' : r.mode === mode)) && (!product || r.products.includes(product));
  }

  protected override render(): TemplateResult {
    return html`${title('Rules', html`${rulePages('rules')}${maySomewhere(WRITE) ? html`<a class="button main" href=${link(['rules', 'new'])}>New rule</a>` : nothing}`)}
      <p class="explains">From a reading to an action. A shadow rule is judged like a live one, and nothing that it wants is carried out.</p>
      ${this.rules.show((page) => (page.items.length ? this.list(page.items) : empty('No rule yet.', maySomewhere(WRITE) ? html`<a href=${link(['rules', 'new'])}>Write the first one</a>` : lacking(WRITE, 'write one'))))}`;
  }

  private list(all: Kept[]): TemplateResult {
    const shown = sorted(all.filter((r) => this.fits(r)));
    const broken = all.filter((r) => r.compiled === 'broken').length;
    return html`<div class="filters">
        <label class="search"><span class="unseen">Find a rule</span><input type="search" placeholder="Find a rule" spellcheck="false" autocomplete="off" .value=${this.query.get('q') ?? ''} @input=${(e: Event) => replace({ q: (e.target as HTMLInputElement).value || undefined })}></label>
        ${choices('Mode', 'mode', this.query.get('mode') ?? '', { '': 'All', live: 'Live', shadow: 'Shadow', off: 'Off', ...(broken ? { broken: `Broken ${broken}` } : {}) })}</div>
      ${shown.length ? table('Rules', this.columns(shown), shown) : empty('No rule fits.', html`<a href=${link(['rules'])}>Show all</a>`)}`;
  }

  private columns(all: Kept[]): Column<Kept>[] {
    return [
      { label: 'Rule', lead: true, wide: true, cell: (r) => html`<a class="id" href=${link(['rules', r.id])}>${r.id}</a><br><span class="faint">${r.compiled === 'broken' ? html`<span class="problem">${r.errors[0]?.message ?? 'It cannot be compiled.'}</span>` : r.description}</span>` },
      { label: 'State', trail: true, cell: standing },
      { label: 'Products', cell: (r) => html`${r.products.map((p, i) => html`${i ? ', ' : ''}${productLink(p)}`)}${r.group ? html` <span class="faint">in ${r.group}</span>` : nothing}` },
      { label: 'Then', minor: true, cell: (r) => r.effects.map(says).join(', ') },
      { label: 'Owner', minor: true, cell: (r) => r.owner },
      ...(all.some((r) => r.stats?.firing !== undefined) ? [{ label: 'Firing now', number: true, cell: (r: Kept): Shown => (r.stats?.firing ? html`<strong>${format.count(r.stats.firing)}</strong>` : html`<span class="faint">0</span>`) }] : []),
      { label: 'Fired', number: true, cell: (r) => fired(r) },
      { label: 'Errors', number: true, cell: (r) => (r.stats?.errors ? html`<span class="problem" title=${r.stats.lastError ?? ''}>${format.count(r.stats.errors)}</span>` : html`<span class="faint">0</span>`) },
      all.some((r) => r.stats?.latencyMillis) ? { label: 'Latency p99', number: true, cell: (r) => format.millis(r.stats?.latencyMillis?.count ? r.stats.latencyMillis.p99 : undefined) } : { label: 'Cost', number: true, cell: (r) => (r.stats?.costMicros ? `${format.rate(r.stats.costMicros)} µs` : html`<span class="faint">–</span>`) },
    ];
  }
}

customElements.define('v-rules', Rules);
