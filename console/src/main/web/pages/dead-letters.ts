import { html, nothing, type TemplateResult } from 'lit';
import { get, send } from '../api.js';
import { deadLetterColumns } from '../columns.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { clock, confirmation, crumb, deviceLink, empty, facts, productLink, messagePages, title, type Shown } from '../parts.js';
import { maySomewhere } from '../may.js';
import { Rights } from '../rights.js';
import { link } from '../route.js';
import type { DeadLetter } from '../types.js';
import { Listing } from './listing.js';

const REPLAY = 'dead-letter.replay';

interface Replayed { replayed: number; message?: string }

const done = (r: Replayed | undefined, problem: string): TemplateResult | typeof nothing => {
  if (problem) return html`<div class="note bad" role="alert">${problem}</div>`;
  if (!r) return nothing;
  return html`<div class="note good" role="status">${r.replayed === 0 ? 'No message was left to replay.' : `${format.count(r.replayed)} ${r.replayed === 1 ? 'message is' : 'messages are'} durable again and will be judged by the model in force.`}${r.message ? html` <a href=${link(['messages'], { id: r.message })}>See what became of it</a>` : nothing}</div>`;
};

class DeadLetters extends Listing<DeadLetter> {
  protected readonly heading = 'Dead letters';
  protected readonly explains = 'Messages that were kept but could not be accepted. Correct the product model, then replay them. The newest are kept, as many as process.dead-letter-bytes allows.';
  protected readonly path = '/dead-letters';
  protected readonly filters = ['device', 'product', 'reason'];
  private result?: Replayed;
  private trouble = '';

  protected columns = () => deadLetterColumns(this.tick.now, true);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No dead letter fits.', html`<a href=${link(['dead-letters'])}>Show all</a>`) : empty('No dead letters.', 'A message that breaks its product model would be kept here, whole.'));

  protected override aside(): Shown {
    if (!maySomewhere(REPLAY)) return messagePages('dead-letters');
    return html`${messagePages('dead-letters')}<button class="main" ?disabled=${!this.items.some((d) => !d.replayed)} @click=${() => this.querySelector<HTMLDialogElement>('#replay')!.showModal()}>Replay …</button>`;
  }

  private async replay(): Promise<void> {
    const form = new FormData(this.querySelector<HTMLFormElement>('#filter')!);
    const filter = Object.fromEntries([...form].filter(([, value]) => value));
    const { from, to } = this.asksNow;
    const time = (at: string | number) => new Date(at).toISOString();
    if (from) filter.from = time(from);
    if (to) filter.to = time(to);
    try {
      this.result = await send<Replayed>('POST', '/dead-letters/replay', filter);
      this.trouble = '';
    } catch (error) {
      this.trouble = (error as Error).message;
    }
    await this.load();
  }

  protected override render(): TemplateResult {
    const reasons = [...new Set([...this.items.map((d) => d.reason), this.query.get('reason') ?? ''])].filter(Boolean);
    const products = [...new Set([...this.items.map((d) => d.product), this.query.get('product') ?? ''])].filter(Boolean);
    const choose = (label: string, name: string, all: string[]) => html`<label>${label}<select name=${name}><option value="">any</option>${all.map((v) => html`<option value=${v} ?selected=${this.query.get(name) === v}>${format.words(v)}</option>`)}</select></label>`;
    const body = `All that fit${Object.keys(this.asks).some((name) => ['range', 'from'].includes(name)) ? ', of the time range shown,' : ''} are put back and judged anew by the model in force.`;
    return html`${super.render()}${done(this.result, this.trouble)}
      <dialog id="replay" aria-labelledby="replay-title"><h2 id="replay-title">Replay dead letters</h2><p>${body}</p>
        <form id="filter" method="dialog" @submit=${(e: SubmitEvent) => (e.submitter as HTMLButtonElement).value === 'yes' && this.replay()}>
          <label>Device<input name="device" placeholder="any" spellcheck="false" .value=${this.query.get('device') ?? ''}></label>${choose('Product', 'product', products)}${choose('Reason', 'reason', reasons)}
          <div class="actions"><button value="no">Cancel</button><button class="main" value="yes">Replay</button></div>
        </form></dialog>`;
  }
}

class Letters extends Page {
  protected override render(): TemplateResult {
    const id = this.route.path[1];
    return id ? html`<v-dead-letter .letter=${id}></v-dead-letter>` : html`<v-dead-letter-list></v-dead-letter-list>`;
  }

  protected override updated(): void {
    this.querySelectorAll(':scope > *').forEach((page) => page instanceof Page && page.requestUpdate());
  }
}

class Letter extends Page {
  static override properties = { letter: { attribute: false } };
  declare letter: string;
  private result?: Replayed;
  private trouble = '';
  private readonly path = (rest = '') => `/dead-letters/${encodeURIComponent(this.letter)}${rest}`;
  private readonly found = new Load(this, () => get<DeadLetter>(this.path()));
  private readonly rights = new Rights(this, () => ({ device: this.found.value?.device }));

  private async replay(): Promise<void> {
    try {
      this.result = await send<Replayed>('POST', this.path('/replay'));
      this.trouble = '';
    } catch (error) {
      this.trouble = (error as Error).message;
    }
    await this.found.run();
  }

  protected override render(): TemplateResult {
    return html`${crumb('dead-letters', 'Dead letters')}${this.found.show((d) => this.view(d))}`;
  }

  private view(d: DeadLetter): TemplateResult {
    const about: [string, Shown][] = [
      ['Reason', format.words(d.reason)], ['Device', deviceLink(d.device)], ['Product', html`${productLink(d.product)} <span class="faint">version ${d.modelVersion}</span>`],
      ['Received', html`${clock(d.receivedTime)} <span class="faint">${d.listener}</span>`], ['Channel', d.channel], ['Payload', html`${format.bytes(d.sizeBytes)} <span class="faint">${d.contentType}</span>`], ['State', d.replayed ? 'replayed' : 'kept'],
    ];
    return html`
      ${title(d.why, !this.rights.has(REPLAY) ? nothing : html`<button class="main" id="replay-one" @click=${() => this.querySelector('dialog')!.showModal()}>${d.replayed ? 'Replay again' : 'Replay'}</button>`)}
      ${done(this.result, this.trouble)}
      ${facts(about)}
      <section><h2>Payload</h2><pre tabindex="0" aria-label="Payload">${d.payloadText === undefined ? d.payloadBase64 : pretty(d.payloadText)}</pre>${d.payloadText === undefined ? html`<p class="faint">Not UTF-8: shown as Base64.</p>` : nothing}</section>
      ${confirmation('one', 'Replay this message?', 'It is put back as it came and judged by the model in force now.', 'Replay', () => this.replay())}`;
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

customElements.define('v-dead-letter-list', DeadLetters);
customElements.define('v-dead-letter', Letter);
customElements.define('v-dead-letters', Letters);
