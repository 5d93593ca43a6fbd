import { html, nothing, type TemplateResult } from 'lit';
import { get, logIn, Problem, signIn } from '../api.js';
import { current, replace } from '../route.js';
import mark from '../mark.svg';
import { Part } from '../element.js';

/** What went wrong at the provider, by the words that the server puts into the address. */
const FAILURES: Record<string, string> = {
  state: 'You came back after more than ten minutes, a second time, or in another browser. Begin again.',
  provider: 'It did not vouch for you, or did not answer. Try again; if it stays so, the server’s log says why.',
  forbidden: 'The provider knows you, but nobody goes by that name here. Ask who adds people.',
  unauthenticated: 'Your account here is disabled. Ask who manages people.',
};

function failure(): string | undefined {
  const { query } = current();
  const what = query.get('failed');
  return what ? FAILURES[what === 'user' ? (query.get('code') ?? '') : what] : undefined;
}

class SignIn extends Part {
  private problem = '';
  private busy = false;
  private code = false;
  private provider = '';

  private field(id: string): HTMLInputElement | null {
    return this.querySelector(`#${id}`);
  }

  private async enter(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const [name, secret, code] = ['name', 'secret', 'code'].map((id) => this.field(id)?.value.trim() ?? '');
    this.busy = true;
    this.problem = '';
    this.requestUpdate();
    try {
      await (name ? logIn(name, this.field('secret')!.value, code) : signIn(secret));
      dispatchEvent(new Event('vagus-signed-in'));
    } catch (error) {
      const wanted = error instanceof Problem && error.field === 'code' && !this.code;
      this.code ||= wanted;
      this.problem = wanted ? '' : (error as Error).message;
    }
    this.busy = false;
    this.requestUpdate();
    await this.updateComplete;
    const next = this.field(this.code && !this.problem ? 'code' : 'secret');
    next?.focus();
    next?.select();
  }

  protected override firstUpdated(): void {
    this.field('name')!.focus();
    addEventListener('hashchange', () => this.requestUpdate(), { signal: this.leaving.signal });
    void get<{ provider?: string }>('/session').then((s) => {
      this.provider = s.provider ?? '';
      this.requestUpdate();
    });
  }

  protected override render(): TemplateResult {
    const wrong = this.problem ? 'true' : 'false';
    return html`
      <main class="sign-in">
        <h1><img src=${mark} alt="" width="40" height="40"> Vagus</h1>
        ${failure() ? html`<div class="note bad" role="alert"><strong>You are not signed in.</strong><p>${failure()}</p></div>` : nothing}
        ${this.provider ? html`<p><a class="button" id="provider" href="/api/v1/login/oidc">Sign in at ${this.provider}</a></p>` : nothing}
        <form @submit=${this.enter} @input=${() => failure() && replace({ failed: undefined, code: undefined })}>
          <label for="name">Name</label>
          <input id="name" autocomplete="username" autocapitalize="none" spellcheck="false">
          <label for="secret">Password</label>
          <input id="secret" type="password" autocomplete="current-password" required aria-describedby="note ${this.problem ? 'problem' : ''}" aria-invalid=${wrong}>
          ${this.code ? html`<label for="code">Code of your authenticator</label>
            <input id="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required aria-invalid=${wrong}>` : nothing}
          ${this.problem ? html`<p id="problem" class="problem" role="alert">${this.problem}</p>` : nothing}
          <button class="main" ?disabled=${this.busy}>Sign in</button>
        </form>
        <p id="note" class="faint">With an access token leave the name empty; the first start wrote one to <code>admin.token</code> in the data folder. The browser keeps only a session, which ends when you are away for long.</p>
      </main>`;
  }
}
customElements.define('v-sign-in', SignIn);
