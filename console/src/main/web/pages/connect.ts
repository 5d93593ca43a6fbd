import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { code } from '../code.js';
import * as connect from '../connect.js';
import { Load, Tick } from '../element.js';
import '../first-message.js';
import * as format from '../format.js';
import { choices, confirmation, crumb, title, type Shown } from '../parts.js';
import { lacking, Rights } from '../rights.js';
import { keep, recall } from '../shown-once.js';
import type { Certificate, Device, EnrolmentToken, Listeners, Product, Session } from '../types.js';

const BY = { secret: 'Secret', token: 'One-time token', certificate: 'Certificate' };
const SEEN_ONCE = 'Copy it now: it is not shown again.';

/** How one device gets to send: its credential, what to type, and whether it came. */
class Connect extends Acting {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/devices/${encodeURIComponent(this.device)}${rest}`;
  private readonly about = new Load(this, async () => {
    const device = await get<Device>(this.path());
    const [product, listeners, { open }] = await Promise.all([get<Product>(`/products/${encodeURIComponent(device.product)}`), get<Listeners>('/listeners'), get<Session>('/session')]);
    return { product, listeners, open };
  });
  private readonly rights = new Rights(this, () => ({ device: this.device }));
  private token?: EnrolmentToken & { token: string };
  private issued?: Certificate & { certificate: string };

  private get by(): string {
    const by = this.query.get('by') ?? '';
    return by in BY ? by : 'secret';
  }

  private async makeSecret(): Promise<void> {
    await this.act(async () => keep('secret', this.device, (await send<{ secret: string }>('POST', this.path('/secret'), {})).secret), '');
  }

  private async makeToken(): Promise<void> {
    await this.act(async () => {
      const { items } = await send<{ items: (EnrolmentToken & { token: string })[] }>('POST', '/enrolment/tokens', { device: this.device, lifetime: '1h' });
      this.token = items[0];
    }, '');
  }

  private async issue(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const csr = String(new FormData(event.target as HTMLFormElement).get('csr')).trim();
    await this.act(async () => (this.issued = await send('POST', this.path('/certificates'), { csr })), '');
  }

  protected override render(): TemplateResult {
    return html`${crumb('devices', 'Devices')}${this.about.show((a) => html`
      ${title(html`Connect <span class="id">${this.device}</span>`, choices('It shows', 'by', this.by, BY), html`<span class="faint">${a.product.name || a.product.id}</span>`)}
      ${this.told()}
      <div class="connect"><div>${this.credential(a.listeners)}${this.sending(a.product, a.listeners, a.open)}</div>
        <div><v-first-message .device=${this.device} .units=${Object.fromEntries(Object.entries(a.product.metrics).map(([name, m]) => [name, m.unit]))}></v-first-message>${this.trust(a.listeners)}</div></div>
      ${confirmation('renew', 'Make another secret?', `The one that ${this.device} has now is worth nothing from then on.`, 'Make', () => this.makeSecret())}`)}`;
  }

  private credential(listeners: Listeners): Shown {
    if (!this.rights.has('credential.issue')) return lacking('credential.issue', 'give it a credential');
    if (this.by === 'secret') return this.secret();
    return this.by === 'token' ? this.byToken(listeners) : this.byRequest();
  }

  private secret(): TemplateResult {
    const secret = recall('secret', this.device);
    return html`<section><header class="title minor"><h2>Its secret</h2><div class="aside"><button @click=${() => (secret ? this.confirm('renew') : this.makeSecret())}>${secret ? 'Make another' : 'Make a secret'}</button></div></header>
      ${secret ? html`${code(secret, 'Secret')}<p class="faint">${SEEN_ONCE} The server keeps what it needs to check it, and no more.</p>`
        : html`<p class="faint">It is shown once, when it is made, and not here any more. Another replaces the one it may have.</p>`}</section>`;
  }

  private byToken(listeners: Listeners): TemplateResult {
    const { http } = connect.doors(listeners, location.hostname, true);
    const own = listeners.certificate !== undefined;
    const t = this.token;
    if (!http) return this.noTls();
    return html`<section><header class="title minor"><h2>Its token</h2><div class="aside"><button @click=${this.makeToken}>${t ? 'Make another' : 'Make a token'}</button></div></header>
      ${t ? html`${code(t.token, 'Token')}<p class="faint">${SEEN_ONCE} It serves once, for ${this.device} only, and ends in ${format.duration((Date.parse(t.expires) - this.tick.now) / 1000)}.</p>` : html`<p class="faint">It serves once, within an hour, for ${this.device} only.</p>`}</section>
      <section><h2>Get a certificate with it</h2>
        <p class="say">Where the device is, make its key and a request that names it:</p>${code(connect.request(this.device), 'Key and request')}
        <p class="say">Ask for its certificate (EST, RFC 7030):</p>${code(connect.enrolByEst(this.device, t?.token ?? 'TOKEN', http, own), 'Enrolment')}
        <details class="other"><summary>It cannot make a request</summary><p class="say">Then it gets a secret for the token:</p>${code(connect.enrolBySecret(this.device, t?.token ?? 'TOKEN', http, own), 'Enrolment without a request')}</details></section>`;
  }

  private byRequest(): TemplateResult {
    return html`<section><h2>Its certificate</h2>
      <p class="say">Where the device is, make its key and a request that names it:</p>${code(connect.request(this.device), 'Key and request')}
      ${this.issued ? html`<p class="say">Save this as <code>${this.device}.crt</code> beside its key; it holds until ${new Date(this.issued.notAfter).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}:</p>${code(this.issued.certificate, 'Certificate', 'tall')}`
        : html`<form @submit=${this.issue}><div class="field"><label for="csr">The request, <code>${this.device}.csr</code></label><textarea id="csr" name="csr" rows="6" required spellcheck="false" placeholder="-----BEGIN CERTIFICATE REQUEST-----"></textarea></div><button class="main">Issue its certificate</button></form>`}</section>`;
  }

  private noTls(): TemplateResult {
    return html`<section><h2>Its token</h2><p class="faint">Tokens and certificates need listeners with TLS: start the server with <code>--https :8443 --mqtts :8883</code>.</p></section>`;
  }

  private sending(product: Product, listeners: Listeners, open: boolean): TemplateResult {
    const certified = this.by !== 'secret';
    const target = { device: this.device, proof: certified ? { kind: 'certificate' as const } : this.shown(open), ownCertificate: listeners.certificate !== undefined, values: connect.reading(product), ...connect.doors(listeners, location.hostname, certified) };
    const all = connect.examples(target);
    const name = this.query.get('with') ?? '';
    const chosen = name in all ? name : Object.keys(all)[0];
    if (!chosen) return html``;
    const { run, text, label, where } = all[chosen];
    return html`<section><header class="title minor"><h2>Send a reading</h2>${choices('Example', 'with', chosen, Object.fromEntries(Object.entries(all).map(([key, e]) => [key, e.label])))}</header>
      ${run ? html`<p class="say">Save it and run <code>${run}</code>; it sends one every 10 s${where ? ` (${where})` : ''}:</p>` : where ? html`<p class="say">${where}:</p>` : nothing}${code(text, `Example for ${label}`)}</section>`;
  }

  /** Where everybody is let in, who shows nothing is too. */
  private shown(open: boolean): connect.Proof {
    const secret = recall('secret', this.device);
    return secret || !open ? { kind: 'secret', secret: secret ?? 'SECRET' } : { kind: 'nothing' };
  }

  private trust(listeners: Listeners): Shown {
    const used = connect.doors(listeners, location.hostname, this.by !== 'secret');
    if (!listeners.certificate || !(used.mqtt?.tls || used.http?.tls)) return nothing;
    return html`<section><details open><summary>The server’s certificate</summary><p class="say">Save it as <code>server.crt</code> where the example runs: the server made it itself, so that nobody knows it.</p>${code(listeners.certificate, 'The server’s certificate', 'tall')}</details></section>`;
  }
}
customElements.define('v-connect', Connect);
