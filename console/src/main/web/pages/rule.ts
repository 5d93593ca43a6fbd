import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { mayEverywhere, maySomewhere } from '../may.js';
import { choices, confirmation, crumb, facts, productLink, title, when, type Shown } from '../parts.js';
import { lacking, Rights } from '../rights.js';
import { here, link } from '../route.js';
import { changes } from '../rule/diff.js';
import { Draft } from '../rule/draft.js';
import '../rule/firings.js';
import '../rule/form.js';
import '../rule/history.js';
import '../rule/json.js';
import '../rule/palette.js';
import '../rule/trial.js';
import type { Editor } from '../rule/editor.js';
import { fresh, ruleOf, type Kept, type Loop, type Mode, type RuleDoc, type Version } from '../rule/shapes.js';
import type { Group, Page as PageOf, Product } from '../types.js';
import { MODES, standing, WRITE } from './rules.js';

const VIEWS = { '': 'Rule', json: 'JSON', try: 'Try it', firings: 'Firings', history: 'History' };
const EVERY_MILLIS = 3000;
/** How the id of one ends that runs beside another. */
const BESIDE = '-next';
const LONGEST_ID = 64;
const SAVED: Record<Mode, string> = { live: 'It is live: what it wants is carried out.', shadow: 'It runs as a shadow: its firings are listed, nothing is carried out.', off: 'It is off.' };

