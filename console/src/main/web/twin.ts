import { html, nothing, type TemplateResult } from 'lit';
import { get, Problem, send } from './api.js';
import { Load, Part, Tick } from './element.js';
import * as format from './format.js';
import { clockSecond, dot, empty, table, when, type Column, type Shown } from './parts.js';
import { fields, patch, readable, same, shown, type Document, type Value } from './twin-fields.js';
import { lacking, Rights } from './rights.js';
import type { Change, Page } from './types.js';

interface Twin {
  version: number; desired: Document; desiredTimes: Record<string, string>; desiredAt?: string;
  reported?: Document; reportedTimes?: Record<string, string>; reportedAt?: string; answeredVersion?: number;
  sync?: 'nothing-desired' | 'follows' | 'differs' | 'behind'; lagSeconds?: number; stale?: boolean; ageSeconds?: number; reportedKeptFrom?: string;
}

interface Row { pointer: string; desired?: Value; reported?: Value; desiredAt?: string; reportedAt?: string }

const EVERY_MILLIS = 3000;
const SYNC = { 'nothing-desired': ['off', 'nothing is desired'], follows: ['good', 'follows'], differs: ['warn', 'answered, and differs'], behind: ['warn', 'has not answered yet'] } as const;

/** What a device is, and what it is wanted to be. */
class TwinPart extends Part {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/devices/${encodeURIComponent(this.device)}${rest}`;
  private readonly twin = new Load(this, () => get<Twin>(this.path('/twin')), EVERY_MILLIS);
  private readonly versions = new Load(this, () => get<Page<Change>>(this.path('/history'), { type: 'twin.desired-changed', limit: 20 }), 15_000);
  /** What is edited, and the version that it began from. */
  private edited?: { text: string; version: number; base: Document };
  private readonly rights = new Rights(this, () => ({ device: this.device }));
  private problem = '';
  private past?: Twin & { at: string };
  /** The time that is looked at, in milliseconds. */
  private at?: number;
  private sliding?: ReturnType<typeof setTimeout>;

  private edit(twin: Twin): void {
    this.edited = { text: JSON.stringify(twin.desired, null, 2), version: twin.version, base: twin.desired };
    this.problem = '';
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#desired')?.focus());
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { base, version } = this.edited!;
    const text = String(new FormData(event.target as HTMLFormElement).get('desired'));
    this.edited!.text = text;
    this.problem = '';
    try {
      await send('PATCH', this.path('/twin/desired'), patch(base, JSON.parse(text) as Document), { 'If-Match': `"${version}"` });
      this.edited = undefined;
      void this.versions.run();
    } catch (error) {
      await this.failed(error as Error, text);
    }
    await this.twin.run();
    this.requestUpdate();
  }

  /** Somebody was quicker: what he made is shown, and what was typed stays, to be saved on top of it. */
  private async failed(error: Error, text: string): Promise<void> {
    this.problem = error instanceof SyntaxError ? `This is no JSON: ${error.message}` : error.message;
    if (!(error instanceof Problem) || error.status !== 412) return;
    const now = await get<Twin>(this.path('/twin'));
    const mine = patch(this.edited!.base, JSON.parse(text) as Document);
    const theirs = patch(this.edited!.base, now.desired);
    this.problem = `Meanwhile somebody made version ${now.version}: ${list(theirs)}. You change ${list(mine)}. Save again to make yours on top of it.`;
    this.edited = { text: JSON.stringify(merged(now.desired, mine), null, 2), version: now.version, base: now.desired };
  }

  /** The twin as it was; what is asked for while another time is chosen is thrown away. */
  private async look(at: number): Promise<void> {
    this.at = at;
    this.requestUpdate();
    const past = await get<Twin & { at: string }>(this.path('/twin'), { at: Math.round(at) }).catch(() => undefined);
    if (this.at !== at) return;
    this.past = past;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<section>${this.twin.show((t) => html`
      <header class="title minor"><div class="name"><h2>Twin</h2>${t.sync ? html`<span class="state">${dot(SYNC[t.sync][0])} ${SYNC[t.sync][1]}${t.lagSeconds === undefined ? nothing : html` <span class="faint">for ${format.duration(t.lagSeconds)}</span>`}</span>` : nothing}</div>
        <div class="aside">${t.version ? html`<span class="faint number">version ${t.version}, ${when(t.desiredAt, this.tick.now)}</span>` : nothing}${this.rights.has('twin.write') ? html`<button @click=${() => this.edit(t)} ?disabled=${this.edited !== undefined}>Change what is desired</button>` : nothing}</div></header>
      ${t.stale ? html`<p class="faint">It is out of touch: what it reported is ${format.duration(t.ageSeconds ?? 0)} old.</p>` : nothing}
      ${this.rights.has('twin.write') ? nothing : lacking('twin.write', 'change what is desired')}
      ${this.edited ? this.editor() : nothing}
      ${this.compared(t)}${this.history()}`, 4)}</section>`;
  }

  private editor(): TemplateResult {
    return html`<form class="field" @submit=${this.save}><label for="desired">Desired, as JSON</label>
      <textarea id="desired" name="desired" rows=${Math.min(20, this.edited!.text.split('\n').length + 1)} spellcheck="false" .value=${this.edited!.text} aria-invalid=${this.problem ? 'true' : 'false'} aria-describedby="desired-note"></textarea>
      <p id="desired-note" class=${this.problem ? 'problem' : 'faint'} role=${this.problem ? 'alert' : nothing}>${this.problem || 'What you take out is no longer desired. The device hears of it at once when it is connected, else when it comes back.'}</p>
      <div class="actions left"><button class="main">Save</button><button type="button" @click=${() => { this.edited = undefined; this.requestUpdate(); }}>Cancel</button></div></form>`;
  }

  private compared(t: Twin): TemplateResult {
    const desired = fields(t.desired);
    const reported = fields(t.reported ?? {});
    const rows: Row[] = [...new Set([...desired.keys(), ...reported.keys()])].sort().map((pointer) => ({ pointer, desired: desired.get(pointer), reported: reported.get(pointer), desiredAt: t.desiredTimes[pointer], reportedAt: t.reportedTimes?.[pointer] }));
    return rows.length ? table('Desired and reported, by field', this.columns(), rows) : empty('It has reported nothing, and nothing is desired.', html`It may report to <code>v1/${this.device}/twin/reported</code>.`);
  }

  private columns(): Column<Row>[] {
    const now = this.tick.now;
    return [
      { label: 'Field', lead: true, cell: (r) => html`<span class="id">${readable(r.pointer)}</span>` },
      { label: 'Desired', cell: (r) => html`<span class="id">${shown(r.desired)}</span>` },
      { label: 'Reported', wide: true, cell: (r) => html`<span class="id">${shown(r.reported)}</span>` },
      { label: 'State', trail: true, cell: state },
      { label: 'Desired since', number: true, cell: (r) => (r.desiredAt ? when(r.desiredAt, now) : nothing) },
      { label: 'Reported at', number: true, cell: (r) => (r.reportedAt ? when(r.reportedAt, now) : nothing) },
    ];
  }

  private history(): TemplateResult {
    const all = this.versions.value?.items ?? [];
    if (!all.length) return html``;
    return html`<details class="other"><summary>As it was before</summary>${this.slider(all.map((c) => Date.parse(c.time)))}${table('Versions', [
        { label: 'When', lead: true, cell: (c: Change) => when(c.time, this.tick.now) },
        { label: 'Who', wide: true, cell: (c: Change) => html`<span class="id">${c.actor}</span>` },
        { label: '', trail: true, cell: (c: Change) => html`<button @click=${() => this.look(Math.ceil(Date.parse(c.time)) + 1)} aria-label="Show the twin as it was at ${c.time}">Show</button>` },
      ], all)}</details>`;
  }

  /** From the first version that is listed until now. */
  private slider(times: number[]): TemplateResult {
    const [first, last] = [Math.min(...times), this.tick.now];
    const at = this.at ?? last;
    return html`<div class="past"><label>Time <input type="range" min=${first} max=${last} step=${Math.max(1, Math.round((last - first) / 500))} .value=${String(at)} @input=${(e: Event) => this.slide(Number((e.target as HTMLInputElement).value))} aria-valuetext=${clockText(at)}></label>
        <span class="number faint">${clockSecond(new Date(at).toISOString())}</span></div>
      ${this.past ? html`<p class="say" role="status">As it was then: version ${this.past.version}.${this.past.reportedKeptFrom ? html` What it reported is kept from ${clockSecond(this.past.reportedKeptFrom)} on.` : nothing}</p><div class="then">${this.compared(this.past)}</div>` : nothing}`;
  }

  private slide(at: number): void {
    this.at = at;
    clearTimeout(this.sliding);
    this.sliding = setTimeout(() => void this.look(at), 120);
    this.requestUpdate();
  }
}

const clockText = (at: number): string => new Date(at).toLocaleString('en-GB');

function state(r: Row): Shown {
  if (r.desired === undefined) return html`<span class="faint">only reported</span>`;
  if (same(r.desired, r.reported)) return html`${dot('good')} follows`;
  return html`${dot('warn')} ${r.reported === undefined ? 'not reported' : 'differs'}`;
}

const list = (change: Document): string => [...fields(change)].map(([pointer, v]) => `${readable(pointer)} ${v === null ? 'taken out' : `= ${shown(v)}`}`).join(', ') || 'nothing';

/** What a merge patch makes of a document. */
function merged(document: Document, change: Document): Document {
  const result: Document = { ...document };
  for (const [name, v] of Object.entries(change)) {
    const was = result[name];
    if (v === null) delete result[name];
    else if (typeof v === 'object' && !Array.isArray(v)) result[name] = merged(typeof was === 'object' && was !== null && !Array.isArray(was) ? was : {}, v);
    else result[name] = v;
  }
  return result;
}

customElements.define('v-twin', TwinPart);
