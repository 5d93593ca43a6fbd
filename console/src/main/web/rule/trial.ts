import { html, nothing, svg, type TemplateResult } from 'lit';
import { get, now, sendLines, type Problem } from '../api.js';
import '../chart.js';
import type { Line } from '../chart.js';
import { Part } from '../element.js';
import * as format from '../format.js';
import { clockSecond, deviceLink, dot, empty, table, timeRange, type Column, type Shown } from '../parts.js';
import { current } from '../route.js';
import type { Group, Range } from '../types.js';
import { said, seen } from './firings.js';
import type { Names } from './names.js';
import { says, type RuleDoc } from './shapes.js';
import { counts, marks, metricsOf, type By, type Mark, type Tried, type Trial, type TrialLine } from './trial-marks.js';

const LIMIT = 2000;
const ROWS = 25;
const GUTTER = 96;
const HEIGHT = 34;
const RANGES = { '15m': '15 min', '1h': '1 h', '6h': '6 h', '24h': '24 h', '7d': '7 d' };
const SAID: Record<By, string> = { both: 'both', new: 'only this one', old: 'only the one in force' };
const LINES: Line[] = [{ label: 'mean', color: '--accent', width: 1.5 }, { label: 'max', color: '--clear', width: 0 }, { label: 'min', color: '--clear', width: 0 }];

/** A rule over what was recorded: what it would have fired, beside what the one in force would have. */
class TrialPart extends Part {
  static override properties = { rule: { attribute: false }, names: { attribute: false }, groups: { attribute: false } };
  declare rule: RuleDoc;
  declare names: Names;
  declare groups: Group[];
  private device = '';
  private group = '';
  private busy = false;
  private trial?: Trial;
  private progress?: TrialLine['progress'];
  private metric = '';
  private values?: Range;
  private problem?: Problem;
  private shown: By | '' = '';
  private rows = ROWS;
  private tried = '';

  private async run(event?: Event): Promise<void> {
    event?.preventDefault();
    this.busy = true;
    this.problem = undefined;
    this.requestUpdate();
    const to = Math.round(now());
    const from = to - (format.spanSeconds(current().query.get('range')) ?? 3600) * 1000;
    const whose = this.device ? { device: this.device } : this.group ? { group: this.group } : {};
    try {
      const order = { rule: this.rule, from: new Date(from).toISOString(), to: new Date(to).toISOString(), ...whose, limit: LIMIT };
      await sendLines<TrialLine>('POST', '/rules/trial?format=ndjson', order, (line) => this.take(line));
      this.tried = JSON.stringify(this.rule);
      this.shown = '';
      this.rows = ROWS;
      await this.chart(from, to);
    } catch (error) {
      this.problem = error as Problem;
    }
    this.busy = false;
    this.requestUpdate();
  }

  private take(line: TrialLine): void {
    if (line.result) this.trial = line.result;
    this.progress = line.progress;
    this.requestUpdate();
  }

  /** Of one device, what the condition looks at first. */
  private async chart(from: number, to: number): Promise<void> {
    this.values = undefined;
    this.metric = metricsOf(this.rule.when)[0] ?? '';
    if (!this.device || !this.metric) return;
    this.values = await get<Range>(`/devices/${encodeURIComponent(this.device)}/readings/${encodeURIComponent(this.metric)}`, { from, to, points: 600 }, this.leaving.signal).catch(() => undefined);
  }

