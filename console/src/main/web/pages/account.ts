import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load } from '../element.js';
import { title } from '../parts.js';
import type { Session } from '../types.js';

interface Begun { secret: string; uri: string }

class Account extends Acting {
  private readonly session = new Load(this, () => get<Session>('/session'));
  private begun?: Begun;

  private data(event: SubmitEvent): Record<string, string> {
    event.preventDefault();
    return Object.fromEntries([...new FormData(event.target as HTMLFormElement)].map(([k, v]) => [k, String(v)]).filter(([, v]) => v));
  }

  private async change(event: SubmitEvent, path: string, done: string): Promise<void> {
    const form = event.target as HTMLFormElement;
    const body = this.data(event);
    if (await this.act(() => send('POST', `/me/${path}`, body), done)) {
      form.reset();
      this.begun = undefined;
      void this.session.run();
    }
  }

  private async begin(event: SubmitEvent): Promise<void> {
    const body = this.data(event);
    await this.act(async () => (this.begun = await send<Begun>('POST', '/me/second-factor', body)), '');
  }

  protected override render(): TemplateResult {
    return html`${this.session.show((s) => html`${title(s.displayName || s.user || 'You', html`<a class="button" href="#/tokens">Tokens</a>`)}
      ${this.told()}
      ${s.user ? html`<div class="listing"><div>${this.password(s)}${this.factor(s)}</div>${rights(s)}</div>` : html`<p class="explains">Signed in with a token: there is no password to change.</p>${rights(s)}`}`)}`;
  }

  private code(s: Session): TemplateResult | typeof nothing {
    return s.secondFactor ? html`<div class="field"><label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required></label></div>` : nothing;
  }

  private password(s: Session): TemplateResult {
    return html`<section><h2>Password</h2><form class="model" @submit=${(e: SubmitEvent) => this.change(e, 'password', 'The new password holds; your other sessions ended.')}>
      <div class="field"><label for="now">Password now</label><input id="now" name="password" type="password" required autocomplete="current-password"></div>
      <div class="field"><label for="new">New password</label><input id="new" name="newPassword" type="password" minlength="12" required autocomplete="new-password" aria-describedby="new-note"><p id="new-note" class="faint">12 characters or more, of any kind.</p></div>
      ${this.code(s)}<div class="actions"><button class="main">Change</button></div></form></section>`;
  }

  private factor(s: Session): TemplateResult {
    if (s.secondFactor) return html`<section><h2>Second factor</h2><p>A code is asked for.</p><form class="model" @submit=${(e: SubmitEvent) => this.change(e, 'second-factor/remove', 'No code is asked for any more.')}>
      <div class="field"><label for="again">Password</label><input id="again" name="password" type="password" required autocomplete="current-password"></div>${this.code(s)}<div class="actions"><button>Remove</button></div></form></section>`;
    if (this.begun) return html`<section><h2>Second factor</h2><p>Enter this key in your authenticator, then the code that it shows.</p><p><code class="id" id="key">${this.begun.secret.match(/.{1,4}/g)!.join(' ')}</code> <a href=${this.begun.uri}>Open in an authenticator</a></p>
      <form class="model" @submit=${(e: SubmitEvent) => this.change(e, 'second-factor/confirm', 'From now on a code is asked for.')}><div class="field"><label for="code">Code</label><input id="code" name="code" inputmode="numeric" maxlength="6" required autocomplete="one-time-code"></div><div class="actions"><button class="main">Confirm</button></div></form></section>`;
    return html`<section><h2>Second factor</h2><p>A code of an authenticator beside the password, new every 30 seconds.</p><form class="model" @submit=${this.begin}>
      <div class="field"><label for="again">Password</label><input id="again" name="password" type="password" required autocomplete="current-password"></div><div class="actions"><button>Begin</button></div></form></section>`;
  }
}

const rights = (s: Session): TemplateResult => html`<section><h2>What you may do</h2><p class="tags">${(s.rights ?? []).map((r) => html`<span class="tag">${r}</span> `)}</p></section>`;

customElements.define('v-account', Account);
