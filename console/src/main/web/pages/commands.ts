import { html, nothing, type TemplateResult } from 'lit';
import { follow, get } from '../api.js';
import { approve, cancel, commandColumns, STATES } from '../command-columns.js';
import { Load } from '../element.js';
import * as format from '../format.js';
import { mayEverywhere } from '../may.js';
import { dot, empty, fleetPages, type Shown } from '../parts.js';
import { link, replace } from '../route.js';
import type { Command, Group, Page as PageOf, Product } from '../types.js';
import { Listing } from './listing.js';

interface Outcomes { counted: number; succeeded: number; successShare?: number; deliveredShare?: number; executedShare?: number; verifiedShare?: number; target: number }

/** What the fleet was asked to do, and what became of it, as it happens. */
class CommandsPage extends Listing<Command> {
  protected readonly heading = 'Devices';
  protected readonly explains = 'What devices were asked to do, by whom, and what became of it. A command is sent on its device’s page.';
  protected readonly path = '/commands';
  protected readonly filters = ['device', 'state', 'product', 'group', 'issuer', 'bulk'];
  private trouble = '';
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));
  private readonly outcomes = new Load(this, () => get<Outcomes>('/commands/success', this.ofOutcomes));
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));

  override connectedCallback(): void {
    super.connectedCallback();
    follow<Command>('/commands/live', 'command', (command) => this.take(command), this.leaving.signal);
  }

  /** Without what narrows to some outcomes. */
  private get ofOutcomes(): Record<string, string | number> {
    return Object.fromEntries(Object.entries(this.asksNow).filter(([name]) => ['device', 'product', 'group', 'bulk', 'from', 'to'].includes(name)));
  }

  protected override async load(cursor?: string): Promise<void> {
    if (!cursor) void this.outcomes.run();
    await super.load(cursor);
  }

  /** One that is shown changes in its place; whether another fits the server knows. */
  private take(command: Command): void {
    const at = this.items.findIndex((c) => c.id === command.id);
    if (at >= 0) this.items = this.items.with(at, command);
    else if (!this.query.has('from') && command.createdAt > (this.items[0]?.createdAt ?? '')) void this.load();
    this.requestUpdate();
  }

  private async act(what: Promise<Command>): Promise<void> {
    try {
      this.take(await what);
      this.trouble = '';
    } catch (error) {
      this.trouble = (error as Error).message;
    }
    this.requestUpdate();
  }

  protected columns = () => commandColumns(this.tick.now, mayEverywhere('command.send') ? (c) => this.act(cancel(c)) : undefined, true, mayEverywhere('command.approve') ? (c) => this.act(approve(c)) : undefined);
  protected none = (filtered: boolean): TemplateResult => (filtered ? empty('No command fits.', html`<a href=${link(['commands'])}>Show all</a>`) : empty('No device was asked to do anything yet.', 'Commands are declared by the product, and sent on a device’s page or by POST /api/v1/devices/{id}/commands.'));

  protected override aside(): Shown {
    return fleetPages('commands');
  }

  /** Of the same filter and range as the list; a missing acknowledgement counts as a failure. */
  private success(): Shown {
    const s = this.outcomes.value;
    if (!s?.counted || s.successShare === undefined) return nothing;
    const below = s.successShare < s.target;
    const text = `${format.count(s.succeeded)} of ${format.count(s.counted)}; delivered ${format.share(s.deliveredShare!)}, executed ${format.share(s.executedShare!)}${s.verifiedShare === undefined ? '' : `, effect seen ${format.share(s.verifiedShare)}`}`;
    return html`<p class="faint whole-row" id="success">${dot(below ? 'warn' : 'good')} <strong class=${below ? 'warning' : ''}>${format.share(s.successShare)} succeeded</strong> (${text}; target ${format.share(s.target)})</p>`;
  }

  protected override controls(): Shown {
    const choose = (label: string, name: string, all: [string, string][]) => html`<label><span class="unseen">${label}</span><select @change=${(e: Event) => replace({ [name]: (e.target as HTMLSelectElement).value || undefined })}><option value="">${label}: any</option>${all.map(([value, text]) => html`<option value=${value} ?selected=${this.query.get(name) === value}>${text}</option>`)}</select></label>`;
    const named = (items: { id: string; name: string }[] | undefined) => (items ?? []).map((x) => [x.id, x.name || x.id] as [string, string]);
    return html`<a class="button" href=${link(['bulk'])}>Bulk commands</a>${choose('State', 'state', STATES.map((s) => [s, format.words(s)]))}${choose('Product', 'product', named(this.products.value?.items))}${choose('Group', 'group', named(this.groups.value?.items))}
      <label><span class="unseen">Who asked</span><input placeholder="user:anna" spellcheck="false" autocomplete="off" .value=${this.query.get('issuer') ?? ''} @change=${(e: Event) => replace({ issuer: (e.target as HTMLInputElement).value.trim() || undefined })}></label>
      ${this.success()}${this.trouble ? html`<p class="problem" role="alert">${this.trouble}</p>` : nothing}`;
  }
}
customElements.define('v-command-log', CommandsPage);
