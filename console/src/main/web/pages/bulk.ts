import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { fields, given } from '../command-form.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { maySomewhere } from '../may.js';
import { bar, confirmation, crumb, deviceLink, dot, empty, facts, more, table, title, when, type Shown } from '../parts.js';
import { lacking } from '../rights.js';
import { here, link } from '../route.js';
import { shown, type Value } from '../twin-fields.js';
import type { Group, Page as PageOf, Product } from '../types.js';

type Progress = Record<string, number> & { devices: number; waiting: number; rejected: number; succeeded: number };
interface Bulk { id: string; name: string; arguments: Record<string, unknown>; group?: string; product?: string; query?: string; rate: number; stop?: { share: number; least?: number }; issuer: string; state: string; createdAt: string; settled: boolean; progress: Progress; why?: string }
interface Outcome { device: string; command?: string; outcome: string; why?: string }

const SEND = 'command.send';
const PAGE = 100;
const STATES: Record<string, 'good' | 'warn' | 'bad' | 'off'> = { running: 'good', paused: 'warn', done: 'off', cancelled: 'off', stopped: 'bad', expired: 'bad' };
const KINDS: [string, string, string][] = [['succeeded', 'Succeeded', 'accepted'], ['failed', 'Failed', 'dead'], ['rejected', 'Rejected', 'rejected'], ['expired', 'Expired', 'mute'], ['unknown', 'Unknown', 'duplicate'], ['cancelled', 'Cancelled', 'mute'], ['waiting', 'Waiting', 'rest']];
const OUTCOMES: Record<string, string> = { '': 'All', unsuccessful: 'Not as it should', waiting: 'Waiting', succeeded: 'Succeeded' };

const whom = (b: Bulk): Shown => html`${b.group ? html`<a class="quiet" href=${link(['groups', b.group])}>${b.group}</a> ` : nothing}${b.product ?? ''}${b.query ? html` <span class="id">${b.query}</span>` : nothing}`;
const state = (b: Bulk): Shown => html`${dot(STATES[b.state] ?? 'off')} ${b.state}${b.state === 'done' && !b.settled ? html` <span class="faint">awaiting answers</span>` : nothing}`;
const args = (b: Bulk): Shown => html`<span class="id faint">${Object.entries(b.arguments).map(([name, v]) => `${name}=${shown(v as Value)}`).join(' ')}</span>`;

function progress(p: Progress): TemplateResult {
  const under = p.devices - KINDS.reduce((sum, [kind]) => sum + (p[kind] ?? 0), 0);
  return html`${bar([...KINDS.slice(0, -1).map(([kind, label, look]) => ({ label, value: p[kind] ?? 0, kind: look })), { label: 'Under way', value: Math.max(0, under), kind: 'pending' }, { label: 'Waiting', value: p.waiting, kind: 'rest' }], `${format.count(p.succeeded)} of ${format.count(p.devices)} succeeded`)}`;
}

/** Commands for many devices at once. */
class Bulks extends Acting {
  private readonly tick = new Tick(this);
  private readonly bulks = new Load(this, () => get<PageOf<Bulk>>('/commands/bulk'), 2000);
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));
  private product = '';
  private name = '';

  private get able(): Product[] {
    return (this.products.value?.items ?? []).filter((p) => Object.keys(p.commands ?? {}).length);
  }

  private async make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(data.get(`of-${name}`) ?? '').trim();
    const product = this.chosen!;
    const stop = text('stop') ? { share: Number(text('stop')) / 100 } : undefined;
    const body = { name: this.command, arguments: given(product.commands![this.command], data), product: product.id, ...(text('group') ? { group: text('group') } : {}), rate: Number(text('rate')), ...(stop ? { stop } : {}) };
    let made: Bulk | undefined;
    if (await this.act(async () => (made = await send<Bulk>('POST', '/commands/bulk', body)), '')) location.hash = link(['bulk', made!.id]);
  }

  private get chosen(): Product | undefined {
    return this.able.find((p) => p.id === this.product) ?? this.able[0];
  }

  private get command(): string {
    const all = Object.keys(this.chosen?.commands ?? {});
    return all.includes(this.name) ? this.name : all[0];
  }

  protected override render(): TemplateResult {
    return html`${crumb('commands', 'Commands')}${title('Bulk commands')}
      <p class="explains">One device after the other is asked, at a rate; who did not do it is listed.</p>
      ${this.told()}
      <div class=${maySomewhere(SEND) ? 'listing' : ''}><section>${this.bulks.show((b) => (b.items.length ? table('Bulk commands', [
        { label: 'Command', lead: true, cell: (x: Bulk) => html`<a href=${link(['bulk', x.id])}>${x.name}</a> ${args(x)}` },
        { label: 'Devices', cell: whom },
        { label: 'Progress', wide: true, cell: (x: Bulk) => html`<span class="number">${format.count(x.progress.succeeded)} of ${format.count(x.progress.devices)}</span> ${progress(x.progress)}` },
        { label: 'By', minor: true, cell: (x: Bulk) => html`<span class="id">${x.issuer}</span>` },
        { label: 'Asked', number: true, cell: (x: Bulk) => when(x.createdAt, this.tick.now) },
        { label: 'State', trail: true, cell: state },
      ], b.items) : empty('No bulk command yet.', 'Each that was given is here, with how far it is.')))}</section>
      ${maySomewhere(SEND) ? html`<section><h2>Ask many</h2>${this.products.show(() => this.form(), 3)}</section>` : lacking(SEND, 'give one')}</div>`;
  }

  private form(): TemplateResult {
    const product = this.chosen;
    if (!product) return empty('No product declares a command.', html`<a href=${link(['products'])}>Products</a>`);
    const choose = (change: (value: string) => void) => (e: Event) => { change((e.target as HTMLSelectElement).value); this.requestUpdate(); };
    return html`<form class="model" autocomplete="off" @submit=${this.make}>
      <div class="pair"><div class="field"><label for="product">Product</label><select id="product" @change=${choose((v) => (this.product = v))}>${this.able.map((p) => html`<option value=${p.id} ?selected=${p.id === product.id}>${p.name || p.id}</option>`)}</select></div>
        <div class="field"><label for="name">Command</label><select id="name" @change=${choose((v) => (this.name = v))}>${Object.keys(product.commands!).map((c) => html`<option ?selected=${c === this.command}>${c}</option>`)}</select></div></div>
      <div class="filters">${fields(product.commands![this.command])}</div>
      <div class="field"><label for="group">Only in</label><select id="group" name="of-group"><option value="">any group</option>${this.groups.value?.items.map((g) => html`<option value=${g.id}>${g.name}</option>`)}</select></div>
      <div class="pair"><div class="field"><label for="rate">Devices a second</label><input id="rate" name="of-rate" type="number" min="0.01" max="10000" step="any" value="10" required></div>
        <div class="field"><label for="stop">Give up above % failed</label><input id="stop" name="of-stop" type="number" min="0" max="99" placeholder="never"></div></div>
      <div class="actions"><button class="main">Ask them</button></div></form>`;
  }
}