  protected override render(): TemplateResult {
    return html`<section><h2>Over what was recorded</h2><p class="say faint">Judges the recorded messages of that time by this rule as it is written now, beside the version in force. Nothing is carried out.</p>
        <form class="filters" @submit=${this.run}>${timeRange('1h', RANGES)}
          <label><span class="unseen">Device</span><input id="trial-device" placeholder="all devices" spellcheck="false" autocomplete="off" .value=${this.device} @input=${(e: Event) => { this.device = (e.target as HTMLInputElement).value.trim(); }}></label>
          ${this.groups.length ? html`<label><span class="unseen">Group</span><select @change=${(e: Event) => { this.group = (e.target as HTMLSelectElement).value; }}><option value="">Group: any</option>${this.groups.map((g) => html`<option value=${g.id}>${g.name}</option>`)}</select></label>` : nothing}
          <button class="main" ?disabled=${this.busy}>${this.busy ? 'Trying …' : 'Try it'}</button>${this.busy && this.progress ? html`<span class="faint number" role="status">${format.count(this.progress.devices)} of ${format.count(this.progress.of)} devices, ${format.count(this.progress.readings)} readings</span>` : nothing}</form>
        ${this.problem ? html`<div class="note bad" role="alert">${this.problem.message}</div>` : nothing}
        ${this.trial ? this.result(this.trial) : nothing}</section>
      ${this.trial ? html`<section><header class="title minor"><h2>Firings</h2>${this.choices(this.trial)}</header>${this.list(this.trial)}</section>` : nothing}`;
  }

  private result(t: Trial): TemplateResult {
    const all = counts(t.firings);
    const changed = JSON.stringify(this.rule) !== this.tried;
    const verdict = t.old ? (all.new || all.old ? html`<strong>${format.count(all.new)}</strong> more, <strong>${format.count(all.old)}</strong> fewer, <strong>${format.count(all.both)}</strong> as before.` : all.both ? html`The same <strong>${format.count(all.both)}</strong> ${all.both === 1 ? 'firing' : 'firings'} as the version in force.` : 'Neither would have fired.') : html`It would have fired <strong>${format.count(t.new.raised)}</strong> ${t.new.raised === 1 ? 'time' : 'times'}${t.new.looped ? html`, and <strong>looped</strong> on ${format.count(t.new.looped)} devices` : nothing}.`;
    return html`<p class="verdict-line" role="status">${verdict} <span class="faint">${format.count(t.messages)} ${t.messages === 1 ? 'message' : 'messages'} of ${format.count(t.devices)} ${t.devices === 1 ? 'device' : 'devices'} were judged.</span></p>
      ${t.truncated ? html`<p class="warning">Not all of it: ${t.why}</p>` : nothing}${t.firings.length >= LIMIT ? html`<p class="faint">The newest ${format.count(LIMIT)} firings are shown.</p>` : nothing}
      ${changed ? html`<p class="warning">The rule was changed since: try it again.</p>` : nothing}
      ${[['This one', t.new] as const, ...(t.old ? [['The one in force', t.old] as const] : [])].map(([who, side]) => (side.errors ? html`<p class="problem">${who} could not be judged ${format.count(side.errors)} times${side.lastError ? `: ${side.lastError}` : '.'}</p>` : nothing))}
      ${this.picture(t)}`;
  }

  private picture(t: Trial): TemplateResult {
    const [from, to] = [Date.parse(t.from), Date.parse(t.to)];
    const lanes = [['This one', 'new'], ...(t.old ? [[`In force${t.old.version ? ` (${t.old.version})` : ''}`, 'old']] : [])] as [string, 'new' | 'old'][];
    const points = this.values?.points ?? [];
    const half = (this.values?.stepSeconds ?? 0) / 2;
    const data = [points.map((p) => Date.parse(p.time) / 1000 + half), points.map((p) => p.mean), points.map((p) => p.max), points.map((p) => p.min)];
    const all = counts(t.firings);
    return html`<figure class="trial">
      <p class="legend">${t.old ? html`<svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${shape('both')}</svg> both <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${shape('new')}</svg> only this one <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${shape('old')}</svg> only the one in force` : nothing}<span class="told number" aria-hidden="true"></span></p>
      ${points.length ? html`<v-chart .lines=${LINES} .bands=${[[2, 3]]} .height=${150} .gutter=${GUTTER} .data=${data} .span=${[from / 1000, to / 1000]} .unit=${format.unit(this.names.names.find((n) => n.path === `readings.${this.metric}.value`)?.unit)} .label=${`${this.metric} of ${this.device}`}></v-chart>` : nothing}
      <div class="lanes-of" role="img" aria-label="From ${format.span(from, to)}: ${format.count(all.both)} firings of both, ${format.count(all.new)} only of this one, ${format.count(all.old)} only of the one in force. The list below says the same.">
        ${lanes.map(([name, lane]) => html`<span>${name}</span><svg width="100%" height=${HEIGHT}><line x2="100%" y1=${HEIGHT / 2} y2=${HEIGHT / 2}></line>${marks(t.firings, lane, from, to).map((m) => this.mark(m))}</svg>`)}
      </div>
      <div class="axis trial-axis"><span>${clockOf(from)}</span><span class="end">${clockOf(to)}</span></div></figure>`;
  }

