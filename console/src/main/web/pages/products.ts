import { html, nothing, type TemplateResult } from 'lit';
import { get, Problem, send } from '../api.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { metricColumns, productDevices } from '../columns.js';
import { crumb, empty, table, title } from '../parts.js';
import { mayEverywhere } from '../may.js';
import { lacking } from '../rights.js';
import { link } from '../route.js';
import type { Page as PageOf, Product } from '../types.js';

const WRITE = 'product.write';

class Products extends Page {
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));

  protected override render(): TemplateResult {
    return html`${title('Products', mayEverywhere(WRITE) ? html`<a class="button" href=${link(['products', 'new'])}>New product</a>` : nothing)}
      <p class="explains">What devices send: metrics with type, unit and range. Messages are judged by the version in force when they came.</p>
      ${this.products.show((p) => (p.items.length ? table('Products', [
        { label: 'Product', lead: true, cell: (x) => html`<a class="id" href=${link(['products', x.id])}>${x.id}</a>` },
        { label: 'Name', wide: true, cell: (x) => x.name },
        { label: 'Metrics', number: true, cell: (x) => format.count(Object.keys(x.metrics).length) },
        { label: 'Reports every', number: true, cell: (x) => x.cadence ?? '–' },
        { label: 'Version', number: true, cell: (x) => x.version },
        { label: '', trail: true, cell: (x) => html`<a href=${productDevices(x.id)}>Devices</a>` },
      ], p.items) : empty('No product yet.', mayEverywhere(WRITE) ? html`<a href=${link(['products', 'new'])}>Create the first one</a>` : lacking(WRITE, 'make one'))))}`;
  }
}

const FRESH = { id: '', version: 0, name: '', metrics: { temperature: { type: 'number', unit: 'Cel', min: -40, max: 125, onViolation: 'flag' } }, unknownMetrics: 'store', maxMessagesPerMinute: 0 } as Product;

class ProductPage extends Page {
  static override properties = { product: { attribute: false } };
  declare product: string;
  private problem?: Problem;
  private saved = '';
  private readonly found = new Load(this, async () => (this.fresh ? FRESH : get<Product>(`/products/${encodeURIComponent(this.product)}`)));

  private get fresh(): boolean {
    return this.product === 'new';
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.problem = undefined;
    this.saved = '';
    try {
      const id = this.fresh ? String(form.get('id')) : this.product;
      const kept = await send<Product>(this.fresh ? 'POST' : 'PUT', this.fresh ? '/products' : `/products/${encodeURIComponent(id)}`, { ...(this.fresh ? { id } : beside(this.found.value!)), ...model(form) });
      this.saved = `Version ${kept.version} is in force.`;
      if (this.fresh) location.hash = link(['products', kept.id]);
      else this.found.value = kept;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem(0, (error as Error).message, '', 'metrics');
    }
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('product') !== undefined) this.found.restart();
  }

  protected override render(): TemplateResult {
    return html`${crumb('products', 'Products')}${this.found.show((p) => html`
      ${title(this.fresh ? 'New product' : p.name || p.id, this.fresh ? nothing : html`<a href=${productDevices(p.id)}>Its devices</a>`, this.fresh ? nothing : html`<span class="faint number">version ${p.version}</span>`)}
      ${mayEverywhere(WRITE) ? nothing : lacking(WRITE, 'change it')}
      <div class=${mayEverywhere(WRITE) ? 'beside' : ''}>${mayEverywhere(WRITE) ? html`<section>${this.form(p)}</section>` : nothing}${this.fresh ? nothing : this.inForce(p)}</div>`)}`;
  }

  private inForce(p: Product): TemplateResult {
    const rows = Object.entries(p.metrics);
    return html`<section><h2>In force</h2>${rows.length ? table('Metrics in force', metricColumns, rows, true) : empty('It says nothing of its metrics.', 'Messages of any content are stored.')}</section>`;
  }

  private form(p: Product): TemplateResult {
    const metrics = JSON.stringify(p.metrics, null, 2);
    return html`<form class="model" autocomplete="off" @submit=${this.save} novalidate>
      ${this.fresh ? this.field('id', 'Id', html`<input id="id" name="id" spellcheck="false" aria-invalid=${this.wrong('id')} aria-describedby="id-note">`, 'Letters, digits and . _ : -; devices name it.') : nothing}
      ${this.field('name', 'Name', html`<input id="name" name="name" .value=${p.name} aria-invalid=${this.wrong('name')} aria-describedby="name-note">`, 'For people.')}
      ${this.field('cadence', 'Reports every', html`<input id="cadence" name="cadence" .value=${p.cadence ?? ''} placeholder="10s" aria-invalid=${this.wrong('cadence')} aria-describedby="cadence-note">`, 'A longer silence is a gap. Empty: no cadence.')}
      ${this.field('maxMessagesPerMinute', 'Most messages a minute', html`<input id="maxMessagesPerMinute" name="maxMessagesPerMinute" inputmode="numeric" .value=${String(p.maxMessagesPerMinute)} aria-invalid=${this.wrong('maxMessagesPerMinute')} aria-describedby="maxMessagesPerMinute-note">`, 'More from one device is refused; 0: no limit.')}
      ${this.field('unknownMetrics', 'Metrics not listed', html`<select id="unknownMetrics" name="unknownMetrics" aria-describedby="unknownMetrics-note">${['store', 'flag', 'refuse'].map((v) => html`<option ?selected=${v === p.unknownMetrics}>${v}</option>`)}</select>`, 'Store them, flag them, or refuse the message.')}
      ${this.field('metrics', 'Metrics', html`<textarea id="metrics" name="metrics" rows=${Math.min(28, metrics.split('\n').length + 1)} spellcheck="false" .value=${metrics} aria-invalid=${this.wrong('metrics')} aria-describedby="metrics-note"></textarea>`, 'JSON: type (number, integer, boolean, text), unit (UCUM), min, max, onViolation (flag, refuse).')}
      ${this.problem && !FIELDS.some((f) => this.wrong(f) === 'true') ? html`<div class="note bad" role="alert">${this.problem.message}</div>` : nothing}
      <div class="actions"><button class="main">${this.fresh ? 'Create' : 'Save a new version'}</button>${this.saved ? html`<span role="status">${this.saved}</span>` : nothing}</div>
    </form>`;
  }

  private wrong(name: string): 'true' | 'false' {
    return this.problem?.field?.split(/[.[]/)[0] === name ? 'true' : 'false';
  }

  private field(name: string, label: string, input: TemplateResult, note: string): TemplateResult {
    return html`<div class="field"><label for=${name}>${label}</label>${input}
      <p id="${name}-note" class=${this.wrong(name) === 'true' ? 'problem' : 'faint'} role=${this.wrong(name) === 'true' ? 'alert' : nothing}>${this.wrong(name) === 'true' ? this.problem!.message : note}</p></div>`;
  }
}

const FIELDS = ['id', 'name', 'cadence', 'maxMessagesPerMinute', 'unknownMetrics', 'metrics'];

/** What the form does not show stays as it is. */
const beside = ({ commands, twin }: Product): Partial<Product> => ({ commands, twin });

function model(form: FormData): Record<string, unknown> {
  const text = (name: string) => String(form.get(name)).trim();
  return {
    name: text('name') || undefined,
    cadence: text('cadence') || undefined,
    maxMessagesPerMinute: Number(text('maxMessagesPerMinute')),
    unknownMetrics: text('unknownMetrics'),
    metrics: JSON.parse(text('metrics')),
  };
}

customElements.define('v-products', Products);
customElements.define('v-product', ProductPage);
