import { html, type TemplateResult } from 'lit';
import { get } from '../api.js';
import { Page, Tick } from '../element.js';
import { failed, loading, more, table, title, type Column, type Shown } from '../parts.js';
import { here, replace } from '../route.js';
import type { Page as PageOf } from '../types.js';

const PAGE = 100;

/** A list by cursor whose filters are in the URL. */
export abstract class Listing<T> extends Page {
  protected items: T[] = [];
  private next?: string;
  private asked?: string;
  private busy = false;
  private problem?: Error;
  private latest = new AbortController();
  protected readonly tick = new Tick(this);

  protected abstract readonly heading: string;
  protected abstract readonly explains: string;
  protected abstract readonly path: string;
  protected abstract readonly filters: string[];
  protected abstract columns(): Column<T>[];
  protected abstract none(filtered: boolean): TemplateResult;

  protected aside(): Shown {
    return html`<button @click=${() => this.load()}>Refresh</button>`;
  }

  protected get asks(): Record<string, string> {
    return Object.fromEntries(this.filters.map((name) => [name, this.query.get(name) ?? '']).filter(([, value]) => value));
  }

  protected override willUpdate(): void {
    const asked = JSON.stringify(this.asks);
    if (asked === this.asked) return;
    this.asked = asked;
    void this.load();
  }

  protected async load(cursor?: string): Promise<void> {
    this.latest.abort();
    this.latest = new AbortController();
    const { signal } = this.latest;
    this.busy = true;
    try {
      const page = await get<PageOf<T>>(this.path, { ...this.asks, limit: PAGE, cursor }, signal);
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.next = page.next;
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error as Error;
      if (!cursor) this.items = [];
    }
    this.busy = false;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`${title(this.heading, this.aside())}<p class="lead">${this.explains}</p>${this.filtering()}${this.list()}`;
  }

  private filtering(): TemplateResult {
    return html`<div class="filters">
      ${this.filters.includes('device') ? html`<label class="search"><span class="unseen">Device id</span><input type="search" placeholder="Device id" spellcheck="false" .value=${this.query.get('device') ?? ''} @change=${(e: Event) => replace({ device: (e.target as HTMLInputElement).value.trim() || undefined })}></label>` : ''}
      ${Object.entries(this.asks).filter(([name]) => name !== 'device').map(([name, value]) => html`<a class="tag" href=${here({ [name]: undefined })} aria-label="Remove filter ${name} ${value}">${name}: ${value} ✕</a>`)}
    </div>`;
  }

  private list(): TemplateResult {
    if (this.problem) return failed(this.problem as never, () => this.load());
    if (this.busy && !this.items.length) return loading(8);
    if (!this.items.length) return this.none(Object.keys(this.asks).length > 0);
    return html`${table(this.heading, this.columns(), this.items)}${more(this.next, () => this.load(this.next), this.busy)}`;
  }
}
