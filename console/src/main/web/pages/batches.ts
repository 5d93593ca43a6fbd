import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { code } from '../code.js';
import { enrolled, memberColumns, tokenColumns } from '../enrolment.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { bar, confirmation, crumb, dot, empty, facts, fleetPages, more, productLink, table, title, when, type Shown } from '../parts.js';
import { maySomewhere } from '../may.js';
import { lacking } from '../rights.js';
import { link } from '../route.js';
import type { Batch, BatchMember, EnrolmentToken, Page as PageOf, Product } from '../types.js';

const path = (id: string, rest = '') => `/enrolment/batches/${encodeURIComponent(id)}${rest}`;
const EVERY_MILLIS = 2000;
const ISSUE = 'credential.issue';
const REVOKE = 'credential.revoke';
const PAGE = 100;
const MOST = 1000;

class Batches extends Acting {
  private readonly tick = new Tick(this);
  private readonly batches = new Load(this, () => get<PageOf<Batch>>('/enrolment/batches'), EVERY_MILLIS);
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));

  private async make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = (name: string) => String(new FormData(form).get(name) ?? '').trim();
    const id = text('id');
    const batch = { id, product: text('product'), ...(text('prefix') ? { prefix: text('prefix') } : {}) };
    if (await this.act(() => send('POST', '/enrolment/batches', batch), '')) location.hash = link(['batches', id]);
  }

  protected override render(): TemplateResult {
    return html`${title('Devices', fleetPages('batches'))}
      <p class="explains">Devices that enrol by themselves, many at once: each with a token, with its batch’s certificate, or by its hardware’s identity.</p>
      ${this.told()}
      <div class=${maySomewhere(ISSUE) ? 'listing' : ''}><section>${this.batches.show((b) => (b.items.length ? table('Batches', [
        { label: 'Batch', lead: true, cell: (x) => html`<a class="id" href=${link(['batches', x.id])}>${x.id}</a>` },
        { label: 'Product', cell: (x) => productLink(x.product) },
        { label: 'Enrolled', wide: true, cell: enrolled },
        { label: 'Made', number: true, cell: (x) => when(x.created, this.tick.now) },
        { label: 'State', trail: true, cell: (x) => html`${dot(x.open ? 'good' : 'off')} ${x.open ? 'open' : 'closed'}` },
      ], b.items) : empty('No batch yet.', 'A batch lists devices before they exist, and lets each in once.')))}</section>
      ${maySomewhere(ISSUE) ? html`<section><h2>Make a batch</h2>${this.products.show((p) => this.form(p.items), 3)}</section>` : lacking(ISSUE, 'make one')}</div>`;
  }

  private form(products: Product[]): TemplateResult {
    if (!products.length) return empty('It needs a product.', html`<a href=${link(['products', 'new'])}>Create the first one</a>`);
    return html`<form class="model" autocomplete="off" @submit=${this.make}>
      <div class="field"><label for="id">Id</label><input id="id" name="id" required spellcheck="false" placeholder="march"></div>
      <div class="field"><label for="product">Product</label><select id="product" name="product">${products.map((p) => html`<option value=${p.id}>${p.name || p.id}</option>`)}</select></div>
      <div class="field"><label for="prefix">Ids begin with</label><input id="prefix" name="prefix" spellcheck="false" aria-describedby="prefix-note"><p id="prefix-note" class="faint">Empty: only devices that you list.</p></div>
      <div class="actions"><button class="main">Make the batch</button></div></form>`;
  }
}

class BatchPage extends Acting {
  static override properties = { batch: { attribute: false } };
  declare batch: string;
  private readonly tick = new Tick(this);
  private readonly about = new Load(this, () => get<Batch>(path(this.batch)), EVERY_MILLIS);
  private readonly members = new Load(this, () => get<PageOf<BatchMember>>(path(this.batch, '/members'), { limit: MOST }), EVERY_MILLIS);
  private readonly tokens = new Load(this, () => get<PageOf<EnrolmentToken>>('/enrolment/tokens', { batch: this.batch, limit: PAGE }), EVERY_MILLIS);
  private shown = PAGE;
  private made: string[] = [];

  private async list(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const members = String(new FormData(form).get('devices')).split('\n').map((l) => l.trim()).filter(Boolean).map((line) => {
      const [device, serialNumber] = line.split(/\s*[,;\t]\s*/);
      return { device, ...(serialNumber ? { serialNumber } : {}) };
    });
    if (!(await this.act(() => send('POST', path(this.batch, '/members'), { members }), `${format.count(members.length)} ${members.length === 1 ? 'device is' : 'devices are'} listed.`))) return;
    form.reset();
    void this.about.run();
    void this.members.run();
  }

  private async makeTokens(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    await this.act(async () => {
      const answer = await send<{ items: { token: string }[] }>('POST', '/enrolment/tokens', { batch: this.batch, count: Number(data.get('count')), lifetime: String(data.get('lifetime')) });
      this.made = answer.items.map((t) => t.token);
    }, '');
    void this.tokens.run();
  }

  private async again(member: BatchMember): Promise<void> {
    await this.act(() => send('POST', path(this.batch, `/members/${encodeURIComponent(member.device)}/again`)), `${member.device} may enrol once more.`);
    void this.members.run();
  }

