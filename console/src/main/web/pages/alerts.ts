import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { RULE, ruleOf, STATES, type Alert } from '../alert/shapes.js';
import { alertColumns, source, standing } from '../alert/table.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { maySomewhere } from '../may.js';
import { choices, clock, crumb, deviceLink, empty, facts, filterTag, messageLink, more, table, title, when, type Shown } from '../parts.js';
import { lacking, Rights } from '../rights.js';
import { link, replace } from '../route.js';
import type { Page as PageOf } from '../types.js';

const WRITE = 'alert.write';
const EVERY_MILLIS = 3000;
const PAGE = 100;
const MOST = 1000;
const CLASSES = { '': 'Any class', page: 'Page', ticket: 'Ticket' };

/** Says who has it in hand. */
const acknowledge = (a: Alert, note: string): Promise<Alert> => send<Alert>('POST', `/alerts/${encodeURIComponent(a.id)}/acknowledge`, { note });

abstract class Acknowledging extends Acting {
  protected chosen?: Alert;

  protected ask(a: Alert): void {
    this.chosen = a;
    this.confirm('acknowledge');
  }

  protected abstract again(): Promise<void>;

  private async take(event: SubmitEvent): Promise<void> {
    if ((event.submitter as HTMLButtonElement).value !== 'yes') return;
    const note = String(new FormData(event.target as HTMLFormElement).get('note')).trim();
    (event.target as HTMLFormElement).reset();
    await this.act(() => acknowledge(this.chosen!, note), '');
    await this.again();
    dispatchEvent(new Event('vagus-alerts'));
  }

  protected dialog(): TemplateResult {
    return html`<dialog id="acknowledge" aria-labelledby="acknowledge-title"><h2 id="acknowledge-title">Acknowledge</h2><p>${this.chosen?.text} <span class="id">${this.chosen?.device}</span></p>
      <form method="dialog" @submit=${this.take}><label>Note<input name="note" required maxlength="1000" autocomplete="off" placeholder="On my way"></label>
        <div class="actions"><button value="no" formnovalidate>Cancel</button><button class="main" value="yes">Acknowledge</button></div></form></dialog>`;
  }
}

/** What wants somebody: the open ones first. */
class Alerts extends Acknowledging {
  private readonly tick = new Tick(this);
  private limit = PAGE;
  private asked = '';
  private readonly alerts = new Load(this, () => get<PageOf<Alert>>('/alerts', this.asks), EVERY_MILLIS);

  private get asks(): Record<string, string | number | undefined> {
    const { state, class: of, device, rule } = Object.fromEntries(this.query);
    return { state: state === 'all' ? undefined : state || 'open', class: of, device, source: rule && `${RULE}${rule}`, limit: this.limit };
  }

  protected override willUpdate(): void {
    const asked = JSON.stringify(this.asks);
    if (this.asked && asked !== this.asked) void this.alerts.run();
    this.asked = asked;
  }

  protected async again(): Promise<void> {
    await this.alerts.run();
  }

  protected override render(): TemplateResult {
    const rule = this.query.get('rule');
    return html`${title('Alerts')}
      <p class="explains">What somebody should know: one per rule and device, open until it clears by itself. A page wakes somebody, a ticket waits for the working day.</p>
      <div class="filters"><label class="search"><span class="unseen">Device id</span><input type="search" placeholder="Device id" spellcheck="false" autocomplete="off" .value=${this.query.get('device') ?? ''} @change=${(e: Event) => replace({ device: (e.target as HTMLInputElement).value.trim() || undefined })}></label>
        ${choices('State', 'state', this.query.get('state') ?? '', STATES)}${choices('Class', 'class', this.query.get('class') ?? '', CLASSES)}${rule ? filterTag('rule', rule) : nothing}</div>
      ${this.told()}
      ${this.alerts.show((page) => this.list(page))}${this.dialog()}`;
  }

