import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page, Tick } from '../element.js';
import * as format from '../format.js';
import { bars, deviceLink, dot, empty, facts, filterTag, fleetPages, more, productLink, table, title, when, type Bar, type Column, type Shown } from '../parts.js';
import { here } from '../route.js';
import type { Page as PageOf, Status } from '../types.js';

interface Counted { devices: number; desired: Record<string, number>; followShare?: number; wantedFirmware: Record<string, number>; firmwareShare?: number }
interface Version { version?: string; revision?: string; devices: number }
interface OfProduct extends Counted { product: string; firmware: Version[]; firmwareOthers: number; hardware: Version[]; hardwareOthers: number }
interface Report extends Counted { connected: number; silent: number; lifecycle: Record<string, number>; lastContact: Record<string, number>; products: OfProduct[] }
interface Item { device: string; product: string; status: Status; hardwareRevision?: string; firmware?: string; wantedFirmware?: string; sync: string; connected: boolean; silent: boolean; lastContact?: string }

const EVERY_MILLIS = 15_000;
const PAGE = 100;
/** What both the report and the list understand, and what only narrows the list. */
const SHARED = ['product', 'group', 'status', 'hardwareRevision', 'unknown'];
const NARROW = ['firmware', 'wantedFirmware', 'sync', 'contact'];

const CONTACT: Record<string, [string, string]> = { hour: ['within an hour', 'accepted'], day: ['within a day', 'accepted'], week: ['within 7 days', 'pending'], month: ['within 30 days', 'rejected'], older: ['longer ago', 'bad'], never: ['never', 'mute'] };
const DESIRED: Record<string, [string, string, string]> = { follows: ['follow', 'follows', 'accepted'], behind: ['have not answered', 'behind', 'rejected'], differs: ['answered, differ', 'differs', 'bad'], nothingDesired: ['nothing is wanted', 'nothing-desired', 'mute'] };
const WANTED: Record<string, [string, string, string]> = { asWanted: ['as wanted', 'as-wanted', 'accepted'], other: ['another', 'other', 'rejected'], noneWanted: ['none is wanted', 'none-wanted', 'mute'] };
const NAMES: Record<string, string> = { product: 'product', group: 'group', status: 'status', hardwareRevision: 'hardware', unknown: 'not known', firmware: 'firmware', wantedFirmware: 'wanted firmware', sync: 'desired state', contact: 'last contact' };

/** What devices there are and how they are; each number opens the devices behind it. */
class InventoryPage extends Page {
  private asked?: string;
  private items: Item[] = [];
  private next?: string;
  private readonly tick = new Tick(this);
  private readonly report = new Load(this, () => get<Report>('/inventory', this.of(SHARED)), EVERY_MILLIS);
  private readonly list = new Load(this, () => this.look());

  private of(names: string[]): Record<string, string> {
    return Object.fromEntries([...this.query].filter(([name]) => names.includes(name)));
  }

  private async look(cursor?: string): Promise<boolean> {
    if (!this.chosen.length) return true;
    const page = await get<PageOf<Item>>('/inventory/devices', { ...this.of([...SHARED, ...NARROW]), limit: PAGE, cursor });
    this.items = cursor ? [...this.items, ...page.items] : page.items;
    this.next = page.next;
    this.requestUpdate();
    return true;
  }

  private get chosen(): string[] {
    return [...SHARED, ...NARROW].filter((name) => this.query.has(name));
  }

  protected override willUpdate(): void {
    const asked = JSON.stringify(this.of([...SHARED, ...NARROW]));
    if (this.asked !== undefined && this.asked !== asked) {
      void this.report.run();
      this.list.restart();
    }
    this.asked = asked;
  }

  protected override render(): TemplateResult {
    return html`${title('Devices', fleetPages('inventory'))}
      <p class="explains">What runs on the devices, who follows what is wanted of him, and who was in contact when. A firmware is wanted where a device’s desired state names one in its field <code>firmware</code>.</p>
      ${this.chosen.length ? html`<div class="filters">${this.chosen.map((name) => filterTag(NAMES[name], this.query.get(name)!, [name]))}</div>` : nothing}
      ${this.report.show((r) => (r.devices ? html`${this.all(r)}${this.chosen.length ? this.found() : nothing}${r.products.map((p) => this.product(p))}` : empty('No device is here.', 'Take a filter off, or add a device.')))}`;
  }

