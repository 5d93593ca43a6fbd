import { html, nothing, type TemplateResult } from 'lit';
import { get, now, type Problem } from '../api.js';
import { Page, Tick } from '../element.js';
import * as format from '../format.js';
import { EVER, failed, filterTag, loading, more, RANGES, table, timeRange, title, type Column, type Shown } from '../parts.js';
import { replace } from '../route.js';
import type { Page as PageOf } from '../types.js';

const PAGE = 100;

/** A list by cursor whose filters and time range are in the URL. */
export abstract class Listing<T> extends Page {
  protected items: T[] = [];
  private next?: string;
  private asked?: string;
  private busy = false;
  private problem?: Problem;
  private latest = new AbortController();
  protected readonly tick = new Tick(this);

  protected abstract readonly heading: string;
  protected abstract readonly explains: string;
  protected abstract readonly path: string;
  protected abstract readonly filters: string[];
  protected abstract columns(): Column<T>[];
  protected abstract none(filtered: boolean): TemplateResult;

  protected aside(): Shown {
    return nothing;
  }

  /** Filters of its own, beside those that all have. */
  protected controls(): Shown {
    return nothing;
  }

  protected shown(): T[] {
    return this.items;
  }

  /** The filters as the URL has them. */
  protected get asks(): Record<string, string> {
    return Object.fromEntries([...this.filters, 'range', 'from', 'to'].map((name) => [name, this.query.get(name) ?? '']).filter(([name, value]) => value && !(name === 'range' && value === EVER)));
  }

  /** The filters as the API takes them. */
  protected get asksNow(): Record<string, string | number> {
    const { range, ...others } = this.asks;
    const seconds = format.spanSeconds(range ?? null);
    return seconds && !others.from ? { ...others, from: Math.round(now() - seconds * 1000) } : others;
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
      const page = await get<PageOf<T>>(this.path, { ...this.asksNow, limit: PAGE, cursor }, signal);
      if (signal.aborted) return;
      this.items = cursor ? [...this.items, ...page.items] : page.items;
      this.next = page.next;
      this.problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = error as Problem;
      if (!cursor) this.items = [];
    }
    this.busy = false;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`${title(this.heading, html`${this.aside()}<button @click=${() => this.load()}>Refresh</button>`)}<p class="explains">${this.explains}</p>${this.filtering()}${this.list()}`;
  }

  private filtering(): TemplateResult {
    const { device: _, range: __, from, to, ...others } = this.asks;
    return html`<div class="filters">
      <label class="search"><span class="unseen">Device id</span><input type="search" placeholder="Device id" spellcheck="false" autocomplete="off" .value=${this.query.get('device') ?? ''} @change=${(e: Event) => replace({ device: (e.target as HTMLInputElement).value.trim() || undefined })}></label>
      ${timeRange(EVER, { [EVER]: 'Since first start', ...RANGES })}
      ${this.controls()}
      ${from && to ? filterTag('from', format.span(Date.parse(from), Date.parse(to)), ['from', 'to']) : nothing}
      ${Object.entries(others).map(([name, value]) => filterTag(name, format.words(value)))}
    </div>`;
  }

  private list(): TemplateResult {
    if (this.problem) return failed(this.problem, () => this.load());
    if (this.busy && !this.items.length) return loading(8);
    if (!this.items.length) return this.none(Object.keys(this.asks).length > 0);
    return html`${table(this.heading, this.columns(), this.shown())}${more(this.next, () => this.load(this.next), this.busy)}`;
  }
}