/** How far one is, and what became of each device. */
class BulkPage extends Acting {
  static override properties = { bulk: { attribute: false } };
  declare bulk: string;
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/commands/bulk/${encodeURIComponent(this.bulk)}${rest}`;
  private readonly about = new Load(this, () => get<Bulk>(this.path()), 1000);
  private limit = PAGE;
  private readonly devices = new Load(this, () => get<PageOf<Outcome>>(this.path('/devices'), { outcome: this.query.get('outcome'), limit: this.limit }), 2000);
  private asked?: string;

  protected override willUpdate(): void {
    const outcome = this.query.get('outcome') ?? '';
    if (this.asked !== undefined && this.asked !== outcome) this.devices.restart();
    this.asked = outcome;
  }

  private async turn(verb: string): Promise<void> {
    await this.act(() => send('POST', this.path(`/${verb}`)), '');
    await this.about.run();
  }

  private async pace(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const rate = Number(new FormData(event.target as HTMLFormElement).get('rate'));
    await this.act(() => send('PATCH', this.path(), { rate }), `${rate} devices a second from now on.`);
    await this.about.run();
  }

  protected override render(): TemplateResult {
    return html`${crumb('bulk', 'Bulk commands')}${this.about.show((b) => html`
      ${title(html`${b.name} ${args(b)}`, this.acts(b), state(b))}
      ${this.told()}
      ${facts([['Devices', whom(b)], ['Succeeded', html`<span class="number">${format.count(b.progress.succeeded)} of ${format.count(b.progress.devices)}</span>`], ['Rate', html`<span class="number">${format.value(b.rate)} /s</span>`], ['Asked', when(b.createdAt, this.tick.now)], ['By', html`<span class="id">${b.issuer}</span>`], ...(b.stop ? [['Gives up above', format.share(b.stop.share)] as [string, Shown]] : [])])}
      <section><h2>Progress</h2>${progress(b.progress)}<p class="number say">${KINDS.filter(([kind]) => b.progress[kind]).map(([kind, label, look]) => html`<i class="key ${look}" aria-hidden="true"></i>${label} ${format.count(b.progress[kind])} `)}</p>
        ${this.open(b) && maySomewhere(SEND) ? html`<form class="filters flush" @submit=${this.pace}><label>Devices a second <input name="rate" type="number" min="0.01" max="10000" step="any" required .value=${String(b.rate)}></label><button>Change the rate</button></form>` : nothing}</section>
      <section><header class="title minor"><h2>Devices</h2><nav class="choices" aria-label="Outcome">${Object.entries(OUTCOMES).map(([key, text]) => html`<a href=${here({ outcome: key || undefined })} aria-current=${(this.query.get('outcome') ?? '') === key ? 'true' : 'false'}>${text}</a>`)}</nav></header>
        ${this.devices.show((d) => (d.items.length ? html`${table('Devices', [
          { label: 'Device', lead: true, cell: (o: Outcome) => deviceLink(o.device) },
          { label: 'Outcome', trail: true, cell: (o: Outcome) => format.words(o.outcome) },
          { label: 'Why', wide: true, cell: (o: Outcome) => o.why ?? '' },
        ], d.items)}${more(d.next && this.limit < 1000 ? d.next : undefined, () => { this.limit = 1000; return this.devices.run(); }, false)}` : empty('No device is in that state.')))}</section>
      ${confirmation('cancel', 'Ask nobody more?', 'What was not sent yet is taken back; what devices have they may still do.', 'Cancel it', () => this.turn('cancel'))}`)}`;
  }

  private readonly open = (b: Bulk): boolean => ['running', 'paused'].includes(b.state);

  private acts(b: Bulk): Shown {
    if (!this.open(b) || !maySomewhere(SEND)) return nothing;
    return html`<button @click=${() => this.turn(b.state === 'paused' ? 'resume' : 'pause')}>${b.state === 'paused' ? 'Go on' : 'Pause'}</button><button @click=${() => this.confirm('cancel')}>Cancel …</button>`;
  }
}

customElements.define('v-bulks', Bulks);
customElements.define('v-bulk', BulkPage);
