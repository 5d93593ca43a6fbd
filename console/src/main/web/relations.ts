import { html, nothing, svg, type TemplateResult } from 'lit';
import { get, send } from './api.js';
import { Load, Part } from './element.js';
import { empty, type Shown } from './parts.js';
import { lacking, Rights } from './rights.js';
import { link } from './route.js';
import type { Page } from './types.js';

interface Relation { kind: Kind; from: string; to: string; note?: string }
type Kind = 'contains' | 'feeds' | 'behind';

/** As said from the one that the page is about. */
const SAID: Record<Kind, { out: string; in: string }> = { contains: { out: 'contains', in: 'is a part of' }, feeds: { out: 'feeds', in: 'is fed by' }, behind: { out: 'is behind', in: 'is before' } };
const ROW = 34;
const MOST = 8;
const [LEFT, MIDDLE, RIGHT, BOX] = [0, 300, 600, 200];

const name = (node: string): string => node.slice(node.indexOf(':') + 1);
const place = (node: string): string => link([node.startsWith('group:') ? 'groups' : 'devices', name(node)]);

/** What a device has to do with others: a small graph, and the same in words. */
class Relations extends Part {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private problem = '';
  private readonly rights = new Rights(this, () => ({ device: this.device }));
  private readonly all = new Load(this, () => get<Page<Relation>>(`/relations/${encodeURIComponent(this.me)}`), 30_000);

  private get me(): string {
    return `device:${this.device}`;
  }

  private async act(method: string, r: Relation): Promise<void> {
    this.problem = '';
    const path = ['relations', r.kind, r.from, r.to].map(encodeURIComponent).join('/');
    await send(method, `/${path}`, method === 'PUT' ? {} : undefined).catch((error: Error) => (this.problem = error.message));
    await this.all.run();
  }

  private async relate(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const [kind, way] = String(data.get('how')).split(' ') as [Kind, 'out' | 'in'];
    const other = `${data.get('what')}:${String(data.get('other')).trim()}`;
    await this.act('PUT', way === 'out' ? { kind, from: this.me, to: other } : { kind, from: other, to: this.me });
    if (!this.problem) form.reset();
  }

  protected override render(): TemplateResult {
    return html`<section><h2>Relations</h2>${this.all.show((r) => html`${r.items.length ? this.graph(r.items) : empty('It is related to nothing.', 'What contains it, feeds it or is behind it would be drawn here.')}
      ${this.problem ? html`<div class="note bad" role="alert">${this.problem}</div>` : nothing}${this.changing(r.items)}`, 3)}</section>`;
  }

  private graph(all: Relation[]): TemplateResult {
    const [before, after] = [all.filter((r) => r.to === this.me), all.filter((r) => r.from === this.me)];
    const rows = Math.max(1, Math.min(MOST, Math.max(before.length, after.length)));
    const middle = (rows * ROW) / 2;
    const words = all.map((r) => (r.from === this.me ? `${SAID[r.kind].out} ${name(r.to)}` : `${SAID[r.kind].in} ${name(r.from)}`));
    const box = (x: number, y: number, node: string) => svg`<a href=${place(node)}><rect class="node" x=${x} y=${y - 13} width=${BOX} height="26" rx="6"></rect><text x=${x + BOX / 2} y=${y + 4}>${short(name(node))}</text></a>`;
    const side = (relations: Relation[], x: number, way: 'in' | 'out') => relations.slice(0, MOST).map((r, i) => {
      const y = (i + 0.5) * (rows / Math.min(MOST, relations.length)) * ROW;
      const [from, to] = way === 'in' ? [LEFT + BOX, MIDDLE] : [MIDDLE + BOX, RIGHT];
      const [fromY, toY] = way === 'in' ? [y, middle] : [middle, y];
      return svg`<path class="relation" d="M${from} ${fromY} C${from + 50} ${fromY} ${to - 50} ${toY} ${to} ${toY}"></path><text class="said" x=${(from + to) / 2} y=${(fromY + toY) / 2 - 4}>${r.kind}</text>${box(x, y, way === 'in' ? r.from : r.to)}`;
    });
    return html`<div class="relations"><svg viewBox="0 0 ${RIGHT + BOX} ${rows * ROW}" role="group" aria-label="${this.device} ${words.join(', ')}">${side(before, LEFT, 'in')}${side(after, RIGHT, 'out')}
      <rect class="node me" x=${MIDDLE} y=${middle - 13} width=${BOX} height="26" rx="6"></rect><text x=${MIDDLE + BOX / 2} y=${middle + 4}>${short(this.device)}</text></svg></div>
      ${before.length > MOST || after.length > MOST ? html`<p class="faint">The first ${MOST} of each side are drawn.</p>` : nothing}`;
  }

  private changing(all: Relation[]): Shown {
    if (!this.rights.has('twin.write')) return lacking('twin.write', 'relate it to others');
    return html`${all.length ? html`<details class="other"><summary>In words, and to take away</summary><ul class="said-all">${all.map((r) => html`<li>It ${r.from === this.me ? SAID[r.kind].out : SAID[r.kind].in} <a href=${place(r.from === this.me ? r.to : r.from)} class="id">${name(r.from === this.me ? r.to : r.from)}</a>${r.note ? html` <span class="faint">${r.note}</span>` : nothing} <button @click=${() => this.act('DELETE', r)} aria-label="Take away that it ${r.kind} ${name(r.from)} ${name(r.to)}">Take away</button></li>`)}</ul></details>` : nothing}
      <form class="filters flush lower" @submit=${this.relate}><label>It <select name="how">${Object.entries(SAID).flatMap(([kind, said]) => (['out', 'in'] as const).map((way) => html`<option value="${kind} ${way}">${said[way]}</option>`))}</select></label>
        <label><span class="unseen">Kind of the other</span><select name="what"><option value="device">the device</option><option value="group">the group</option></select></label><label><span class="unseen">Its id</span><input name="other" required spellcheck="false" placeholder="pump-8"></label><button>Relate</button></form>`;
  }
}

const short = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

customElements.define('v-relations', Relations);
