import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { confirmation, empty, table, title, when, type Column, type Shown } from '../parts.js';
import { maySomewhere } from '../may.js';
import { lacking } from '../rights.js';
import type { Page as PageOf, Roles, Session, Token } from '../types.js';

const LIVES = { '24h': 'a day', '30d': '30 days', '90d': '90 days', '365d': 'a year', '': 'for ever' };

/** How long it still holds: what ends within a week stands out. */
function countdown(token: Token, now: number): Shown {
  if (!token.expiresAt) return html`<span class="faint">never</span>`;
  const seconds = (Date.parse(token.expiresAt) - now) / 1000;
  return html`<time datetime=${token.expiresAt} class=${seconds < 86_400 ? 'problem' : seconds < 7 * 86_400 ? 'warning' : nothing}>${seconds > 0 ? `in ${format.duration(seconds)}` : 'ended'}</time>`;
}

class TokensPage extends Acting {
  private readonly tick = new Tick(this);
  private readonly tokens = new Load(this, () => get<PageOf<Token>>('/tokens'));
  private readonly roles = new Load(this, () => get<Roles>('/roles'));
  private readonly session = new Load(this, () => get<Session>('/session'));
  private issued = '';
  private going?: Token;

  private async issue(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    this.issued = '';
    const body = { name: String(data.get('name')).trim(), scopes: [String(data.get('scope'))], lifetime: String(data.get('lifetime')) || undefined };
    if (await this.act(async () => (this.issued = (await send<{ token: string }>('POST', '/tokens', body)).token), '')) {
      form.reset();
      void this.tokens.run();
    }
  }

  private ask(token: Token): void {
    this.going = token;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('dialog')!.showModal());
  }

  private async revoke(): Promise<void> {
    const token = this.going!;
    await this.act(() => send('DELETE', `/tokens/${token.id}`), `${token.name} is worth nothing from now on.`);
    void this.tokens.run();
  }

  private columns(): Column<Token>[] {
    return [
      { label: 'Name', lead: true, wide: true, cell: (t) => html`${t.name} <span class="faint id">${t.id}</span>` },
      { label: 'May', cell: (t) => t.scopes.join(', ') },
      { label: 'Owner', cell: (t) => t.owner ?? html`<span class="faint">itself</span>` },
      { label: 'Made', number: true, cell: (t) => when(t.createdAt, this.tick.now) },
      { label: 'Last used', number: true, cell: (t) => when(t.lastUsedAt, this.tick.now) },
      { label: 'Ends', number: true, cell: (t) => countdown(t, this.tick.now) },
      { label: '', trail: true, cell: (t) => html`<button @click=${() => this.ask(t)} aria-label="Revoke ${t.name}">Revoke</button>` },
    ];
  }

  protected override render(): TemplateResult {
    return html`${title('Tokens')}
      <p class="explains">How programs come to the API. A token may no more than who made it, and is shown once.</p>
      ${this.told()}
      ${this.issued ? html`<div class="note good" role="status"><strong>Copy it now; it is not shown again.</strong><p><code class="id" id="issued">${this.issued}</code></p></div>` : nothing}
      <div class=${maySomewhere('token.issue') ? 'listing' : ''}><section>${this.tokens.show((t) => (t.items.length ? table('Tokens', this.columns(), t.items) : empty('No token yet.', 'A program shows one in place of a password.')))}</section>
      ${!maySomewhere('token.issue') ? lacking('token.issue', 'make one') : this.session.value ? this.form() : nothing}</div>
      ${confirmation('revoke', `Revoke ${this.going?.name ?? ''}?`, 'Whoever uses it is refused at once.', 'Revoke', () => this.revoke())}`;
  }

  private form(): TemplateResult {
    const mine = this.session.value!.rights!;
    const roles = (this.roles.value?.roles ?? []).filter((r) => r.rights.every((right) => mine.includes(right))).map((r) => r.role);
    return html`<section><h2>Make one</h2><form class="model" @submit=${this.issue}>
      <div class="field"><label for="name">Name</label><input id="name" name="name" required spellcheck="false" autocomplete="off" placeholder="grafana"></div>
      <div class="field"><label for="scope">May</label><select id="scope" name="scope"><optgroup label="Roles">${roles.map((r) => html`<option>${r}</option>`)}</optgroup><optgroup label="One right">${mine.map((r) => html`<option>${r}</option>`)}</optgroup></select></div>
      <div class="field"><label for="lifetime">For</label><select id="lifetime" name="lifetime">${Object.entries(LIVES).map(([value, text]) => html`<option value=${value} ?selected=${value === '30d'}>${text}</option>`)}</select></div>
      <div class="actions"><button class="main">Make</button></div></form></section>`;
  }
}
customElements.define('v-tokens', TokensPage);
