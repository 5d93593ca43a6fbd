import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { isOpened } from '../alert/shapes.js';
import { follow, get, withQuery } from '../api.js';
import { Load, Part, Tick } from '../element.js';
import * as format from '../format.js';
import { deviceLink, dot, empty, table, when, type Column, type Shown } from '../parts.js';
import { link } from '../route.js';
import { shown, type Value } from '../twin-fields.js';
import type { Page } from '../types.js';
import type { Names } from './names.js';
import { says, type ActionDoc, type Firing } from './shapes.js';
import { called } from './trial-marks.js';

const MOST = 100;
/** Of a command's states. */
const DOTS: Record<string, 'good' | 'warn' | 'bad' | 'off'> = { succeeded: 'good', failed: 'bad', expired: 'bad', refused: 'bad', unknown: 'warn', 'awaiting-approval': 'warn' };

/** A value that was looked at, with its unit. */
export function said(path: string, v: Value, names?: Names): string {
  if (v === null) return `${called(path)} missing`;
  return `${called(path)} ${typeof v === 'number' ? format.value(v) : shown(v)} ${format.unit(names?.names.find((n) => n.path === path)?.unit)}`.trim();
}

export const seen = (values: Record<string, Value>, names?: Names): Shown => html`<span class="number">${Object.entries(values).map(([path, v], i) => html`${i ? ', ' : ''}<span title=${path}>${said(path, v, names)}</span>`)}</span>`;

/** An action's device is said when it is another one. */
const toDo = (a: ActionDoc, device: string): string => says(a.device === device ? { ...a, device: undefined } : a);

/** What became of one thing that was to be done, as far as it is known, and where the rest is. */
function became(a: ActionDoc, f: Firing): Shown {
  const text = toDo(a, f.device);
  if (a.do === 'unmade') return html`${dot('bad')} ${text} <span class="problem">${a.why}</span>`;
  if (a.command) return html`${dot(DOTS[a.state ?? ''] ?? 'off')} <a href=${link(['commands'], { device: a.device, issuer: `rule:${f.rule}` })}>${text}</a> <span class="faint">${format.words(a.state ?? 'on its way')}</span>`;
  if (a.do === 'send') return html`<a href=${link(['sinks', a.sink ?? ''])}>${text}</a>`;
  if (a.do === 'alert') return html`<a href=${link(['alerts'], { device: f.device, rule: f.rule, state: 'all' })}>${text}</a>`;
  return text;
}

export const firingColumns = (now: number, names: Names | undefined, withRule: boolean, withDevice: boolean): Column<Firing>[] => [
  { label: 'When', number: true, cell: (f) => when(f.eventTime, now) },
  ...(withDevice ? [{ label: 'Device', lead: true, cell: (f: Firing) => deviceLink(f.device) }] : []),
  ...(withRule ? [{ label: 'Rule', lead: !withDevice, cell: (f: Firing): Shown => (isOpened(f.rule) ? html`<a class="id" href=${link(['rules', f.rule])}>${f.rule}</a>` : html`<span class="id">${f.rule}</span>`) }] : []),
  { label: 'What', trail: true, cell: (f) => html`${dot(f.phase === 'raised' ? 'warn' : f.phase === 'looping' ? 'bad' : 'off')} ${f.phase}${f.mode === 'shadow' ? html` <span class="flag shadow">shadow</span>` : nothing}` },
  { label: 'Seen', cell: (f) => seen(f.seen, names) },
  { label: 'What became of it', wide: true, cell: (f) => (f.mode === 'shadow' ? html`<span class="faint">would: ${f.actions.map((a) => toDo(a, f.device)).join(', ') || 'nothing'}</span>` : html`${f.actions.map((a, i) => html`${i ? html`<br>` : nothing}${became(a, f)}`)}`) },
];

/** Firings of a rule or of a device, the newest first, as they come. */
class Firings extends Part {
  static override properties = { rule: {}, device: {}, names: { attribute: false } };
  declare rule?: string;
  declare device?: string;
  declare names?: Names;
  private live = false;
  private fresh = 0;
  private readonly tick = new Tick(this);
  private readonly list = new Load(this, () => get<Page<Firing>>('/firings', { rule: this.rule, device: this.device, limit: MOST }), 5000);
  private following = new AbortController();

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('rule') && !changed.has('device')) return;
    this.following.abort();
    this.following = new AbortController();
    this.leaving.signal.addEventListener('abort', () => this.following.abort());
    if (this.hasUpdated) this.list.restart();
    follow<Firing>(withQuery('/firings/live', { rule: this.rule, device: this.device }), 'firing', (f) => this.take(f), this.following.signal, (open) => {
      this.live = open;
      this.requestUpdate();
    });
  }

  private take(firing: Firing): void {
    const items = this.list.value?.items ?? [];
    const at = items.findIndex((f) => f.id === firing.id);
    this.list.value = { items: at < 0 ? [firing, ...items].slice(0, MOST) : items.with(at, firing) };
    if (at < 0) this.fresh++;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<header class="title minor"><h2>Firings ${this.live ? html`<span class="live">live</span>` : nothing}${this.fresh ? html` <span class="note-beside" role="status">${format.count(this.fresh)} since you look</span>` : nothing}</h2></header>
      ${this.list.show((l) => (l.items.length ? table('Firings', firingColumns(this.tick.now, this.names, !this.rule, !this.device), l.items) : empty('It has not fired yet.', 'When it does, it is here at once.')))}`;
  }
}

customElements.define('v-firings', Firings);
