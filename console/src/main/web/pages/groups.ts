import { html, nothing, type TemplateResult } from 'lit';
import '../breach.js';
import { Acting } from '../acting.js';
import { get, send } from '../api.js';
import { Load, Tick } from '../element.js';
import * as format from '../format.js';
import { filters, parseQuery, queryText, tree, type Branch } from '../groups.js';
import { confirmation, connection, deviceLink, empty, fleetPages, table, title, when, type Shown } from '../parts.js';
import { mayEverywhere } from '../may.js';
import { lacking, Rights } from '../rights.js';
import { link, onward } from '../route.js';
import type { Device, Group, Page as PageOf } from '../types.js';

const path = (id: string) => `/groups/${encodeURIComponent(id)}`;
const PAGE = 50;

/** Groups as a tree, and what is in the one that is chosen. */
class Groups extends Acting {
  static override properties = { chosen: { attribute: false } };
  declare chosen?: string;
  private readonly tick = new Tick(this);
  private readonly groups = new Load(this, () => get<PageOf<Group>>('/groups'));
  private readonly members = new Load<PageOf<Device>>(this, async () => (this.chosen ? get<PageOf<Device>>('/devices', { group: this.chosen, limit: PAGE }) : { items: [] }));
  private readonly rights = new Rights(this, () => ({ group: this.chosen }));
  private found = '';

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('chosen') || !this.hasUpdated) return;
    this.found = this.problem = this.done = '';
    this.members.restart();
  }

  private get group(): Group | undefined {
    return this.groups.value?.items.find((g) => g.id === this.chosen);
  }

  private async save(id: string, body: Omit<Group, 'id'>, done: string): Promise<boolean> {
    const saved = await this.act(() => send('PUT', path(id), body), done);
    await this.groups.run();
    void this.members.run();
    return saved;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = (name: string) => String(new FormData(form).get(name) ?? '').trim();
    const id = this.chosen ? `${this.chosen}/${text('id')}` : text('id');
    let query: Group['query'];
    const read = await this.act(async () => (query = text('query') ? parseQuery(text('query')) : undefined), '');
    if (read && (await this.save(id, { name: text('name') || text('id'), ...(this.chosen ? { parent: this.chosen } : {}), ...(query ? { query } : {}) }, ''))) location.hash = link(['groups', id]);
  }

  private async change(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const { parent, query } = this.group!;
    let asked = query;
    const read = await this.act(async () => (asked = query && parseQuery(String(data.get('query')))), '');
    if (read) await this.save(this.chosen!, { name: String(data.get('name')).trim(), ...(parent ? { parent } : {}), ...(asked ? { query: asked } : {}) }, 'It is saved.');
  }

  /** How many a query finds, before it is saved. */
  private async preview(event: Event): Promise<void> {
    try {
      const query = filters(parseQuery((event.target as HTMLTextAreaElement).value));
      const inside = this.group?.query ? this.group.parent : this.chosen;
      const page = await get<PageOf<Device>>('/devices', { ...query, group: inside, limit: 1 });
      this.found = Object.keys(query).length ? `It finds ${format.count(page.total)} ${page.total === 1 ? 'device' : 'devices'} now.` : '';
    } catch (error) {
      this.found = (error as Error).message;
    }
    this.requestUpdate();
  }

  private async move(device: string, group: string | null): Promise<void> {
    if (await this.act(() => send('PATCH', `/devices/${encodeURIComponent(device)}`, { group }), group ? `${device} is in ${this.group?.name} now.` : `${device} is in no group now.`)) void this.members.run();
  }

  private async take(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    await this.move(String(new FormData(form).get('device')).trim(), this.chosen!);
    if (!this.problem) form.reset();
  }

  private async erase(): Promise<void> {
    const { parent } = this.group!;
    if (!(await this.act(() => send('DELETE', path(this.chosen!)), ''))) return;
    await this.groups.run();
    location.hash = link(parent ? ['groups', parent] : ['groups']);
  }

  protected override render(): TemplateResult {
    return html`${title('Devices', fleetPages('groups'))}
      <p class="explains">A group without one above it is an organisation: what is in one sees nothing of another.</p>
      ${this.groups.show((g) => html`<div class="grouped"><section><h2>Groups</h2>${g.items.length ? this.branches(tree(g.items)) : empty('No group yet.', 'Make an organisation first.')}
          ${this.chosen && mayEverywhere('group.write') ? html`<p class="more-below"><a href=${link(['groups'])}>A new organisation</a></p>` : nothing}</section>
        <div>${this.told()}${this.chosen ? (this.group ? this.one(this.group) : empty('There is no such group.', html`<a href=${link(['groups'])}>All groups</a>`)) : this.adding()}</div></div>`)}`;
  }

  private branches(all: Branch[]): TemplateResult {
    return html`<ul class="tree">${all.map(({ group, inside }) => html`<li>
      <a href=${link(['groups', group.id])} aria-current=${group.id === this.chosen ? 'true' : 'false'}>${group.name}</a>${group.query ? html` <span class="flag">dynamic</span>` : nothing}
      ${inside.length ? this.branches(inside) : nothing}</li>`)}</ul>`;
  }

  private one(g: Group): TemplateResult {
    return html`<section><header class="title minor"><h2>${g.name} <span class="note-beside id">${g.id}</span></h2><div class="aside">${this.may('group.write') ? html`<button @click=${() => this.confirm('erase')}>Delete</button>` : nothing}${this.members.value?.total ? html`<v-breach .path=${path(g.id)} .name=${g.name} .count=${this.members.value.total} @contained=${() => this.members.run()}></v-breach>` : nothing}</div></header>
        ${this.may('group.write') ? html`<form class="filters flush" @submit=${this.change}><label>Name <input name="name" required maxlength="256" .value=${g.name}></label>${g.query ? nothing : html`<button>Rename</button>`}
        ${g.query ? html`<div class="field whole-row"><label for="query">Its devices meet all of this</label><textarea id="query" name="query" rows="3" spellcheck="false" .value=${queryText(g.query)} @input=${this.preview}></textarea><p class="faint" role="status">${this.found || nothing}</p></div><button class="main">Save</button>` : nothing}</form>` : g.query ? html`<p class="say">Its devices meet all of this:</p><pre>${queryText(g.query)}</pre>` : nothing}</section>
      <section><h2>Devices ${this.members.value?.total === undefined ? nothing : html`<span class="note-beside number">${format.count(this.members.value.total)}</span>`}</h2>${this.members.show((m) => this.devices(g, m))}
        ${g.query || !this.may('device.write') ? nothing : html`<form class="filters flush" @submit=${this.take}><label>Device <input name="device" required spellcheck="false" placeholder="pump-7"></label><button>Move it here</button></form>`}</section>
      ${g.query ? nothing : this.adding()}
      ${confirmation('erase', `Delete ${g.name}?`, 'Only a group that nothing is in can go.', 'Delete', () => this.erase())}`;
  }

  private devices(g: Group, m: PageOf<Device>): TemplateResult {
    if (!m.items.length) return empty('No device is in it.', g.query ? 'A device that meets the query is in it by itself.' : nothing);
    return html`${table(`Devices of ${g.name}`, [
      { label: 'Device', lead: true, cell: (d) => deviceLink(d.id) },
      { label: 'State', cell: connection },
      { label: 'Last heard', number: true, cell: (d) => when(d.lastSeen, this.tick.now) },
      { label: 'In', wide: true, cell: (d) => (d.group && d.group !== g.id ? html`<a class="quiet" href=${link(['groups', d.group])}>${d.group}</a>` : nothing) },
      { label: '', trail: true, cell: (d): Shown => (d.group === g.id && g.parent && !g.query && this.may('device.write') ? html`<button @click=${() => this.move(d.id, g.parent!)} aria-label="Move ${d.id} out of ${g.name}">Move out</button>` : nothing) },
    ], m.items)}${(m.total ?? 0) > m.items.length ? html`<p class="more-below"><a href=${onward(['devices'], { group: g.id })}>All ${format.count(m.total)}</a></p>` : nothing}`;
  }

  private may(right: string): boolean {
    return this.chosen ? this.rights.has(right) : mayEverywhere(right);
  }

  private adding(): Shown {
    const inside = this.group;
    if (!this.may('group.write')) return lacking('group.write', inside ? 'make groups in it' : 'make an organisation');
    return html`<section><h2>${inside ? `New group in ${inside.name}` : 'New organisation'}</h2><form class="model" autocomplete="off" @submit=${this.add}><div class="pair">
        <div class="field"><label for="id">Id</label><input id="id" name="id" required spellcheck="false" autocapitalize="none" placeholder=${inside ? 'north' : 'acme'} aria-describedby="id-note"><p id="id-note" class="faint">${inside ? html`It becomes <span class="id">${inside.id}/…</span>` : 'Letters, digits and . _ : / -'}</p></div>
        <div class="field"><label for="name">Name</label><input id="name" name="name" maxlength="256"></div></div>
      ${inside ? html`<details class="other"><summary>Its devices are those that meet a query</summary><div class="field"><label for="new-query">A condition a line</label><textarea id="new-query" name="query" rows="3" spellcheck="false" placeholder="firmwareVersion = 1.0&#10;tag.site = Lyon" @input=${this.preview}></textarea><p class="faint" role="status">${this.found || nothing}</p></div></details>` : nothing}
      <div class="actions"><button class="main">Make it</button></div></form></section>`;
  }
}
customElements.define('v-groups', Groups);
