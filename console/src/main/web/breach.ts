import { html, nothing, type TemplateResult } from 'lit';
import { sendLines } from './api.js';
import { Part } from './element.js';
import * as format from './format.js';
import { bar } from './parts.js';
import { Rights } from './rights.js';

interface Outcome { device: string; result: 'contained' | 'already' | 'failed'; certificatesRevoked: number; secretTaken: boolean; connected: boolean; disconnectedMillis?: number; why?: string }

/** One act on a device or a group in wrong hands: credentials gone, sessions ended, quarantined; then the evidence. */
class Breach extends Part {
  static override properties = { path: { attribute: false }, name: { attribute: false }, count: { attribute: false } };
  /** Of the device or the group, below the API's base. */
  declare path: string;
  declare name: string;
  /** How many devices it is about. */
  declare count: number;
  private readonly rights = new Rights(this, () => this.where());
  private outcomes: Outcome[] = [];
  private problem = '';
  private busy = false;

  private where(): Record<string, string> {
    const [, kind, id] = this.path.split('/');
    return { [kind === 'groups' ? 'group' : 'device']: decodeURIComponent(id) };
  }

  private async contain(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = String(new FormData(event.target as HTMLFormElement).get('reason')).trim();
    this.outcomes = [];
    this.problem = '';
    this.busy = true;
    this.requestUpdate();
    try {
      await sendLines<Outcome>('POST', `${this.path}/breach`, { reason }, (outcome) => {
        this.outcomes.push(outcome);
        this.requestUpdate();
      });
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.busy = false;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (!this.rights.has('breach.contain')) return html``;
    return html`<button class="danger" @click=${this.open}>Breach …</button>
      <dialog aria-labelledby="breach-title"><h2 id="breach-title">${this.outcomes.length || this.busy ? `${this.name} is shut out` : `Shut out ${this.name}?`}</h2>
        ${this.outcomes.length || this.busy ? this.told() : this.asking()}</dialog>`;
  }

  private open(): void {
    this.outcomes = [];
    this.problem = '';
    this.requestUpdate();
    this.querySelector('dialog')!.showModal();
  }

  private close(): void {
    this.querySelector('dialog')!.close();
    this.dispatchEvent(new Event('contained', { bubbles: true }));
  }

  private asking(): TemplateResult {
    const many = this.count > 1;
    return html`<p>${many ? `All ${format.count(this.count)} devices of it` : 'It'} may be in wrong hands: sessions end within a second, certificates are revoked, secrets taken away, and ${many ? 'they are' : 'it is'} quarantined. To come back, a device needs a new credential.</p>
      ${this.problem ? html`<div class="note bad" role="alert">${this.problem}</div>` : nothing}
      <form @submit=${this.contain}><label>Why<input name="reason" required maxlength="500" placeholder="it was stolen" autocomplete="off"></label>
        <div class="actions"><button type="button" @click=${this.close}>Cancel</button><button class="main danger">Shut out</button></div></form>`;
  }

  private told(): TemplateResult {
    const all = this.outcomes;
    const revoked = all.reduce((sum, o) => sum + o.certificatesRevoked, 0);
    const connected = all.filter((o) => o.connected);
    const ended = connected.map((o) => o.disconnectedMillis).filter((ms) => ms !== undefined);
    const taken = all.filter((o) => o.secretTaken).length;
    const failed = all.filter((o) => o.result === 'failed');
    return html`<div role="status"><p><strong class="number">${format.count(all.length)} of ${format.count(Math.max(this.count, all.length))}</strong> ${this.busy ? '…' : 'done.'}</p>
        ${this.count > 1 ? bar([{ label: 'done', value: all.length - failed.length, kind: 'accepted' }, { label: 'failed', value: failed.length, kind: 'bad' }, { label: 'to do', value: Math.max(0, this.count - all.length), kind: 'rest' }], '') : nothing}
        <p>${format.count(revoked)} ${revoked === 1 ? 'certificate' : 'certificates'} revoked, ${format.count(taken)} ${taken === 1 ? 'secret' : 'secrets'} taken away, ${format.count(ended.length)} of ${format.count(connected.length)} ${connected.length === 1 ? 'session' : 'sessions'} ended${ended.length ? ` within ${format.millis(Math.max(...ended))}` : ''}.</p>
        ${failed.length ? html`<p class="problem">${format.count(failed.length)} failed: ${failed[0].device}, ${failed[0].why}</p>` : nothing}</div>
      ${this.busy ? nothing : html`<p class="faint">The evidence is a signed archive of its sessions, events, credentials and messages; it needs a certificate authority to sign it.</p>
        <div class="actions"><a class="button" download href="/api/v1${this.path}/evidence">Save the evidence</a><button class="main" @click=${this.close}>Close</button></div>`}`;
  }
}
customElements.define('v-breach', Breach);