  private list(page: PageOf<Alert>): TemplateResult {
    const { state, ...others } = Object.fromEntries(this.query);
    if (!page.items.length) return Object.keys(others).length || state ? empty('No alert fits.', html`<a href=${link(['alerts'])}>The open ones</a>`) : empty('Nothing is open.', html`An alert that a <a href=${link(['rules'])}>rule</a> raises is here at once.`);
    return html`${table('Alerts', alertColumns(this.tick.now, maySomewhere(WRITE) ? (a) => this.ask(a) : undefined), page.items)}
      ${more(page.next && this.limit < MOST ? page.next : undefined, () => { this.limit = MOST; return this.alerts.run(); }, false)}`;
  }
}

/** One alert, and what it came of. */
class AlertPage extends Acknowledging {
  static override properties = { alert: { attribute: false } };
  declare alert: string;
  private readonly tick = new Tick(this);
  private readonly found = new Load(this, () => get<Alert>(`/alerts/${encodeURIComponent(this.alert)}`), EVERY_MILLIS);
  private readonly rights = new Rights(this, () => ({ device: this.found.value?.device }));

  protected async again(): Promise<void> {
    await this.found.run();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('alert') !== undefined) this.found.restart();
  }

  protected override render(): TemplateResult {
    return html`${crumb('alerts', 'Alerts')}${this.found.show((a) => html`
      ${title(a.text, a.state === 'open' && this.rights.has(WRITE) ? html`<button class="main" @click=${() => this.ask(a)}>Acknowledge</button>` : nothing, standing(a))}
      ${this.told()}${facts(this.particulars(a))}
      ${this.rights.has(WRITE) || a.state !== 'open' ? nothing : lacking(WRITE, 'acknowledge it')}
      <section><h2>What came before and after it</h2>${this.links(a)}</section>`)}${this.dialog()}`;
  }

  private links(a: Alert): TemplateResult {
    const rule = ruleOf(a);
    return html`<ul class="links">
      ${a.device ? html`<li><a href=${link(['devices', a.device, 'timeline'], around(a))}>The device at that time</a></li>` : nothing}
      ${a.message ? html`<li>The message ${messageLink(a.message)}</li>` : nothing}
      ${rule ? html`<li><a href=${link(['rules', rule], { show: 'firings' })}>All firings of the rule</a></li>` : nothing}
      ${a.commands?.length ? html`<li><a href=${link(['commands'], { device: a.device, issuer: a.source })}>${a.commands.length === 1 ? 'The command that was sent' : `The ${a.commands.length} commands that were sent`}</a></li>` : nothing}</ul>`;
  }

  private particulars(a: Alert): [string, Shown][] {
    const all: [string, Shown][] = [
      ['Class', html`<span class="flag ${a.class}">${a.class}</span>`],
      ...(a.device ? [['Device', deviceLink(a.device)] as [string, Shown]] : []),
      ['By', source(a)],
      ['Raised', html`${clock(a.raisedAt)} <span class="faint">${when(a.raisedAt, this.tick.now)}</span>`],
    ];
    if (a.count > 1) all.push(['Times', html`<span class="number">${format.count(a.count)}</span> <span class="faint">last ${when(a.lastAt, this.tick.now)}</span>`]);
    if (a.acknowledged) all.push(['Acknowledged', html`${when(a.acknowledged.at, this.tick.now)} by <span class="id">${a.acknowledged.by}</span>${a.acknowledged.note ? html`<br>${a.acknowledged.note}` : nothing}`]);
    if (a.clearedAt) all.push(['Cleared', html`${clock(a.clearedAt)} <span class="faint">after ${format.duration((Date.parse(a.clearedAt) - Date.parse(a.raisedAt)) / 1000)}</span>`]);
    return all;
  }
}

const SIDE_MILLIS = 300_000;

const around = (a: Alert): Record<string, string> => ({ from: new Date(Date.parse(a.raisedAt) - SIDE_MILLIS).toISOString(), to: new Date(Date.parse(a.clearedAt ?? a.lastAt) + SIDE_MILLIS).toISOString() });

customElements.define('v-alerts', Alerts);
customElements.define('v-alert', AlertPage);
