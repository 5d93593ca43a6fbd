import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { follow, get, send } from './api.js';
import { Load, Part, Tick } from './element.js';
import { approve, cancel, commandColumns } from './command-columns.js';
import { fields, given, STANDARD } from './command-form.js';
import { empty, table } from './parts.js';
import { lacking, Rights } from './rights.js';
import { link } from './route.js';
import type { Command, CommandModel, Page } from './types.js';

/** Nothing follows. */
const OVER = ['succeeded', 'failed', 'expired', 'cancelled', 'refused'];
const MOST = 20;

/** What a device was asked to do, and what became of it, as it happens. */
class Commands extends Part {
  static override properties = { device: { attribute: false }, models: { attribute: false } };
  declare device: string;
  /** What the product understands, by name. */
  declare models: Record<string, CommandModel>;
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/devices/${encodeURIComponent(this.device)}/commands${rest}`;
  private readonly log = new Load(this, () => get<Page<Command>>(this.path(), { limit: MOST }));
  private readonly rights = new Rights(this, () => ({ device: this.device }));
  private chosen = '';
  private problem = '';

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('device')) follow<Command>(`/commands/live?device=${encodeURIComponent(this.device)}`, 'command', (command) => this.take(command), this.leaving.signal);
  }

  /** The newest first; one that is known changes in its place. */
  private take(command: Command): void {
    const items = this.log.value?.items ?? [];
    const at = items.findIndex((c) => c.id === command.id);
    this.log.value = { items: at < 0 ? [command, ...items].slice(0, MOST) : items.with(at, command) };
    this.requestUpdate();
  }

  /** What the product lists has the last word. */
  private get known(): Record<string, CommandModel> {
    return { ...this.models, ...Object.fromEntries(Object.entries(STANDARD).filter(([name]) => !(name in this.models))) };
  }

  private get name(): string {
    return this.chosen in this.known ? this.chosen : Object.keys(this.known)[0];
  }

  /** Of one that the stream told of already the answer is older. */
  private async act(what: () => Promise<Command>): Promise<void> {
    this.problem = '';
    try {
      const answer = await what();
      if (OVER.includes(answer.state) || !this.log.value?.items.some((c) => c.id === answer.id)) this.take(answer);
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.requestUpdate();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    await this.act(() => send<Command>('POST', this.path(), { name: this.name, arguments: given(this.known[this.name], data) }));
  }

  protected override render(): TemplateResult {
    const items = this.log.value?.items ?? [];
    const may = this.rights.has('command.send');
    return html`<section><h2><a href=${link(['commands'], { device: this.device })}>Commands</a></h2>${may ? this.form() : lacking('command.send', 'send it a command')}
      ${this.problem ? html`<div class="note bad" role="alert">${this.problem}</div>` : nothing}
      ${this.log.show(() => (items.length ? table('Commands', commandColumns(this.tick.now, may ? (c) => this.act(() => cancel(c)) : undefined, false, this.rights.has('command.approve') ? (c) => this.act(() => approve(c)) : undefined), items) : empty('Nothing was asked of it yet.')), 2)}</section>`;
  }

  private form(): TemplateResult {
    const model = this.known[this.name];
    const option = (name: string) => html`<option ?selected=${name === this.name}>${name}</option>`;
    return html`<form class="filters" @submit=${this.submit}>
      <label>Command <select id="command" @change=${(e: Event) => { this.chosen = (e.target as HTMLSelectElement).value; this.requestUpdate(); }}>${Object.keys(this.models).map(option)}<optgroup label="Of the SDK">${Object.keys(STANDARD).filter((name) => !(name in this.models)).map(option)}</optgroup></select></label>
      ${fields(model)}
      <button class="main">Send</button></form>`;
  }
}

customElements.define('v-commands', Commands);
