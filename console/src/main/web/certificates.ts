import { html, nothing, type TemplateResult } from 'lit';
import { send } from './api.js';
import { Part, Tick } from './element.js';
import * as format from './format.js';
import { bar, deviceLink, dot, table, type Column, type Shown } from './parts.js';
import { Rights } from './rights.js';
import type { Certificate } from './types.js';

const DAY_MILLIS = 86_400_000;
export const SOON_DAYS = 3;

/** Past two thirds of its life a device should have renewed. */
export const renewalDue = (c: Certificate, now: number): boolean => now > Date.parse(c.notBefore) + ((Date.parse(c.notAfter) - Date.parse(c.notBefore)) * 2) / 3;

const REASONS = { unspecified: 'not said', 'key-compromise': 'its key is in other hands', superseded: 'it has another', 'cessation-of-operation': 'it is out of use', 'affiliation-changed': 'it is another’s now' };

/** How long it still holds, or may still be renewed with. */
export function countdown(c: Certificate, now: number): Shown {
  const left = Date.parse(c.notAfter) - now;
  if (c.status === 'revoked') return html`<span class="faint">revoked</span>`;
  if (left > 0) return html`<time datetime=${c.notAfter} title=${c.notAfter} class=${left < SOON_DAYS * DAY_MILLIS ? 'problem' : renewalDue(c, now) ? 'warning' : ''}>in ${format.duration(left / 1000)}</time>`;
  const grace = c.mayRenewUntil ? Date.parse(c.mayRenewUntil) - now : 0;
  return html`<time datetime=${c.notAfter} title=${c.notAfter} class="problem">ended ${format.age(Date.parse(c.notAfter), now)}</time>${c.mayRenewUntil ? html`<br><span class="faint">${grace > 0 ? `may renew for ${format.duration(grace / 1000)} more` : 'must enrol anew'}</span>` : nothing}`;
}

/** How much of its life is over. */
function life(c: Certificate, now: number): Shown {
  const whole = Date.parse(c.notAfter) - Date.parse(c.notBefore);
  const over = Math.min(whole, Math.max(0, now - Date.parse(c.notBefore)));
  const kind = c.status !== 'valid' ? 'mute' : whole - over < SOON_DAYS * DAY_MILLIS ? 'bad' : renewalDue(c, now) ? 'rejected' : 'accepted';
  return html`<span class="life">${bar([{ label: 'over', value: over, kind }, { label: 'left', value: whole - over, kind: 'rest' }], `${format.share(over / whole)} of its life is over`)}</span>`;
}

/** Certificates with age and countdown, which can be revoked. */
class Certificates extends Part {
  static override properties = { items: { attribute: false }, withDevice: { attribute: false } };
  declare items: Certificate[];
  declare withDevice: boolean;
  private readonly tick = new Tick(this);
  private readonly rights = new Rights(this, () => ({ device: this.withDevice ? undefined : this.items[0]?.device }));
  private going?: Certificate;
  private problem = '';

  private ask(certificate: Certificate): void {
    this.going = certificate;
    this.problem = '';
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('dialog')!.showModal());
  }

  private async revoke(event: SubmitEvent): Promise<void> {
    if ((event.submitter as HTMLButtonElement).value !== 'yes') return;
    const reason = new FormData(event.target as HTMLFormElement).get('reason');
    const { device, serial } = this.going!;
    try {
      await send('POST', `/devices/${encodeURIComponent(device)}/certificates/${serial}/revoke`, { reason });
      this.dispatchEvent(new Event('revoked', { bubbles: true }));
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.requestUpdate();
  }

  private columns(): Column<Certificate>[] {
    const now = this.tick.now;
    const mayRevoke = this.rights.has('credential.revoke');
    return [
      ...(this.withDevice ? [{ label: 'Device', lead: true, cell: (c: Certificate) => deviceLink(c.device) }] : []),
      { label: 'Serial', lead: !this.withDevice, minor: this.withDevice, cell: (c) => html`<span class="id" title=${c.serial}>${c.serial.slice(0, 16)}${c.serial.length > 16 ? '…' : ''}</span>` },
      { label: 'Key', minor: true, cell: (c) => c.keyKind },
      { label: 'State', cell: (c) => html`${dot(c.status === 'valid' ? 'good' : c.status === 'expired' ? 'bad' : 'off')} ${c.status}${c.reason ? html` <span class="faint">${format.words(c.reason)}</span>` : nothing}` },
      { label: 'Age', number: true, cell: (c) => html`<time datetime=${c.notBefore} title=${c.notBefore}>${format.duration(Math.max(0, now - Date.parse(c.notBefore)) / 1000)}</time>` },
      { label: 'Life', wide: true, minor: true, cell: (c) => life(c, now) },
      { label: 'Ends', number: true, cell: (c) => countdown(c, now) },
      { label: '', trail: true, cell: (c) => (mayRevoke && c.status !== 'revoked' ? html`<button @click=${() => this.ask(c)} aria-label="Revoke the certificate ${c.serial.slice(0, 8)} of ${c.device}">Revoke</button>` : nothing) },
    ];
  }

  protected override render(): TemplateResult {
    return html`${this.problem ? html`<div class="note bad" role="alert">${this.problem}</div>` : nothing}
      ${table('Certificates', this.columns(), this.items)}
      <dialog aria-labelledby="revoke-title"><h2 id="revoke-title">Revoke the certificate of ${this.going?.device}?</h2>
        <p>Its connections end at once, and it counts no more, for good. The device needs another to come back.</p>
        <form method="dialog" @submit=${this.revoke}><label>Because<select name="reason">${Object.entries(REASONS).map(([word, text]) => html`<option value=${word}>${text}</option>`)}</select></label>
          <div class="actions"><button value="no">Cancel</button><button class="main" value="yes">Revoke</button></div></form></dialog>`;
  }
}
customElements.define('v-certificates', Certificates);