  private all(r: Report): TemplateResult {
    return html`<div class="halves">
      <section><h2>Last contact</h2>${bars(Object.entries(CONTACT).map(([key, [label, kind]]) => bar(label, { contact: key }, r.lastContact[key], r.devices, kind)))}
        <p class="faint number more-below">${format.count(r.connected)} connected, ${format.count(r.silent)} silent.</p></section>
      <section><h2>Desired state</h2>${this.desired(r)}</section>
      <section><h2>Firmware</h2>${this.wanted(r)}</section>
      <section><h2>Lifecycle</h2>${bars(Object.entries(r.lifecycle).filter(([, n]) => n).map(([key, n]) => bar(word(key), { status: kebab(key) }, n, r.devices, key === 'active' ? 'accepted' : 'pending')))}</section></div>`;
  }

  private desired(c: Counted, also: Query = {}): TemplateResult {
    return html`${bars(Object.entries(DESIRED).map(([key, [label, sync, kind]]) => bar(label, { ...also, sync }, c.desired[key], c.devices, kind)))}<p class="faint number more-below">${c.followShare === undefined ? 'Nothing is wanted of any.' : `${format.share(c.followShare)} of those of whom something is wanted follow.`}</p>`;
  }

  private wanted(c: Counted): TemplateResult {
    return html`${bars(Object.entries(WANTED).map(([key, [label, judged, kind]]) => bar(label, { wantedFirmware: judged }, c.wantedFirmware[key], c.devices, kind)))}<p class="faint number more-below">${c.firmwareShare === undefined ? 'No firmware is wanted.' : `${format.share(c.firmwareShare)} run what is wanted.`}</p>`;
  }

  private product(p: OfProduct): TemplateResult {
    const versions = (all: Version[], others: number, name: string, what: string, text: (v: Version) => string | undefined): TemplateResult =>
      html`${bars(all.map((v) => bar(text(v) ?? 'not known', { product: p.product, [name]: text(v), unknown: text(v) ? undefined : what }, v.devices, p.devices, text(v) ? 'accepted' : 'mute')))}${others ? html`<p class="faint">and ${format.count(others)} more</p>` : nothing}`;
    return html`<section class="of-product"><h2>${productLink(p.product)} <span class="note-beside">${format.count(p.devices)} devices</span></h2>
      ${facts([['Follow', p.followShare === undefined ? html`<span class="faint">nothing wanted</span>` : format.share(p.followShare)], ['On the wanted firmware', p.firmwareShare === undefined ? html`<span class="faint">none wanted</span>` : format.share(p.firmwareShare)]])}
      <div class="halves"><div><h3>Firmware</h3>${versions(p.firmware, p.firmwareOthers, 'firmware', 'firmware', (v) => v.version)}</div><div><h3>Hardware</h3>${versions(p.hardware, p.hardwareOthers, 'hardwareRevision', 'hardware', (v) => v.revision)}</div></div></section>`;
  }

  private found(): TemplateResult {
    const file = `/api/v1/inventory/devices?${new URLSearchParams({ format: 'csv', ...this.of([...SHARED, ...NARROW]) })}`;
    const columns: Column<Item>[] = [
      { label: 'Device', lead: true, wide: true, cell: (i) => deviceLink(i.device) },
      { label: 'Product', minor: true, cell: (i) => productLink(i.product) },
      { label: 'Firmware', cell: (i): Shown => html`${i.firmware ?? html`<span class="faint">not known</span>`}${i.wantedFirmware && i.wantedFirmware !== i.firmware ? html` <span class="warning">wanted: ${i.wantedFirmware}</span>` : nothing}` },
      { label: 'Hardware', minor: true, cell: (i) => i.hardwareRevision ?? '' },
      { label: 'Desired state', cell: (i) => format.words(i.sync) },
      { label: 'Last contact', trail: true, cell: (i) => (i.connected ? html`${dot('good')} connected` : when(i.lastContact, this.tick.now)) },
    ];
    return html`<section id="found"><header class="title minor"><h2>Devices</h2><div class="aside"><a class="button" href=${file} download="inventory.csv">Download CSV</a></div></header>
      ${this.list.show(() => (this.items.length ? html`${table('Devices', columns, this.items)}${more(this.next, () => this.look(this.next), false)}` : empty('No device is so.')))}</section>`;
  }
}

type Query = Record<string, string | undefined>;

const kebab = (camel: string): string => camel.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
const word = (camel: string): string => format.words(kebab(camel));

function bar(label: string, query: Query, value: number, of: number, kind: string): Bar {
  return { label, href: here(query), value, of, kind, shown: format.count(value) };
}

customElements.define('v-inventory', InventoryPage);
