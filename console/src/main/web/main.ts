import { html, nothing, type TemplateResult } from 'lit';
import { get, hangUp, Problem, reach, send, signedOut } from './api.js';
import { Part } from './element.js';
import { failed, title } from './parts.js';
import { know, mayEverywhere, maySomewhere } from './may.js';
import { current, link } from './route.js';
import { AlertCount } from './alert/count.js';
import mark from './mark.svg';
import { turn } from './theme.js';
import type { Session } from './types.js';
import './pages/overview.js';
import './pages/sign-in.js';

interface Place {
  name: string;
  title: string;
  view: () => TemplateResult;
  load: () => Promise<unknown>;
  hidden?: boolean;
  /** The page of the head under which it is. */
  of?: string;
  /** Shown to those who have the right, on something at least. */
  needs?: string;
  /** Who has that right finds it elsewhere. */
  unless?: string;
  /** The right is of use only on all. */
  everywhere?: boolean;
  /** The page of one of them is fetched apart. */
  apart?: boolean;
}

function device(): TemplateResult {
  const [, id, part] = current().path;
  if (!id) return html`<v-devices></v-devices>`;
  return part === 'timeline' ? html`<v-timeline .device=${id}></v-timeline>` : html`<v-device .device=${id}></v-device>`;
}

/** Pages by the first segment of the URL; each but the first is fetched when it is first asked for. */
const PLACES: Place[] = [
  { name: '', title: 'Fleet', view: () => html`<v-overview></v-overview>`, load: async () => {} },
  { name: 'devices', title: 'Devices', view: device, load: () => Promise.all([import('./pages/devices.js'), import('./pages/device.js'), import('./pages/timeline.js')]) },
  { name: 'enrol', of: 'devices', title: 'Add a device', view: () => (current().path[1] ? html`<v-connect .device=${current().path[1]}></v-connect>` : html`<v-enrol></v-enrol>`), load: () => Promise.all([import('./pages/enrol.js'), import('./pages/connect.js')]), hidden: true },
  { name: 'batches', of: 'devices', title: 'Batches', view: () => (current().path[1] ? html`<v-batch .batch=${current().path[1]}></v-batch>` : html`<v-batches></v-batches>`), load: () => import('./pages/batches.js'), hidden: true },
  { name: 'credentials', of: 'devices', title: 'Credentials', view: () => html`<v-credentials></v-credentials>`, load: () => import('./pages/credentials.js'), hidden: true },
  { name: 'groups', of: 'devices', title: 'Groups', view: () => html`<v-groups .chosen=${current().path[1]}></v-groups>`, load: () => import('./pages/groups.js'), hidden: true },
  { name: 'inventory', of: 'devices', title: 'Inventory', view: () => html`<v-inventory></v-inventory>`, load: () => import('./pages/inventory.js'), hidden: true },
  { name: 'tags', of: 'devices', title: 'Tags', view: () => html`<v-tags></v-tags>`, load: () => import('./pages/tags.js'), hidden: true },
  { name: 'commands', of: 'devices', title: 'Commands', view: () => html`<v-command-log></v-command-log>`, load: () => import('./pages/commands.js'), hidden: true },
  { name: 'bulk', of: 'devices', title: 'Bulk commands', view: () => (current().path[1] ? html`<v-bulk .bulk=${current().path[1]}></v-bulk>` : html`<v-bulks></v-bulks>`), load: () => import('./pages/bulk.js'), hidden: true },
  { name: 'alerts', title: 'Alerts', needs: 'alert.read', view: () => (current().path[1] ? html`<v-alert .alert=${current().path[1]}></v-alert>` : html`<v-alerts></v-alerts>`), load: () => import('./pages/alerts.js') },
  { name: 'rules', title: 'Rules', needs: 'rule.read', view: () => (current().path[1] ? html`<v-rule .rule=${current().path[1]}></v-rule>` : html`<v-rules></v-rules>`), load: () => (current().path[1] ? import('./pages/rule.js') : import('./pages/rules.js')), apart: true },
  { name: 'sinks', of: 'rules', title: 'Sinks', view: () => (current().path[1] ? html`<v-sink .sink=${current().path[1]}></v-sink>` : html`<v-sinks></v-sinks>`), load: () => import('./pages/sinks.js'), hidden: true },
  { name: 'messages', title: 'Messages', needs: 'messages.read', view: () => html`<v-messages></v-messages>`, load: () => import('./pages/messages.js') },
  { name: 'dead-letters', of: 'messages', title: 'Dead letters', view: () => html`<v-dead-letters></v-dead-letters>`, load: () => import('./pages/dead-letters.js'), hidden: true },
  { name: 'refusals', of: 'messages', title: 'Refusals', needs: 'refusals.read', unless: 'messages.read', view: () => html`<v-refusals></v-refusals>`, load: () => import('./pages/lists.js') },
  { name: 'duplicates', of: 'messages', title: 'Duplicates', view: () => html`<v-duplicates></v-duplicates>`, load: () => import('./pages/lists.js'), hidden: true },
  { name: 'gaps', of: 'messages', title: 'Gaps', view: () => html`<v-gaps></v-gaps>`, load: () => import('./pages/lists.js'), hidden: true },
  { name: 'events', title: 'Events', needs: 'audit.read', view: () => html`<v-events></v-events>`, load: () => import('./pages/lists.js') },
  { name: 'ledger', of: 'messages', title: 'Ledger', view: () => html`<v-ledger></v-ledger>`, load: () => import('./pages/ledger.js'), hidden: true },
  { name: 'products', title: 'Products', view: () => (current().path[1] ? html`<v-product .product=${current().path[1]}></v-product>` : html`<v-products></v-products>`), load: () => import('./pages/products.js') },
  { name: 'people', title: 'People', needs: 'people.manage', everywhere: true, view: () => (current().path[1] ? html`<v-person .name=${current().path[1]}></v-person>` : html`<v-people></v-people>`), load: () => import('./pages/people.js') },
  { name: 'tokens', title: 'Tokens', view: () => html`<v-tokens></v-tokens>`, load: () => import('./pages/tokens.js'), hidden: true },
  { name: 'account', title: 'Account', view: () => html`<v-account></v-account>`, load: () => import('./pages/account.js'), hidden: true },
  { name: 'health', title: 'Health', view: () => html`<v-health></v-health>`, load: () => import('./pages/health.js') },
  { name: 'top', title: 'Top devices', view: () => html`<v-top></v-top>`, load: () => import('./pages/top.js'), hidden: true },
];