  private async revoke(token: EnrolmentToken): Promise<void> {
    await this.act(() => send('POST', `/enrolment/tokens/${token.id}/revoke`), `The token ${token.id} is worth nothing from now on.`);
    void this.tokens.run();
  }

  private async close(): Promise<void> {
    await this.act(() => send('POST', path(this.batch, '/close')), 'Nobody enrols with it any more.');
    void this.about.run();
  }

  protected override render(): TemplateResult {
    return html`${crumb('batches', 'Batches')}${this.about.show((b) => html`
      ${title(html`Batch <span class="id">${b.id}</span>`, b.open && maySomewhere(REVOKE) ? html`<button @click=${() => this.confirm('close')}>Close</button>` : nothing, html`${dot(b.open ? 'good' : 'off')} ${b.open ? 'open' : 'closed'}`)}
      ${this.told()}
      ${facts([...particulars(b, this.tick.now), ...pace(b, this.members.value)])}
      ${b.members ? bar([{ label: 'enrolled', value: b.enrolled, kind: 'accepted' }, { label: 'awaited', value: b.members - b.enrolled, kind: 'rest' }], `${b.enrolled} of ${b.members} enrolled`) : nothing}
      ${this.made.length ? html`<div class="note good" role="status"><strong>Copy ${this.made.length === 1 ? 'it' : 'them'} now: not shown again.</strong>${code(this.made.join('\n'), 'Tokens')}</div>` : nothing}
      <div class=${b.open && maySomewhere(ISSUE) ? 'listing lower' : 'lower'}><div><section><h2>Devices</h2>${this.members.show((m) => (m.items.length ? html`${table('Devices of the batch', memberColumns(this.tick.now, maySomewhere(ISSUE) ? (x) => this.again(x) : undefined), m.items.slice(0, this.shown))}${more(m.items.length > this.shown ? 'more' : undefined, () => { this.shown = MOST; this.requestUpdate(); }, false)}${m.next ? html`<p class="faint">The first ${format.count(MOST)} of ${format.count(b.members)}.</p>` : nothing}` : empty('No device is listed.', b.prefix ? `Those whose id begins with ${b.prefix} get in by themselves.` : 'List those that may enrol.')))}</section>
        <section><h2>Tokens</h2>${this.tokens.show((t) => (t.items.length ? table('Tokens', tokenColumns(this.tick.now, maySomewhere(REVOKE) ? (x) => this.revoke(x) : undefined), t.items) : empty('No token yet.', 'Any device of the batch may use one, once.')))}</section></div>
      ${b.open && maySomewhere(ISSUE) ? this.acts() : nothing}</div>
      ${confirmation('close', `Close ${b.id}?`, 'Its tokens and certificates let nobody in from then on. Who has enrolled stays.', 'Close', () => this.close())}`)}`;
  }

  private acts(): TemplateResult {
    return html`<div><section><h2>List devices</h2><form class="model" @submit=${this.list}>
        <div class="field"><label for="devices">One a line</label><textarea id="devices" name="devices" rows="5" required spellcheck="false" placeholder="pump-7, SN-0007" aria-describedby="devices-note"></textarea><p id="devices-note" class="faint">Its id, and after a comma its serial number where its hardware says one.</p></div>
        <div class="actions"><button class="main">List them</button></div></form></section>
      <section><h2>Make tokens</h2><form class="model" @submit=${this.makeTokens}><div class="pair">
        <div class="field"><label for="count">How many</label><input id="count" name="count" type="number" min="1" max="10000" value="1" required></div>
        <div class="field"><label for="lifetime">Each for</label><select id="lifetime" name="lifetime"><option value="1h">an hour</option><option value="24h" selected>a day</option><option value="168h">a week</option></select></div></div>
        <div class="actions"><button class="main">Make</button></div></form></section></div>`;
  }
}

function particulars(b: Batch, now: number): [string, Shown][] {
  const all: [string, Shown][] = [['Product', productLink(b.product)], ['Enrolled', enrolledOf(b)], ['Made', when(b.created, now)]];
  if (b.prefix) all.push(['Ids begin with', html`<span class="id">${b.prefix}</span>`]);
  if (b.closes) all.push([b.open ? 'Closes' : 'Closed', when(b.closes, now)]);
  if (b.vendorRoot) all.push(['Hardware identities', 'of one vendor']);
  return all;
}

/** How long after the batch was made its devices came, once all are known. */
function pace(b: Batch, members: PageOf<BatchMember> | undefined): [string, Shown][] {
  const times = (members?.items ?? []).map((m) => m.enrolledAt).filter((t) => t !== undefined).map((t) => (Date.parse(t) - Date.parse(b.created)) / 1000).sort((x, y) => x - y);
  if (!times.length || members?.next) return [];
  const after = (seconds: number) => html`<span class="number">after ${format.duration(seconds)}</span>`;
  return [['First came', after(times[0])], ['Half of those', after(times[Math.ceil(times.length / 2) - 1])], ['Last so far', after(times.at(-1)!)]];
}

const enrolledOf = (b: Batch): Shown => html`<span class="number">${format.count(b.enrolled)} of ${format.count(b.members)}</span>`;

customElements.define('v-batches', Batches);
customElements.define('v-batch', BatchPage);
