import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { follow, get, send } from './api.js';
import { Load, Part, Tick } from './element.js';
import * as format from './format.js';
import { clockSecond, dot, empty, table, when, type Column } from './parts.js';
import { shown, type Value } from './twin-fields.js';
import type { Command, CommandModel, Metric, Page, Session } from './types.js';

const STATES: Record<string, 'good' | 'warn' | 'bad' | 'off'> = { succeeded: 'good', failed: 'bad', expired: 'bad', unknown: 'warn' };
/** Not with the device yet. */
const WAITING = ['created', 'validated', 'queued'];
/** Nothing follows. */
const OVER = ['succeeded', 'failed', 'expired', 'cancelled'];
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
  private readonly session = new Load(this, () => get<Session>('/session'));
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

  private get name(): string {
    return this.chosen in this.models ? this.chosen : (Object.keys(this.models)[0] ?? '');
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
    const given = Object.entries(this.models[this.name].arguments ?? {}).map(([name, m]) => [name, value(m, String(data.get(name) ?? ''))]).filter(([, v]) => v !== undefined);
    await this.act(() => send<Command>('POST', this.path(), { name: this.name, arguments: Object.fromEntries(given) }));
  }

  protected override render(): TemplateResult {
    const items = this.log.value?.items ?? [];
    const may = this.session.value?.open || this.session.value?.rights?.includes('command.send');
    const understands = Object.keys(this.models).length > 0;
    if (!understands && !items.length) return html``;
    return html`<section><h2>Commands</h2>${may && understands ? this.form() : nothing}
      ${this.problem ? html`<div class="note bad" role="alert">${this.problem}</div>` : nothing}
      ${this.log.show(() => (items.length ? table('Commands', this.columns(may ?? false), items) : empty('Nothing was asked of it yet.')), 2)}</section>`;
  }

  private form(): TemplateResult {
    const model = this.models[this.name];
    return html`<form class="filters" @submit=${this.submit}>
      <label>Command <select id="command" @change=${(e: Event) => { this.chosen = (e.target as HTMLSelectElement).value; this.requestUpdate(); }}>${Object.keys(this.models).map((name) => html`<option ?selected=${name === this.name}>${name}</option>`)}</select></label>
      ${Object.entries(model.arguments ?? {}).map(([name, m]) => html`<label>${name}${m.unit ? html` <span class="faint">${format.unit(m.unit)}</span>` : nothing} ${input(name, m, model.required?.includes(name) ?? false)}</label>`)}
      <button class="main">Send</button></form>`;
  }

  private columns(may: boolean): Column<Command>[] {
    return [
      { label: 'Command', lead: true, cell: (c) => html`${c.name} <span class="id faint">${Object.entries(c.arguments).map(([name, v]) => `${name}=${shown(v as Value)}`).join(' ')}</span>` },
      { label: 'State', cell: (c) => html`${dot(STATES[c.state] ?? 'off')} ${c.state}` },
      { label: 'How it went', wide: true, minor: true, cell: (c) => html`<span class="faint">${c.steps.map((s, i) => html`${i ? ' › ' : ''}<span title=${s.at}>${s.state}${i ? ` +${format.millis(Date.parse(s.at) - Date.parse(c.createdAt))}` : ''}</span>`)}</span>${c.result?.detail ? html`<br>${c.result.detail}` : c.steps.at(-1)?.why ? html`<br>${c.steps.at(-1)!.why}` : nothing}` },
      { label: 'By', minor: true, cell: (c) => html`<span class="id">${c.issuer}</span>` },
      { label: 'Deadline', number: true, cell: (c) => clockSecond(c.deadline) },
      { label: 'Asked', number: true, cell: (c) => when(c.createdAt, this.tick.now) },
      { label: '', trail: true, cell: (c) => (may && WAITING.includes(c.state) ? html`<button @click=${() => this.act(() => send<Command>('POST', `/commands/${c.id}/cancel`))} aria-label="Cancel ${c.name}">Cancel</button>` : nothing) },
    ];
  }
}

/** As the model takes it; nothing typed is nothing said. */
function value(m: Metric, typed: string): Value | undefined {
  if (!typed.trim()) return undefined;
  if (m.type === 'boolean') return typed === 'true';
  return m.type === 'text' ? typed : Number(typed);
}

function input(name: string, m: Metric, required: boolean): TemplateResult {
  if (m.type === 'boolean') return html`<select name=${name} ?required=${required}><option value="">–</option><option>true</option><option>false</option></select>`;
  if (m.type === 'text') return html`<input name=${name} ?required=${required} spellcheck="false" autocomplete="off">`;
  return html`<input name=${name} type="number" ?required=${required} min=${m.min ?? nothing} max=${m.max ?? nothing} step=${m.type === 'integer' ? '1' : 'any'}>`;
}

customElements.define('v-commands', Commands);