const MOST_COUNTED = 999;

/** What is fetched at once. */
const chunk = (p: Place): string => (p.apart && current().path[1] ? `${p.name}/` : p.name);

const mayOpen = (p: Place): boolean => !p.needs || (p.everywhere ? mayEverywhere(p.needs) : maySomewhere(p.needs));

class App extends Part {
  private session?: Session;
  private trouble = '';
  private loaded = new Set<string>(['']);
  private menu = false;
  private path = '';
  private lostAt?: Date;
  private again?: ReturnType<typeof setInterval>;
  private missing = false;
  private readonly alerts = new AlertCount(this);

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.leaving;
    addEventListener('hashchange', () => this.moved(), { signal });
    addEventListener('keydown', (event) => this.key(event), { signal });
    signedOut.addEventListener('out', () => this.ask(), { signal });
    addEventListener('vagus-signed-in', () => this.ask(), { signal });
    reach.addEventListener('lost', () => this.lost(), { signal });
    reach.addEventListener('back', () => this.back(), { signal });
    void this.ask();
    void this.open();
  }

  /** What is shown stays, and says of when it is. */
  private lost(): void {
    this.lostAt = new Date();
    this.again = setInterval(() => void this.ask(), 3000);
    this.requestUpdate();
  }

  private back(): void {
    clearInterval(this.again);
    this.lostAt = undefined;
    this.fetchAgain();
  }

  /** A browser does not ask twice for a module that it did not get: only a new document does. */
  private fetchAgain(): void {
    if (this.missing) location.reload();
    else this.requestUpdate();
  }

  private async ask(): Promise<void> {
    try {
      this.session = await get<Session>('/session');
      know(this.session);
      this.trouble = '';
      void this.alerts.ask();
    } catch (error) {
      this.trouble = (error as Error).message;
    }
    this.requestUpdate();
  }

  private moved(): void {
    const path = current().path.join('/');
    const other = path !== this.path;
    this.path = path;
    this.menu = false;
    void this.open().then(async () => {
      this.querySelectorAll('main > *').forEach((page) => page instanceof Part && page.requestUpdate());
      if (!other) return;
      scrollTo(0, 0);
      await this.updateComplete;
      const main = this.querySelector('main')!;
      if (!main.contains(document.activeElement)) main.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    });
  }

  private async open(): Promise<void> {
    const place = this.place;
    if (place && !this.loaded.has(chunk(place))) {
      try {
        await place.load();
        this.loaded.add(chunk(place));
        this.missing = false;
      } catch {
        this.missing = true;
        // Nobody else asks for anything while a page is missing.
        void this.ask();
      }
    }
    document.title = place && place.name ? `${current().path[1] ?? place.title} · Vagus` : 'Vagus';
    this.requestUpdate();
    await this.updateComplete;
  }

  private get place(): Place | undefined {
    return PLACES.find((p) => p.name === (current().path[0] ?? ''));
  }

  private key(event: KeyboardEvent): void {
    const typing = (event.target as Element).closest('input, textarea, select');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const search = this.querySelector<HTMLInputElement>('main input[type=search]');
    if (search) search.focus();
    else location.hash = link(['devices'], { focus: '1' });
  }

  /** The page goes first: what it still asked would be refused. */
  private async leave(): Promise<void> {
    this.session = undefined;
    this.requestUpdate();
    await this.updateComplete;
    hangUp();
    await send('DELETE', '/session').catch(() => undefined);
    await this.ask();
  }

  protected override render(): TemplateResult {
    if (this.trouble && !this.session) return html`<main class="narrow"><div class="note bad" role="alert"><strong>${this.trouble}</strong><p>Start it with <code>./vagus up</code>.</p><button @click=${() => this.ask()}>Try again</button></div></main>`;
    if (!this.session) return html`<main></main>`;
    if (!this.session.signedIn) return html`<v-sign-in></v-sign-in>`;
    return html`
      <a class="skip" href="#main" @click=${(e: Event) => { e.preventDefault(); this.querySelector<HTMLElement>('main h1')?.focus(); }}>To the content</a>
      ${this.head()}
      <main id="main">${this.page()}</main>
      ${this.lostAt ? html`<div class="lost" role="alert"><strong>The server does not answer.</strong> What is shown is of ${this.lostAt.toLocaleTimeString('en-GB')}; trying again …</div>` : nothing}`;
  }

  private head(): TemplateResult {
    const here = this.place?.of ?? current().path[0] ?? '';
    return html`
      <header class="top">
        <div class="bar-inner"><a class="brand" href="#/"><img src=${mark} alt="" width="24" height="24"> Vagus</a>
        <button class="menu" aria-expanded=${this.menu} aria-controls="pages" @click=${() => { this.menu = !this.menu; this.requestUpdate(); }}>${this.place?.title ?? 'Menu'}</button>
        <nav id="pages" class=${this.menu ? 'open' : ''} aria-label="Pages">
          ${PLACES.filter((p) => !p.hidden && mayOpen(p) && !(p.unless && maySomewhere(p.unless))).map((p) => html`<a href=${link(p.name ? [p.name] : [])} aria-current=${p.name === here ? 'page' : nothing} @click=${() => { this.menu = false; this.requestUpdate(); }}>${p.title}${p.name === 'alerts' ? this.waiting() : nothing}</a>`)}
          <a class="small" href="/api/docs">API</a>
        </nav>
        <div class="tools">
          <a href="/api/docs">API</a>
          <button class="plain" @click=${turn} aria-label="Switch between light and dark" title="Light or dark"><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"></circle><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"></path></svg></button>
          ${this.session?.open ? nothing : html`<a href="#/account" id="account">${this.session?.user ?? 'Account'}</a> <button class="plain" id="sign-out" @click=${() => this.leave()}>Sign out</button>`}
        </div></div>
      </header>`;
  }

  private waiting(): TemplateResult | typeof nothing {
    const { open } = this.alerts;
    return open ? html` <span class="count"><span aria-hidden="true">${open > MOST_COUNTED ? `${MOST_COUNTED}+` : open}</span><span class="unseen">${open} open</span></span>` : nothing;
  }

  private page(): TemplateResult {
    const place = this.place;
    if (!place) return html`${title('Nothing is here')}<p class="explains">The console has no page <code>${current().path[0]}</code>. <a href="#/">To the fleet</a></p>`;
    if (this.missing && !this.loaded.has(chunk(place))) return html`${title(place.title)}${failed(new Problem(0, 'This page could not be fetched from the server. Is it running?'), () => this.ask().then(() => this.trouble || this.fetchAgain()))}`;
    return this.loaded.has(chunk(place)) ? place.view() : html`<div class="loading"><span></span><span></span><span></span></div>`;
  }
}
customElements.define('v-app', App);
