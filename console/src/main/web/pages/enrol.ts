import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, Problem, send } from '../api.js';
import { isLoopback } from '../connect.js';
import { Load } from '../element.js';
import { crumb, title, type Shown } from '../parts.js';
import { mayEverywhere, maySomewhere } from '../may.js';
import { lacking } from '../rights.js';
import { link } from '../route.js';
import { keep } from '../shown-once.js';
import type { Authority, Device, Listeners, Page as PageOf, Product } from '../types.js';

const NEW = '+';

interface Way { name: string; label: string; explains: string }

const WAYS: Way[] = [
  { name: 'secret', label: 'A secret', explains: 'The server makes one; the device shows it as its password. Simplest to begin with.' },
  { name: 'token', label: 'A one-time token', explains: 'The device makes its own key, and gets a certificate for it with a token that serves once.' },
  { name: 'certificate', label: 'A certificate', explains: 'You give the request that the device made for its key, and take its certificate back to it.' },
];

/** What a device identifies itself with needs of the server; empty when all is there. */
function missing(way: string, ca: Authority | undefined, listeners: Listeners | undefined): Shown {
  if (way === 'secret' || !ca || !listeners) return '';
  if (!ca.setUp) return html`needs a certificate authority: <code>./vagus ca init --root-key FILE</code>, then restart the server`;
  return listeners.items.some((l) => l.name === 'https') ? '' : html`needs listeners with TLS: <code>./vagus up --https :8443 --mqtts :8883</code>`;
}