/** One rule: written, checked as it is typed, tried, put live, watched, and taken back. */
class RulePage extends Acting {
  static override properties = { rule: { attribute: false } };
  declare rule: string;
  private readonly tick = new Tick(this);
  private readonly draft = new Draft(this);
  private readonly kept = new Load(this, () => this.fetch(), EVERY_MILLIS);
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));
  private readonly loops = new Load(this, async () => (mayEverywhere('sink.read') ? get<PageOf<Loop>>('/loops') : { items: [] }), EVERY_MILLIS);
  private readonly rights = new Rights(this, () => ({ group: this.draft.rule?.group }));
  /** Where a name is put that is chosen beside it. */
  private caret?: Editor;
  private readonly path = (rest = '') => `/rules/${encodeURIComponent(this.rule)}${rest}`;

  private get isNew(): boolean {
    return this.rule === 'new';
  }

  private async fetch(): Promise<Kept> {
    if (this.isNew) {
      this.draft.begin(fresh(''), 0);
      return { ...fresh(''), version: 0, at: '', by: '', compiled: 'ok', errors: [] };
    }
    const kept = await get<Kept>(this.path());
    this.draft.begin(ruleOf(kept), kept.version);
    return kept;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('rule') === undefined) return;
    this.draft.forget();
    this.problem = this.done = '';
    this.kept.restart();
  }

  private async save(rule: RuleDoc, done: string): Promise<void> {
    const { version } = this.draft;
    const at = `/rules/${encodeURIComponent(rule.id)}`;
    if (!(await this.act(() => send('PUT', at, rule, version ? { 'If-Match': `"${version}"` } : {}), done))) return;
    this.draft.forget();
    if (rule.id !== this.rule) location.hash = link(['rules', rule.id]);
    else await this.kept.run();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const mode = ((event.submitter as HTMLButtonElement | null)?.value || this.draft.rule!.mode) as Mode;
    await this.save({ ...this.draft.rule!, mode }, SAVED[mode]);
  }

  /** What is live stays so; the draft runs beside it and carries nothing out. */
  private async beside(rule: RuleDoc): Promise<void> {
    const id = `${rule.id.slice(0, LONGEST_ID - BESIDE.length)}${BESIDE}`;
    if (!(await this.act(() => send('PUT', `/rules/${encodeURIComponent(id)}`, { ...rule, id, mode: 'shadow' }), ''))) return;
    this.draft.forget();
    location.hash = link(['rules', id], { show: 'firings' });
  }

  /** What ran beside another rule takes its place. */
  private async takeOver(k: Kept, id: string): Promise<void> {
    const over = async () => {
      const { version, mode } = await get<Kept>(`/rules/${encodeURIComponent(id)}`);
      await send('PUT', `/rules/${encodeURIComponent(id)}`, { ...ruleOf(k), id, mode }, { 'If-Match': `"${version}"` });
      await send('DELETE', this.path());
    };
    if (await this.act(over, '')) location.hash = link(['rules', id], { show: 'history' });
  }

  private async erase(): Promise<void> {
    if (await this.act(() => send('DELETE', this.path()), '')) location.hash = link(['rules']);
  }

  protected override render(): TemplateResult {
    return html`${crumb('rules', 'Rules')}${this.kept.show((k) => this.whole(k, this.draft.rule ?? ruleOf(k)))}`;
  }

  /** Somebody was quicker: what he changed is said before it is lost. */
  private overtaken(k: Kept): Shown {
    if (!this.draft.isChanged || k.version <= this.draft.version) return nothing;
    const theirs = changes(this.draft.base, ruleOf(k)).map((c) => `${c.field} ${c.after === undefined ? 'taken out' : `= ${c.after}`}`);
    const keep = () => {
      this.draft.version = k.version;
      this.requestUpdate();
    };
    return html`<div class="note bad" role="alert"><strong>Meanwhile ${k.by} made version ${k.version}:</strong> ${theirs.join(', ') || 'nothing else'}.<p>What you wrote is of version ${this.draft.version}.</p><button @click=${keep}>Keep mine</button> <button @click=${() => this.discard()}>Take theirs</button></div>`;
  }

  private get view(): string {
    const asked = this.query.get('show') ?? '';
    return asked in VIEWS && !(this.isNew && ['firings', 'history'].includes(asked)) ? asked : '';
  }

  private whole(k: Kept, rule: RuleDoc): TemplateResult {
    const { history: _, firings: __, ...ofNew } = VIEWS;
    return html`${title(this.isNew ? 'New rule' : k.id, this.acts(k), this.isNew ? nothing : standing(k))}
      ${this.isNew ? nothing : html`${k.description ? html`<p class="explains">${k.description}</p>` : nothing}${facts(this.particulars(k))}`}
      ${this.told()}${this.overtaken(k)}
      <div class="filters">${choices('View', 'show', this.view, this.isNew ? ofNew : VIEWS)}</div>
      ${this.may ? nothing : lacking(WRITE, 'change it')}
      ${this.viewed(k, rule)}
      ${confirmation('erase', `Delete ${k.id}?`, 'It is judged no more. Its versions and firings stay in the event log.', 'Delete', () => this.erase())}`;
  }

  private get may(): boolean {
    return this.isNew ? maySomewhere(WRITE) : this.rights.has(WRITE);
  }

  private viewed(k: Kept, rule: RuleDoc): Shown {
    switch (this.view) {
      case 'firings': return html`<section><v-firings .rule=${this.rule} .names=${this.draft.names}></v-firings></section>`;
      case 'history': return html`<v-rule-history .rule=${this.rule} .version=${k.version} .may=${this.may} @back=${(e: CustomEvent<Version>) => this.back(e.detail)}></v-rule-history>`;
      case 'try': return html`<v-rule-trial .rule=${rule} .names=${this.draft.names} .groups=${this.groups.value?.items ?? []}></v-rule-trial>${this.bar(rule)}`;
      default: return this.written(rule);
    }
  }

  private written(rule: RuleDoc): TemplateResult {
    const { faults } = this.draft;
    const changed = (e: CustomEvent<Partial<RuleDoc>>) => this.draft.change(e.detail);
    const put = (e: CustomEvent<string>) => (this.caret?.isConnected ? this.caret : this.querySelector<Editor>('#when'))?.insert(e.detail);
    return html`<div class=${this.view === 'json' || !this.may ? '' : 'written'} @focusin=${this.focused}><fieldset class="bare rule" ?disabled=${!this.may}>${this.view === 'json' ? html`<v-rule-json .rule=${rule} .faults=${faults} .fixed=${!this.may} @replaced=${(e: CustomEvent<RuleDoc>) => this.draft.replace(e.detail)}></v-rule-json>`
      : html`<v-rule-form .rule=${rule} .names=${this.draft.names} .faults=${faults} .lint=${this.draft.lint} .products=${(this.products.value?.items ?? []).map((p) => p.id)} .groups=${this.groups.value?.items ?? []} .isNew=${this.isNew} .fixed=${!this.may} @changed=${changed}></v-rule-form>`}${this.bar(rule)}</fieldset>${this.view === 'json' || !this.may ? nothing : html`<v-rule-names .names=${this.draft.names} @put=${put}></v-rule-names>`}</div>`;
  }

  private focused(event: FocusEvent): void {
    const editor = (event.target as Element).closest<Editor>('v-editor');
    if (editor && editor.language !== 'json') this.caret = editor;
  }

  /** How the rule stands, and the way to put it in force: always at hand. */
  private bar(rule: RuleDoc): Shown {
    if (!this.may) return nothing;
    const { faults, blanks, checked, isChanged } = this.draft;
    const fine = checked && !faults.length && !blanks.length;
    const others = (Object.keys(MODES) as Mode[]).filter((m) => m !== rule.mode && m !== 'off');
    return html`<form class="save-bar" @submit=${this.submit}><p role="status">${!checked ? html`<span class="faint">Checking …</span>` : faults.length ? html`<span class="problem">${faults.length === 1 ? 'One thing is' : `${faults.length} things are`} wrong: ${faults[0].message}</span>` : blanks.length ? html`<span class="faint">Still to be written: ${blanks.join(', ')}.</span>` : isChanged ? 'It compiles. Nothing is saved yet.' : html`<span class="faint">It compiles.</span>`}</p>
      <div class="aside">${isChanged && !this.isNew ? html`<button type="button" @click=${() => this.discard()}>Discard</button>` : nothing}
        ${this.view === 'try' ? nothing : html`<a class="button" href=${here({ show: 'try' })}>Try it</a>`}
        ${others.map((m) => (m === 'live' ? html`<button value="live" ?disabled=${!fine}>Put live</button>` : this.isNew ? html`<button value="shadow" ?disabled=${!fine}>Run as shadow</button>` : html`<button type="button" ?disabled=${!fine || !isChanged} @click=${() => this.beside(rule)}>Run beside it as shadow</button>`))}
        <button class="main" value=${rule.mode} ?disabled=${!fine || !isChanged}>Save ${rule.mode === 'off' ? '' : `as ${rule.mode}`}</button></div></form>`;
  }

  private discard(): void {
    this.draft.forget();
    void this.kept.run();
  }

  /** Going back makes a new version that says the same as that one. */
  private async back(v: Version): Promise<void> {
    await this.save(v.rule!, `It is as version ${v.version} was.`);
  }

  private acts(k: Kept): Shown {
    if (this.isNew || !this.may) return nothing;
    const of = k.id.endsWith(BESIDE) ? k.id.slice(0, -BESIDE.length) : '';
    return html`${of ? html`<button @click=${() => this.takeOver(k, of)}>Put it into ${of}</button>` : nothing}${k.mode === 'off' ? nothing : html`<button ?disabled=${this.draft.isChanged} @click=${() => this.save({ ...ruleOf(k), mode: 'off' }, SAVED.off)}>Switch off</button>`}<button @click=${() => this.confirm('erase')}>Delete</button>`;
  }

  private particulars(k: Kept): [string, Shown][] {
    const s = k.stats;
    const all: [string, Shown][] = [
      ['Products', html`${k.products.map((p, i) => html`${i ? ', ' : ''}${productLink(p)}`)}`],
      ['Owner', k.owner],
      ['Version', html`<span class="number">${k.version}</span> <span class="faint">${when(k.at, this.tick.now)} by ${k.by}</span>`],
    ];
    if (k.group) all.splice(1, 0, ['Only in', html`<a href=${link(['groups', k.group])}>${k.group}</a>`]);
    if (!s) return all;
    if (s.firing !== undefined) all.push(['Firing now', html`<a href=${here({ show: 'firings' })}>${format.count(s.firing)} ${s.firing === 1 ? 'device' : 'devices'}</a>`]);
    all.push(['Fired', html`<span class="number">${format.count(s.raised)}</span> <span class="faint">of ${format.count(s.evaluated)} judged</span>${s.looped ? html` <span class="problem">and loops</span>` : nothing}`]);
    if (s.latencyMillis?.count) all.push(['Latency p50, p99', html`<span class="number">${format.millis(s.latencyMillis.p50)}, ${format.millis(s.latencyMillis.p99)}</span>`]);
    const loop = this.loops.value?.items.find((l) => l.rule === k.id);
    const step = (['verified', 'executed', 'acknowledged', 'sent'] as const).find((name) => loop?.[name]?.count);
    if (loop && step) all.push([`Reading to command ${step}, p50, p99`, html`<span class="number">${format.millis(loop[step]!.p50Millis)}, ${format.millis(loop[step]!.p99Millis)}</span>`]);
    if (s.costMicros !== undefined) all.push(['Cost', html`<span class="number">${format.value(Math.round(s.costMicros * 100) / 100)} µs</span>`]);
    if (s.late) all.push(['Came too late', html`<span class="number">${format.count(s.late)}</span>`]);
    if (s.errors) all.push(['Errors', html`<span class="problem number">${format.count(s.errors)}</span> <span class="faint">${s.lastError ?? ''}</span>`]);
    return all;
  }
}

customElements.define('v-rule', RulePage);
