import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { outcome } from '../columns.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { clock, deviceLink, empty, messageLink, messagePages, title, type Shown } from '../parts.js';
import { replace } from '../route.js';
import type { Message } from '../types.js';

/** What became of one message, step by step. */
class Messages extends Page {
  private asked = '';
  private readonly found = new Load(this, async () => {
    const id = this.query.get('id');
    return id ? get<{ messages: Message[] }>(`/messages/${encodeURIComponent(id)}`, { device: this.query.get('device') }) : { messages: [] };
  }, 3000);

  protected override willUpdate(): void {
    const asked = `${this.query.get('id')} ${this.query.get('device')}`;
    if (asked !== this.asked && this.asked) this.found.restart();
    this.asked = asked;
  }

  private look(event: SubmitEvent): void {
    event.preventDefault();
    replace({ id: this.querySelector('input')!.value.trim() || undefined, device: undefined });
  }

  protected override render(): TemplateResult {
    const id = this.query.get('id');
    return html`
      ${title('Messages', messagePages('messages'))}
      <p class="explains">What became of one message. Its id is in the answer to the device; the device's own id works too.</p>
      <form class="filters" @submit=${this.look}>
        <label class="search"><span class="unseen">Message id</span><input type="search" placeholder="Message id" spellcheck="false" .value=${id ?? ''}></label><button>Look up</button>
      </form>
      ${!id ? empty('No id given.', html`The page of a <a href="#/devices">device</a> lists its last messages.`)
        : this.found.problem?.status === 404 ? empty('No message has this id.', 'Check the id; messages older than the ledger keeps are gone.')
        : this.found.show((f) => html`${f.messages.map((m) => this.message(m))}`)}`;
  }

  private message(m: Message): TemplateResult {
    const steps: [string, string | undefined][] = [['Generated', m.generatedTime], ['Received', m.receivedTime], ['Durable', m.durableTime], ['Processed', m.processedTime], ['Stored', m.storedTime]];
    const facts: [string, Shown][] = [['Outcome', outcome(m)], ['Device', deviceLink(m.device)], ['Listener', m.listener]];
    if (m.deviceMessageId) facts.push(['Its own id', html`<span class="id">${m.deviceMessageId}</span>`]);
    if (m.duplicateOf) facts.push(['First copy', messageLink(m.duplicateOf)]);
    let before: string | undefined;
    return html`<section><h2 class="id">${m.id}</h2>
      <dl class="facts">${facts.map(([name, what]) => html`<div><dt>${name}</dt><dd>${what}</dd></div>`)}</dl>
      <ol class="way">${steps.map(([name, time]) => {
        const took = before && time ? since(Date.parse(time) - Date.parse(before)) : '';
        before = time ?? before;
        return html`<li class=${time ? 'done' : ''}><strong>${name}</strong>${time ? clock(time) : html`<span class="faint">${name === 'Generated' ? 'without a time' : 'not reached'}</span>`}${took ? html`<span class="faint number">${took}</span>` : nothing}</li>`;
      })}</ol></section>`;
  }
}
/** A step that seems to be before the one before: the device's clock is ahead of the server's. */
const since = (millis: number): string => (millis < 0 ? `${format.millis(millis)}, its clock is ahead` : `+ ${format.millis(millis)}`);

customElements.define('v-messages', Messages);
