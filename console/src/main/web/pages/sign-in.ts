import { html, nothing, type TemplateResult } from 'lit';
import { signIn } from '../api.js';
import mark from '../mark.svg';
import { Part } from '../element.js';

class SignIn extends Part {
  private problem = '';
  private busy = false;

  private async enter(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const field = this.querySelector('input')!;
    this.busy = true;
    this.requestUpdate();
    try {
      await signIn(field.value.trim());
      field.value = '';
      dispatchEvent(new Event('vagus-signed-in'));
    } catch (error) {
      this.problem = (error as Error).message;
      field.select();
    }
    this.busy = false;
    this.requestUpdate();
  }

  protected override firstUpdated(): void {
    this.querySelector('input')!.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <main class="sign-in">
        <h1><img src=${mark} alt="" width="40" height="40"> Vagus</h1>
        <form @submit=${this.enter}>
          <label for="token">Access token</label>
          <input id="token" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="token-note ${this.problem ? 'token-problem' : ''}" aria-invalid=${this.problem ? 'true' : 'false'}>
          ${this.problem ? html`<p id="token-problem" class="problem" role="alert">${this.problem}</p>` : nothing}
          <button class="main" ?disabled=${this.busy}>Sign in</button>
        </form>
        <p id="token-note" class="faint">The first start wrote one to <code>admin.token</code> in the data folder. The browser keeps only a session, for 12 hours at most.</p>
      </main>`;
  }
}
customElements.define('v-sign-in', SignIn);
