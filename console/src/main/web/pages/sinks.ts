import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { mayEverywhere } from '../may.js';
import { confirmation, crumb, deviceLink, dot, empty, facts, rulePages, table, title, when, type Column, type Shown } from '../parts.js';
import { lacking } from '../rights.js';
import { link } from '../route.js';
import type { Page as PageOf } from '../types.js';

interface Sink { id: string; kind: string; description?: string; config?: Record<string, string>; secretNames?: string[]; state: 'up' | 'retrying'; lag: number; lagSeconds?: number; delivered: number; failed: number; deadLetters: number; deadLettersDropped?: number; lastError?: string; lastErrorAt?: string }
interface Letter { id: string; firing: string; rule: string; device: string; at: string; attempts: number; why: string; body: string }
interface Tested { ok: boolean; millis?: number; detail?: string }
interface Replayed { replayed: number; left: number; why?: string }

const WRITE = 'sink.write';
const EVERY_MILLIS = 3000;
/** What each kind is set up with, and an example of it; more by the API. */
const KINDS: Record<string, [string, string][]> = {
  webhook: [['url', 'https://erp.example/hooks/vagus']],
  mqtt: [['topic', 'alarms/{device}']],
  kafka: [['servers', 'kafka.example:9092'], ['topic', 'firings'], ['user', '']],
};
const SECRETS: Record<string, [string, string]> = { webhook: ['signing', 'Secret to sign with'], kafka: ['password', 'Password'] };
/** Part of the platform. */
const BUILT_IN = 'built-in';

function standing(s: Sink): Shown {
  if (s.state === 'retrying') return html`${dot('bad')} retrying`;
  return s.lag ? html`${dot('warn')} behind` : html`${dot('good')} up to date`;
}

const lagging = (s: Sink): Shown => (s.lag ? html`${format.count(s.lag)}${s.lagSeconds ? html` <span class="faint">${format.duration(s.lagSeconds)}</span>` : nothing}` : html`<span class="faint">0</span>`);

/** Where firings are handed to, and how far each is. */
class Sinks extends Acting {
  private readonly tick = new Tick(this);
  private readonly sinks = new Load(this, () => get<PageOf<Sink>>('/sinks'), EVERY_MILLIS);

  protected override render(): TemplateResult {
    return html`${title('Sinks', html`${rulePages('sinks')}${mayEverywhere(WRITE) ? html`<a class="button main" href=${link(['sinks', 'new'])}>New sink</a>` : nothing}`)}
      <p class="explains">Where rules hand things to. Each has a queue of its own: one that is slow or gone delays no other, and nothing is lost.</p>
      ${this.told()}${this.sinks.show((p) => (p.items.length ? table('Sinks', this.columns(), p.items) : empty('No sink yet.', 'A rule hands firings to a webhook, an MQTT topic or a Kafka topic.')))}`;
  }

  private columns(): Column<Sink>[] {
    return [
      { label: 'Sink', lead: true, cell: (s) => html`<a class="id" href=${link(['sinks', s.id])}>${s.id}</a>` },
      { label: 'State', trail: true, cell: standing },
      { label: 'Kind', cell: (s) => html`<span class="faint">${format.words(s.kind)}</span>` },
      { label: 'To', wide: true, cell: (s) => s.description || (s.config?.url ?? s.config?.topic ?? '') },
      { label: 'Lag', number: true, cell: (s) => lagging(s) },
      { label: 'Delivered', number: true, cell: (s) => format.count(s.delivered) },
      { label: 'Failed', number: true, minor: true, cell: (s) => format.count(s.failed) },
      { label: 'Dead letters', number: true, cell: (s) => (s.deadLetters ? html`<span class="problem">${format.count(s.deadLetters)}</span>` : html`<span class="faint">0</span>`) },
      { label: 'Last error', cell: (s) => (s.lastError ? html`${s.lastError} <span class="faint">${when(s.lastErrorAt, this.tick.now)}</span>` : nothing) },
    ];
  }
}

