import { html, nothing, type TemplateResult } from 'lit';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load } from '../element.js';
import * as format from '../format.js';
import { mayEverywhere } from '../may.js';
import { deviceLink, empty, fleetPages, more, table, title, type Column, type Shown } from '../parts.js';
import { lacking } from '../rights.js';
import { link } from '../route.js';
import type { Page as PageOf } from '../types.js';

interface Key { key: string; meaning: string; values: string[] }
interface Vocabulary { open: boolean; keys: Key[] }
interface Misfit { device: string; why: string[] }

const WRITE = 'tag.write';
const PAGE = 100;

/** Which tags devices may have, and which devices do not fit. */
class TagsPage extends Acting {
  private editing?: Key;
  private misfits: Misfit[] = [];
  private next?: string;
  private readonly words = new Load(this, () => get<Vocabulary>('/tags'));
  private readonly first = new Load(this, () => this.look());

  private async look(cursor?: string): Promise<boolean> {
    const page = await get<PageOf<Misfit>>('/tags/misfits', { limit: PAGE, cursor });
    this.misfits = cursor ? [...this.misfits, ...page.items] : page.items;
    this.next = page.next;
    this.requestUpdate();
    return true;
  }

  private async save(change: Partial<Vocabulary>, done: string): Promise<void> {
    const { open, keys } = { ...this.words.value!, ...change };
    if (!(await this.act(async () => (this.words.value = await send<Vocabulary>('PUT', '/tags', { open, keys })), done))) return;
    this.editing = undefined;
    await this.first.run();
  }

  private async keep(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = (name: string) => String(new FormData(form).get(name) ?? '').trim();
    const key = { key: text('key'), meaning: text('meaning'), values: text('values').split('\n').map((v) => v.trim()).filter(Boolean) };
    await this.save({ keys: [...this.words.value!.keys.filter((k) => k.key !== key.key && k.key !== this.editing?.key), key] }, `${key.key} is declared.`);
    if (!this.problem) form.reset();
  }

  private edit(key: Key): void {
    this.editing = key;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#meaning')?.focus());
  }

  protected override render(): TemplateResult {
    return html`${title('Devices', fleetPages('tags'))}
      <p class="explains">Which tags devices may have. Declared ones are checked when a device is made or changed; what devices had before they keep.</p>
      ${this.told()}
      ${this.words.show((w) => html`<div class=${mayEverywhere(WRITE) ? 'listing' : ''}><div><section><header class="title minor"><h2>Declared</h2><div class="aside">${this.others(w)}</div></header>${w.keys.length ? table('Declared tags', this.columns(w), w.keys) : empty('No tag is declared.', w.open ? 'Devices may have any.' : 'Devices may have none.')}</section>
        <section><h2>Devices that do not fit</h2>${this.first.show(() => this.unfit())}</section></div>
        ${mayEverywhere(WRITE) ? this.form() : lacking(WRITE, 'declare tags')}</div>`)}`;
  }

  private others(w: Vocabulary): TemplateResult {
    const now = html`<span class="faint">Others ${w.open ? 'are allowed too' : 'are refused'}.</span>`;
    return mayEverywhere(WRITE) ? html`${now}<button @click=${() => this.save({ open: !w.open }, w.open ? 'Tags that are not declared are refused from now on.' : 'Devices may have any tag.')}>${w.open ? 'Refuse others' : 'Allow others'}</button>` : now;
  }

  private columns(w: Vocabulary): Column<Key>[] {
    return [
      { label: 'Tag', lead: true, cell: (k) => html`<span class="id">${k.key}</span>` },
      { label: 'Meaning', wide: true, cell: (k) => k.meaning },
      { label: 'Values', cell: (k): Shown => (k.values.length ? html`<span class="tags">${k.values.map((v) => html`<a class="tag" href=${link(['devices'], { [`tag.${k.key}`]: v })}>${v}</a> `)}</span>` : html`<span class="faint">any</span>`) },
      { label: '', trail: true, cell: (k) => (mayEverywhere(WRITE) ? html`<button @click=${() => this.edit(k)} aria-label="Change ${k.key}">Change</button> <button @click=${() => this.save({ keys: w.keys.filter((x) => x !== k) }, `${k.key} is declared no more.`)} aria-label="Take ${k.key} away">Take away</button>` : nothing) },
    ];
  }

  private unfit(): TemplateResult {
    if (!this.misfits.length) return empty('Every device fits.', 'One with a tag or a value that is not declared would be here.');
    return html`${table('Devices that do not fit', [
      { label: 'Device', lead: true, cell: (m: Misfit) => deviceLink(m.device) },
      { label: 'Why', wide: true, cell: (m: Misfit) => m.why.map((why) => html`${why}<br>`) as unknown as Shown },
    ], this.misfits)}${more(this.next, () => this.look(this.next), false)}<p class="faint">${format.count(this.misfits.length)}${this.next ? ' so far' : ''}. Their tags are changed by <code>PATCH /api/v1/devices/{id}</code> or <code>./vagus device update</code>.</p>`;
  }

  private form(): TemplateResult {
    const e = this.editing;
    return html`<section><h2>${e ? html`Change <span class="id">${e.key}</span>` : 'Declare a tag'}</h2><form class="model" autocomplete="off" @submit=${this.keep}>
      <div class="field"><label for="key">Tag</label><input id="key" name="key" required spellcheck="false" autocapitalize="none" placeholder="site" .value=${e?.key ?? ''}></div>
      <div class="field"><label for="meaning">Meaning</label><input id="meaning" name="meaning" placeholder="Where it is mounted" .value=${e?.meaning ?? ''}></div>
      <div class="field"><label for="values">Values, one a line</label><textarea id="values" name="values" rows="5" spellcheck="false" .value=${e?.values.join('\n') ?? ''} aria-describedby="values-note"></textarea><p id="values-note" class="faint">Empty: any value.</p></div>
      <div class="actions"><button class="main">${e ? 'Save' : 'Declare it'}</button>${e ? html`<button type="button" @click=${() => { this.editing = undefined; this.requestUpdate(); }}>Cancel</button>` : nothing}</div></form></section>`;
  }
}
customElements.define('v-tags', TagsPage);