  /** Its place is a share of what is left beside the names. */
  private mark(m: Mark): TemplateResult {
    const say = () => (this.querySelector('.trial .told')!.textContent = m.all.length > 1 ? `${format.count(m.all.length)} together, such as ${told(m.all[0], this.names)}` : told(m.all[0], this.names));
    return svg`<svg class="mark" x="${m.share * 100}%" y=${HEIGHT / 2} overflow="visible">${shape(m.by, Math.min(5 + Math.log2(m.all.length), 9))}<rect class="hit" x="-9" y="-14" width="18" height="28" @pointerenter=${say} @click=${() => { this.shown = m.by; this.requestUpdate(); }}></rect></svg>` as unknown as TemplateResult;
  }

  private choices(t: Trial): Shown {
    if (!t.old) return nothing;
    const all = counts(t.firings);
    const choose = (by: By | '', text: string) => html`<button class="plain" aria-pressed=${this.shown === by ? 'true' : 'false'} @click=${() => { this.shown = by; this.requestUpdate(); }}>${text}</button>`;
    return html`<div class="choices pressed" role="group" aria-label="Which">${choose('', 'All')}${choose('new', `Only this one ${format.count(all.new)}`)}${choose('old', `Only in force ${format.count(all.old)}`)}</div>`;
  }

  private list(t: Trial): TemplateResult {
    const all = t.firings.filter((f) => !this.shown || f.in === this.shown);
    if (!all.length) return empty('Nothing would have fired.', 'A longer time or more devices may say more.');
    return html`${table('What it would have fired', columns(this.names, t.old !== undefined), all.slice(0, this.rows))}${all.length > this.rows ? html`<p class="more"><button @click=${() => { this.rows += ROWS; this.requestUpdate(); }}>Show more</button></p>` : nothing}`;
  }
}

const columns = (names: Names, compared: boolean): Column<Tried>[] => [
  { label: 'When', number: true, cell: (f) => clockSecond(f.time) },
  { label: 'Device', lead: true, cell: (f) => deviceLink(f.device) },
  ...(compared ? [{ label: 'By', trail: true, cell: (f: Tried): Shown => html`<span class="by ${f.in}">${SAID[f.in]}</span>` }] : []),
  { label: 'What', cell: (f) => html`${dot(f.phase === 'raised' ? 'warn' : f.phase === 'looping' ? 'bad' : 'off')} ${f.phase}` },
  { label: 'Seen', cell: (f) => seen(f.seen, names) },
  { label: 'It would have done', wide: true, cell: (f) => f.actions.map((a) => says(a.device === f.device ? { ...a, device: undefined } : a)).join(', ') },
];

/** By shape as well as by colour. */
function shape(by: By, size = 5): TemplateResult {
  if (by === 'new') return svg`<path class="by-new" d="M0 ${-size * 1.1}L${size * 1.1} ${size * 0.8}L${-size * 1.1} ${size * 0.8}z"></path>` as unknown as TemplateResult;
  if (by === 'old') return svg`<rect class="by-old" x=${-size} y=${-size} width=${2 * size} height=${2 * size}></rect>` as unknown as TemplateResult;
  return svg`<circle class="by-both" r=${size}></circle>` as unknown as TemplateResult;
}

const clockOf = (at: number): string => new Date(at).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

const told = (f: Tried, names: Names): string => `${new Date(f.time).toLocaleTimeString('en-GB')} ${f.device}: ${plainSeen(f.seen, names)}`;

const plainSeen = (values: Tried['seen'], names: Names): string => Object.entries(values).map(([path, v]) => said(path, v, names)).join(', ');


customElements.define('v-rule-trial', TrialPart);