/** One sink: what it is, whether it works, and what it could not be given. */
class SinkPage extends Acting {
  static override properties = { sink: { attribute: false } };
  declare sink: string;
  private kind = 'webhook';
  private tested?: Tested;
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/sinks/${encodeURIComponent(this.sink)}${rest}`;
  private readonly found = new Load(this, async () => (this.isNew ? BLANK : get<Sink>(this.path())), EVERY_MILLIS);
  private readonly letters = new Load(this, async () => (this.isNew ? { items: [] } : get<PageOf<Letter>>(this.path('/dead-letters'), { limit: 100 })), EVERY_MILLIS);

  private get isNew(): boolean {
    return this.sink === 'new';
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('sink') === undefined) return;
    this.problem = this.done = '';
    this.tested = undefined;
    this.found.restart();
    this.letters.restart();
  }

  private async test(): Promise<void> {
    this.tested = undefined;
    await this.act(async () => (this.tested = await send<Tested>('POST', this.path('/test'))), '');
  }

  private async replay(): Promise<void> {
    let done: Replayed | undefined;
    if (await this.act(async () => (done = await send<Replayed>('POST', this.path('/dead-letters/replay'), {})), '')) this.done = `${format.count(done!.replayed)} arrived, ${format.count(done!.left)} are left${done!.why ? `: ${done!.why}` : '.'}`;
    await Promise.all([this.found.run(), this.letters.run()]);
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const config = Object.fromEntries(this.settings.map(([name]) => [name, text(`config-${name}`)]).filter(([, v]) => v));
    const [name] = SECRETS[this.kindNow] ?? [];
    const secret = name && text('secret');
    const id = this.isNew ? text('id') : this.sink;
    const body = { kind: this.kindNow, ...(text('description') ? { description: text('description') } : {}), config, ...(secret ? { secrets: { [name]: secret } } : {}) };
    if (!(await this.act(() => send('PUT', `/sinks/${encodeURIComponent(id)}`, body), 'It is saved.'))) return;
    if (this.isNew) location.hash = link(['sinks', id]);
    else await this.found.run();
  }

  private async erase(): Promise<void> {
    if (await this.act(() => send('DELETE', this.path()), '')) location.hash = link(['sinks']);
  }

  private get kindNow(): string {
    return this.isNew ? this.kind : this.found.value!.kind;
  }

  private get settings(): [string, string][] {
    const config = this.found.value?.config ?? {};
    const known = KINDS[this.kindNow] ?? [];
    return [...known, ...Object.keys(config).filter((name) => !known.some(([k]) => k === name)).map((name) => [name, ''] as [string, string])];
  }

  protected override render(): TemplateResult {
    return html`${crumb('sinks', 'Sinks')}${this.found.show((s) => html`
      ${title(this.isNew ? 'New sink' : s.id, this.acts(s), this.isNew ? nothing : standing(s))}
      ${this.told()}${this.tested ? html`<div class="note ${this.tested.ok ? 'good' : 'bad'}" role="status"><strong>${this.tested.ok ? 'It works.' : 'It does not work.'}</strong> ${this.tested.detail ?? ''}${this.tested.millis === undefined ? nothing : html` <span class="faint">${format.millis(this.tested.millis)}</span>`}</div>` : nothing}
      ${this.isNew ? nothing : facts(this.particulars(s))}
      <div class=${this.isNew ? '' : 'beside'}>${s.kind === BUILT_IN ? nothing : mayEverywhere(WRITE) ? this.form(s) : lacking(WRITE, 'change it')}${this.isNew ? nothing : this.dead()}</div>
      ${confirmation('erase', `Delete ${s.id}?`, 'What waits for it and its dead letters go with it. A rule that names it is broken from then on.', 'Delete', () => this.erase())}`)}`;
  }

  private acts(s: Sink): Shown {
    if (this.isNew || s.kind === BUILT_IN || !mayEverywhere(WRITE)) return nothing;
    return html`<button @click=${() => this.test()}>Test</button><button @click=${() => this.confirm('erase')}>Delete</button>`;
  }

  private particulars(s: Sink): [string, Shown][] {
    return [
      ['Kind', format.words(s.kind)], ['Lag', lagging(s)], ['Delivered', html`<span class="number">${format.count(s.delivered)}</span>`], ['Failed attempts', html`<span class="number">${format.count(s.failed)}</span>`],
      ['Dead letters', html`<span class="number">${format.count(s.deadLetters)}</span>${s.deadLettersDropped ? html` <span class="faint">${format.count(s.deadLettersDropped)} had to go</span>` : nothing}`],
      ...(s.lastError ? [['Last error', html`${s.lastError} <span class="faint">${when(s.lastErrorAt, this.tick.now)}</span>`] as [string, Shown]] : []),
    ];
  }

  private form(s: Sink): TemplateResult {
    const secret = SECRETS[this.kindNow];
    return html`<section><h2>${this.isNew ? 'What it is' : 'Settings'}</h2><form class="model" autocomplete="off" @submit=${this.save}>
      ${this.isNew ? html`<div class="pair"><div class="field"><label for="id">Id</label><input id="id" name="id" required spellcheck="false" autocapitalize="none" placeholder="erp"></div>
        <div class="field"><label for="kind">Kind</label><select id="kind" @change=${(e: Event) => { this.kind = (e.target as HTMLSelectElement).value; this.requestUpdate(); }}>${Object.keys(KINDS).map((k) => html`<option ?selected=${k === this.kind}>${k}</option>`)}</select></div></div>` : nothing}
      <div class="field"><label for="description">What it is for</label><input id="description" name="description" .value=${s.description ?? ''}></div>
      ${this.settings.map(([name, hint]) => html`<div class="field"><label for="config-${name}">${name}</label><input id="config-${name}" name="config-${name}" spellcheck="false" placeholder=${hint} .value=${s.config?.[name] ?? ''}></div>`)}
      ${secret ? html`<div class="field"><label for="secret">${secret[1]}</label><input id="secret" name="secret" type="password" autocomplete="new-password" placeholder=${s.secretNames?.includes(secret[0]) ? 'stays as it is' : 'none'}></div>` : nothing}
      <div class="actions"><button class="main">${this.isNew ? 'Make it' : 'Save'}</button></div></form></section>`;
  }

  private dead(): TemplateResult {
    return html`<section><header class="title minor"><h2>Dead letters</h2><div class="aside">${mayEverywhere(WRITE) && this.letters.value?.items.length ? html`<button @click=${() => this.replay()}>Replay all</button>` : nothing}</div></header>
      ${this.letters.show((l) => (l.items.length ? table('Dead letters', [
        { label: 'When', number: true, cell: (x: Letter) => when(x.at, this.tick.now) },
        { label: 'Rule', cell: (x: Letter) => html`<a class="id" href=${link(['rules', x.rule])}>${x.rule}</a>` },
        { label: 'Device', lead: true, cell: (x: Letter) => deviceLink(x.device) },
        { label: 'Attempts', number: true, cell: (x: Letter) => format.count(x.attempts) },
        { label: 'Why', wide: true, cell: (x: Letter) => x.why },
      ], l.items) : empty('None.', 'What it refuses for good is kept here, and can be replayed.')), 2)}</section>`;
  }
}

const BLANK: Sink = { id: '', kind: '', state: 'up', lag: 0, delivered: 0, failed: 0, deadLetters: 0 };

customElements.define('v-sinks', Sinks);
customElements.define('v-sink', SinkPage);