/** Makes a device, and a product for it where there is none. */
class Enrol extends Acting {
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));
  private readonly ca = new Load(this, () => get<Authority>('/ca'));
  private readonly listeners = new Load(this, () => get<Listeners>('/listeners'));
  private product?: string;
  private wrong?: Problem;
  private busy = false;

  private get chosen(): string {
    return this.product ?? this.query.get('product') ?? this.products.value?.items[0]?.id ?? NEW;
  }

  private async make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const by = text('by');
    const id = text('id');
    this.wrong = undefined;
    this.busy = true;
    this.requestUpdate();
    try {
      const product = this.chosen === NEW ? await this.makeProduct(text('product'), text('metric'), text('unit')) : this.chosen;
      const made = await send<Device & { secret?: string }>('POST', '/devices', { id, product, name: text('name') || undefined, ...(by === 'secret' ? { generateSecret: true } : {}) });
      if (made.secret) keep('secret', id, made.secret);
      location.hash = link(['enrol', id], { by });
    } catch (error) {
      this.wrong = error instanceof Problem ? error : new Problem(0, String(error));
    }
    this.busy = false;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }

  /** One that is there already is taken: an attempt before may have made it. */
  private async makeProduct(id: string, metric: string, unit: string): Promise<string> {
    await send('POST', '/products', { id, metrics: { [metric]: { type: 'number', ...(unit ? { unit } : {}) } }, unknownMetrics: 'store' }).catch((error: Problem) => {
      if (error.status !== 409) throw new Problem(error.status, error.message, error.code, 'product');
    });
    return id;
  }

  protected override render(): TemplateResult {
    return html`${crumb('devices', 'Devices')}${title('Add a device', html`<a href=${link(['batches'])}>Many at once</a>`)}
      <p class="explains">Three things to say; then you get what to type, and see its first message come in.</p>
      ${this.products.show((p) => this.allowed(p.items))}`;
  }

  private allowed(products: Product[]): TemplateResult {
    if (!maySomewhere('device.write')) return html`${lacking('device.write', 'add a device')}`;
    if (!products.length && !mayEverywhere('product.write')) return html`${lacking('product.write', 'make the first product')}`;
    return this.form(products);
  }

  private form(products: Product[]): TemplateResult {
    return html`<form class="steps" autocomplete="off" @submit=${this.make}>
      <section><h2><span class="step" aria-hidden="true">1</span> What is it?</h2>
        <div class="field"><label for="kind">Product</label><select id="kind" aria-describedby="kind-note" @change=${(e: Event) => { this.product = (e.target as HTMLSelectElement).value; this.requestUpdate(); }}>
          ${products.map((p) => html`<option value=${p.id} ?selected=${p.id === this.chosen}>${p.name || p.id}</option>`)}${mayEverywhere('product.write') ? html`<option value=${NEW} ?selected=${this.chosen === NEW}>A new product …</option>` : nothing}</select>
          <p id="kind-note" class="faint">All devices of a product send the same metrics.</p></div>
        ${this.chosen === NEW ? this.fresh() : nothing}</section>
      <section><h2><span class="step" aria-hidden="true">2</span> What is it called?</h2><div class="pair">
        ${this.field('id', 'Id', html`<input id="id" name="id" required maxlength="128" pattern="[A-Za-z0-9._:\\-]+" spellcheck="false" autocapitalize="none" placeholder="pump-7" aria-invalid=${this.is('id')} aria-describedby="id-note">`, 'Part of its topic. Letters, digits and . _ : -')}
        ${this.field('name', 'Name', html`<input id="name" name="name" maxlength="256" placeholder="Pump 7, hall north" aria-invalid=${this.is('name')} aria-describedby="name-note">`, 'For people; may stay empty.')}</div></section>
      <section><h2><span class="step" aria-hidden="true">3</span> How does it show who it is?</h2>
        <fieldset class="options"><legend class="unseen">How it shows who it is</legend>${WAYS.map((way) => this.option(way))}</fieldset>
        ${this.loopback()}</section>
      ${this.wrong && !['id', 'name', 'product'].includes(this.blamed ?? '') ? html`<div class="note bad" role="alert">${this.wrong.message}</div>` : nothing}
      <div class="actions"><button class="main" ?disabled=${this.busy}>Make the device</button></div>
    </form>`;
  }

  private fresh(): TemplateResult {
    return html`<div class="pair">
      ${this.field('product', 'Id of the product', html`<input id="product" name="product" required maxlength="64" spellcheck="false" autocapitalize="none" placeholder="pump" aria-invalid=${this.is('product')} aria-describedby="product-note">`, 'Letters, digits and . _ : -')}
      <div class="pair">${this.field('metric', 'It measures', html`<input id="metric" name="metric" required value="temperature" spellcheck="false" aria-describedby="metric-note">`, 'More can be added later.')}
        ${this.field('unit', 'Unit', html`<input id="unit" name="unit" value="Cel" spellcheck="false" aria-describedby="unit-note">`, 'UCUM: Cel, kPa, %, V')}</div></div>`;
  }

  private option(way: Way): TemplateResult {
    const lacks = missing(way.name, this.ca.value, this.listeners.value);
    return html`<label class="option"><input type="radio" name="by" value=${way.name} ?checked=${way.name === 'secret'} ?disabled=${lacks !== ''} aria-describedby="by-${way.name}">
      <span><strong>${way.label}</strong><span id="by-${way.name}" class="faint">${way.explains}${lacks === '' ? nothing : html` <span class="lacks">It ${lacks}.</span>`}</span></span></label>`;
  }

  private loopback(): Shown {
    const all = this.listeners.value?.items ?? [];
    return all.length && all.every(isLoopback) ? html`<p class="faint">This server listens on this machine only. For devices elsewhere: <code>./vagus up --mqtts :8883 --https :8443</code></p>` : nothing;
  }

  private get blamed(): string | undefined {
    if (this.wrong?.status === 409) return 'id';
    return this.wrong?.field;
  }

  private is(name: string): 'true' | 'false' {
    return this.blamed === name ? 'true' : 'false';
  }

  private field(name: string, label: string, input: TemplateResult, note: Shown): TemplateResult {
    const wrong = this.is(name) === 'true';
    return html`<div class="field"><label for=${name}>${label}</label>${input}<p id="${name}-note" class=${wrong ? 'problem' : 'faint'} role=${wrong ? 'alert' : nothing}>${wrong ? this.wrong!.message : note}</p></div>`;
  }
}
customElements.define('v-enrol', Enrol);
