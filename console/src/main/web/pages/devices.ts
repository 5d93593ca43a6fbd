import { html, nothing, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Load, Page, Tick } from '../element.js';
import * as format from '../format.js';
import { choices, connection, deviceLink, empty, failed, filterTag, fleetPages, loading, more, table, title, when, type Column } from '../parts.js';
import { here, link, replace } from '../route.js';
import type { Device, Page as PageOf, Product } from '../types.js';

const PAGE = 100;
const FILTERS = ['q', 'product', 'status', 'connection', 'gateway', 'bbox', 'group', 'hardwareRevision', 'firmwareVersion', 'carrier', 'sim', 'team', 'site', 'region'];
const STATES = { '': 'All', connected: 'Connected', disconnected: 'Not connected', silent: 'Silent', never: 'Never heard' };

class Devices extends Page {
  private items: Device[] = [];
  private next?: string;
  private total?: number;
  private asked?: string;
  private busy = false;
  private problem?: Error;
  private latest = new AbortController();
  private readonly tick = new Tick(this);
  private readonly products = new Load(this, () => get<PageOf<Product>>('/products'));

  /** The filters, and only they, as the API takes them. */
  private get filters(): Record<string, string> {
    return Object.fromEntries([...this.query].filter(([name, value]) => value && (FILTERS.includes(name) || name.startsWith('tag.'))));
  }

  protected override willUpdate(): void {
    const asked = JSON.stringify(this.filters);
    if (asked === this.asked) return;
    this.asked = asked;
    void this.load();
  }

  protected override updated(): void {
    if (!this.query.has('focus')) return;
    this.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    replace({ focus: undefined });
  }

  /** What is shown stays until the answer to the newest question is here. */
  private async load(cursor?: string): Promise<void> {
    this.latest.abort();
    this.latest = new AbortController();
    const { signal } = this.latest;
    this.busy = true;
    try {
      const page = await get<PageOf<Device>>('/devices', { ...this.filters, limit: PAGE, cursor }, signal);
      if (signal.aborted) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.next = page.next;
      if (!cursor) this.total = page.total;
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error as Error;
      // What was found before answers another question.
      if (!cursor) this.items = [];
      this.total = undefined;
    }
    this.busy = false;
    this.requestUpdate();
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const search = this.querySelector<HTMLInputElement>('input[type=search]')!;
    const links = [...this.querySelectorAll<HTMLElement>('tbody a.id')];
    if (event.key === 'Enter' && event.target === search) links[0]?.click();
    if (!step) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement as HTMLElement) + step;
    if (at < 0) search.focus();
    else links[Math.min(at, links.length - 1)]?.focus();
  }

  protected override render(): TemplateResult {
    return html`
      ${title('Devices', fleetPages('devices'), html`<span class="number faint">${this.found}</span>`)}
      <div @keydown=${this.key}>
        <div class="filters">
          <label class="search"><span class="unseen">Search by id or name</span>
            <input type="search" .value=${this.query.get('q') ?? ''} placeholder="Search by id or name" spellcheck="false" autocomplete="off"
              @input=${(e: Event) => replace({ q: (e.target as HTMLInputElement).value.trim() || undefined })}><kbd aria-hidden="true">/</kbd></label>
          <label><span class="unseen">Product</span>
            <select @change=${(e: Event) => replace({ product: (e.target as HTMLSelectElement).value || undefined })}>
              <option value="">All products</option>
              ${this.products.value?.items.map((p) => html`<option value=${p.id} ?selected=${p.id === this.query.get('product')}>${p.name || p.id}</option>`)}
            </select></label>
          ${choices('State', 'connection', this.query.get('connection') ?? '', STATES)}
          ${this.tags()}
        </div>
        ${this.list()}
      </div>`;
  }

  private get found(): string {
    if (this.total !== undefined) return `${format.count(this.total)} found`;
    return this.items.length ? `${format.count(this.items.length)}${this.next ? ' or more' : ''} found` : '';
  }

  private tags(): TemplateResult | typeof nothing {
    const others = Object.entries(this.filters).filter(([name]) => name.startsWith('tag.') || ['gateway', 'status', 'bbox'].includes(name));
    return others.length ? html`${others.map(([name, value]) => filterTag(name === 'bbox' ? 'place' : name.replace('tag.', ''), name === 'bbox' ? box(value) : value, [name]))}` : nothing;
  }

  private list(): TemplateResult {
    if (this.problem && !this.items.length) return failed(this.problem as never, () => this.load());
    if (!this.items.length && this.busy) return loading(10);
    if (!this.items.length) {
      return Object.keys(this.filters).length
        ? empty('No device fits.', html`<a href=${link(['devices'])}>Show all devices</a>`)
        : empty('No device yet.', html`<a href=${link(['enrol'])}>Add the first one</a>. In open mode a device is also made by its first message.`);
    }
    return html`${table('Devices', this.columns, this.items)}${more(this.next, () => this.load(this.next), this.busy)}`;
  }

  private get columns(): Column<Device>[] {
    return [
      { label: 'Device', lead: true, cell: (d) => deviceLink(d.id) },
      { label: 'Name', wide: true, cell: (d) => (d.name === d.id ? '' : d.name) },
      { label: 'Product', cell: (d) => html`<a class="quiet" href=${here({ product: d.product })}>${d.product}</a>` },
      { label: 'State', trail: true, cell: connection },
      { label: 'Last heard', number: true, cell: (d) => when(d.lastSeen, this.tick.now) },
      { label: 'Tags', minor: true, cell: (d) => html`${Object.entries(d.tags).map(([key, v]) => html`<a class="tag" href=${here({ [`tag.${key}`]: v })}>${key}=${v}</a> `)}` },
    ];
  }
}
/** West, south, east, north as what lies between. */
function box(bbox: string): string {
  const [west, south, east, north] = bbox.split(',').map((n) => Number(n).toFixed(1));
  return `${south}° to ${north}° N, ${west}° to ${east}° E`;
}

customElements.define('v-devices', Devices);
