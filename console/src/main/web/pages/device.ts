import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { follow, get, now, send } from '../api.js';
import { Load, Page, Tick } from '../element.js';
import * as format from '../format.js';
import '../alert/of-device.js';
import '../breach.js';
import '../certificates.js';
import '../commands.js';
import '../metric-charts.js';
import '../move.js';
import '../relations.js';
import '../twin.js';
import type { Span } from '../metric-charts.js';
import { confirmation, connection, crumb, deviceLink, empty, facts, mayConnect, productLink, table, timeRange, title, when, type Shown } from '../parts.js';
import { Rights } from '../rights.js';
import { link, onward, replace } from '../route.js';
import { changeColumns, deadLetterColumns, duplicateColumns, gapColumns, merged, messageColumns, metricColumns } from '../columns.js';
import type { Certificate, Change, DeadLetter, Device, Duplicate, Gap, LatestReadings, Message, Page as PageOf, Product, Reading } from '../types.js';

const QUALITIES: Record<string, string> = {
  'unknown-metric': 'not in the product model', 'out-of-range': 'outside the range of the model', 'clock-corrected': 'time corrected for the clock of the device',
  'clamped-future': 'time was in the future', 'clamped-past': 'time was too far back', 'no-device-time': 'sent without a time', late: 'came late', stuck: 'the same for too long', spike: 'far off its neighbours', bias: 'off what it should be', noise: 'scatters more than it does usually',
};

const DETAILS = [['hardwareRevision', 'Hardware'], ['firmwareVersion', 'Firmware'], ['carrier', 'Carrier'], ['sim', 'SIM'], ['team', 'Team'], ['site', 'Site'], ['region', 'Region']] as const;

interface Proofs { certificates: Certificate[]; secret?: string }

class DevicePage extends Page {
  static override properties = { device: { attribute: false } };
  declare device: string;
  private live = false;
  private readonly latest = new Map<string, Reading>();
  private readonly tick = new Tick(this);
  private readonly path = (rest = '') => `/devices/${encodeURIComponent(this.device)}${rest}`;
  private readonly about = new Load(this, () => get<Device>(this.path()), 5000);
  private readonly readings = new Load(this, () => this.values());
  private readonly model = new Load(this, async () => get<Product>(`/products/${encodeURIComponent((await get<Device>(this.path())).product)}`));
  private readonly messages = new Load(this, () => get<PageOf<Message>>(this.path('/messages'), { limit: 20 }), 5000);
  private readonly letters = new Load(this, () => get<PageOf<DeadLetter>>('/dead-letters', { ...this.within, limit: 10 }), 15_000);
  private readonly gaps = new Load(this, () => get<PageOf<Gap>>('/gaps', { ...this.within, limit: 100 }), 30_000);
  private readonly duplicates = new Load(this, () => get<PageOf<Duplicate>>('/duplicates', { ...this.within, limit: 10 }), 30_000);
  private readonly credentials = new Load(this, () => this.proven(), 60_000);
  private readonly changes = new Load(this, () => get<PageOf<Change>>(this.path('/history'), { limit: 10 }), 15_000);
  private readonly rights = new Rights(this, () => ({ device: this.device }));
  private time = '';
  private following = new AbortController();

  private async values(): Promise<LatestReadings> {
    const answer = await get<LatestReadings>(this.path('/readings'));
    answer.readings.forEach((r) => this.latest.set(r.metric, r));
    return answer;
  }

  /** A secret is known by the event that set it: of itself the server keeps a hash and no time. */
  private async proven(): Promise<Proofs> {
    const newest = async (type: string) => (await get<PageOf<Change>>(this.path('/history'), { type: `device.${type}`, limit: 1 })).items[0];
    const [certificates, changed, created] = await Promise.all([get<PageOf<Certificate>>(this.path('/certificates')), newest('secret-changed'), newest('created')]);
    return { certificates: certificates.items, secret: changed?.time ?? (created?.body.secret ? created.time : undefined) };
  }

  /** This device, in the time range of the page. */
  private get within(): Record<string, string | number> {
    const { seconds, from, to } = this.span;
    return seconds ? { device: this.device, from: Math.round(now() - seconds * 1000) } : { device: this.device, from: from!, to: to! };
  }

  protected override willUpdate(changed: PropertyValues): void {
    const time = JSON.stringify(this.span);
    if (this.time && this.time !== time && !changed.has('device')) [this.letters, this.gaps, this.duplicates].forEach((load) => void load.run());
    this.time = time;
    if (!changed.has('device')) return;
    this.following.abort();
    this.following = new AbortController();
    this.leaving.signal.addEventListener('abort', () => this.following.abort());
    this.latest.clear();
    if (changed.get('device') !== undefined) [this.about, this.readings, this.model, this.messages, this.letters, this.gaps, this.duplicates, this.changes, this.credentials].forEach((load) => load.restart());
    follow<{ readings: Reading[] }>(this.path('/live'), 'readings', (event) => this.take(event.readings), this.following.signal, (open) => (this.live = open));
  }

  private take(readings: Reading[]): void {
    for (const reading of readings) {
      const before = this.latest.get(reading.metric);
      if (!before || Date.parse(before.time) <= Date.parse(reading.time)) this.latest.set(reading.metric, { unit: before?.unit, ...reading });
    }
    this.querySelector('v-metric-charts')?.take(readings);
  }

  private get span(): Span {
    const from = this.query.get('from');
    const to = this.query.get('to');
    if (from && to) return { from: Date.parse(from), to: Date.parse(to) };
    return { seconds: format.spanSeconds(this.query.get('range')) ?? 3600 };
  }

  protected override render(): TemplateResult {
    return this.about.show((d) => html`
      ${crumb('devices', 'Devices')}
      ${title(d.name, this.acts(d), connection(d))}
      ${facts(this.particulars(d))}
      ${keyed(d.id, html`<v-device-alerts .device=${d.id}></v-device-alerts>`)}
      <div class="split">
        <div><section class="values"><h2>Latest values ${this.live ? html`<span class="live">live</span>` : nothing}</h2>${this.readings.show(() => this.table())}</section>
          <section>${this.model.show((m) => this.product(m), 4)}</section></div>
        <section>${this.charts()}</section>
      </div>
      ${keyed(d.id, html`<v-twin .device=${d.id}></v-twin><v-commands .device=${d.id} .models=${this.model.value?.commands ?? {}}></v-commands><v-relations .device=${d.id}></v-relations>`)}
      <section><h2>Last messages</h2>${this.messages.show((m) => (m.items.length ? table('Last messages', messageColumns(this.tick.now), m.items) : empty('No message yet.', 'What it sends is listed here within a second.')))}</section>
      ${this.credentials.show((c) => this.proofs(c), 2)}
      ${this.trouble()}
      <section><h2><a href=${link(['events'], { device: d.id })}>Changes</a></h2>${this.changes.show((c) => table('Changes', changeColumns(this.tick.now, false), c.items))}</section>`);
  }

  private acts(d: Device): TemplateResult {
    if (['in-transfer', 'returned', 'retired'].includes(d.status)) return html``;
    return html`${this.usual(d)}<v-breach .path=${this.path()} .name=${d.id} .count=${1} @contained=${() => Promise.all([this.about.run(), this.credentials.run(), this.changes.run()])}></v-breach>`;
  }

  private usual(d: Device): TemplateResult {
    const moving = this.rights.has('device.write') && mayConnect(d) ? html`<v-move .device=${d.id} .group=${d.group} @moved=${() => Promise.all([this.about.run(), this.changes.run()])}></v-move>` : nothing;
    if (!this.rights.has('device.suspend')) return html`${moving}`;
    return mayConnect(d)
      ? html`${moving}<button @click=${() => this.dialog.showModal()}>Suspend</button>${confirmation('suspend', `Suspend ${d.id}?`, 'It is disconnected and refused until it is resumed. Its data stays.', 'Suspend', () => this.turn('suspend'))}`
      : html`<button @click=${() => this.turn('resume')}>Resume</button>`;
  }

  private get dialog(): HTMLDialogElement {
    return this.querySelector<HTMLDialogElement>('#suspend')!;
  }

  private async turn(verb: string): Promise<void> {
    await send('POST', this.path(`/${verb}`)).catch((e) => (this.about.problem = e));
    void this.about.run();
    void this.changes.run();
  }

  private particulars(d: Device): [string, Shown][] {
    const c = d.connection;
    const all: [string, Shown][] = [
      ['Id', html`<span class="id">${d.id}</span>`],
      ['Product', productLink(d.product)],
      ['Last heard', when(d.lastSeen, this.tick.now)],
    ];
    if (c) all.push([c.connected ? 'Connected' : 'Left', html`${when(c.since, this.tick.now)} ${c.connected ? html`by ${c.transport} from <span class="id">${c.address}</span>` : nothing}`]);
    if (d.gateway) all.push(['Gateway', deviceLink(d.gateway)]);
    if (d.location) all.push(['Place', html`<span class="number">${d.location.lat.toFixed(4)}°, ${d.location.lon.toFixed(4)}°</span>`]);
    if (d.group) all.push(['Group', html`<a href=${link(['groups', d.group])}>${d.group}</a>`]);
    for (const [name, label] of DETAILS) if (d[name]) all.push([label, html`<a href=${link(['devices'], { [name]: d[name] })}>${d[name]}</a>`]);
    all.push(['Registered', when(d.createdAt, this.tick.now)]);
    const tags = Object.entries(d.tags);
    if (tags.length) all.push(['Tags', html`${tags.map(([k, v]) => html`<a class="tag" href=${link(['devices'], { [`tag.${k}`]: v })}>${k}=${v}</a> `)}`]);
    return all;
  }

  private table(): TemplateResult {
    const readings = [...this.latest.values()].sort((a, b) => a.metric.localeCompare(b.metric));
    if (!readings.length) return empty('Nothing received so far.', html`It may send to <code>v1/${this.device}/telemetry</code> or <code>POST /v1/${this.device}/telemetry</code>.`);
    return html`<table class="latest"><caption class="unseen">Latest values</caption>
      <thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value</th><th scope="col">Unit</th><th scope="col" class="number">Age</th></tr></thead>
      <tbody>${readings.map((r) => html`<tr>
        <th scope="row">${r.metric}${r.quality.map((q) => html` <span class="flag ${q}" title=${QUALITIES[q] ?? q}>${format.words(q)}</span>`)}</th>
        ${this.value(r)}<td class="number">${when(r.time, this.tick.now)}</td></tr>`)}</tbody></table>`;
  }

  private value(r: Reading): TemplateResult {
    const [number, unit] = this.model.value?.metrics[r.metric]?.type === 'boolean' ? [format.truth(r.value), ''] : format.quantity(r.value, r.unit);
    return html`<td class="number strong">${number}</td><td class="unit">${unit}</td>`;
  }

  private charts(): TemplateResult {
    const metrics = [...this.latest.values()].filter((r) => typeof r.value === 'number').map((r) => r.metric).sort();
    const units = Object.fromEntries([...this.latest.values()].map((r) => [r.metric, format.unit(r.unit)]));
    const truths = Object.entries(this.model.value?.metrics ?? {}).filter(([, m]) => m.type === 'boolean').map(([name]) => name);
    return html`
      <header class="title minor"><h2>History</h2><div class="aside"><a href=${onward(['devices', this.device, 'timeline'])}>All on one time axis</a>${timeRange('1h')}</div></header>
      <details class="span-picker" ?open=${this.query.has('from')}><summary>From, to</summary><form @submit=${this.pick}>
        <label>From <input name="from" type="datetime-local" required .value=${local(this.query.get('from'))}></label><label>To <input name="to" type="datetime-local" required .value=${local(this.query.get('to'))}></label><button>Show</button>
        ${this.query.has('from') ? html`<button type="button" @click=${() => replace({ from: undefined, to: undefined })}>Back to now</button>` : nothing}</form></details>
      <v-metric-charts .device=${this.device} .metrics=${metrics.join('\n')} .units=${units} .truths=${truths.join('\n')} .span=${JSON.stringify(this.span)} .gaps=${this.gaps.value?.items ?? []}></v-metric-charts>`;
  }

  private pick(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const time = (name: string) => new Date(String(form.get(name))).toISOString();
    replace({ from: time('from'), to: time('to'), range: undefined });
  }

  private trouble(): TemplateResult {
    const letters = this.letters.value?.items ?? [];
    const gaps = merged(this.gaps.value?.items ?? []);
    const copies = this.duplicates.value?.items ?? [];
    const none = [letters.length ? '' : 'dead letters', gaps.length ? '' : 'gaps', copies.length ? '' : 'duplicates'].filter(Boolean);
    const to = (page: string) => onward([page], { device: this.device });
    return html`
      ${letters.length ? html`<section><h2><a href=${to('dead-letters')}>Dead letters</a></h2>${table('Dead letters', deadLetterColumns(this.tick.now, false), letters)}</section>` : nothing}
      ${gaps.length ? html`<section><h2><a href=${to('gaps')}>Gaps</a></h2>${table('Gaps', gapColumns(false), gaps.slice(0, 10))}</section>` : nothing}
      ${copies.length ? html`<section><h2><a href=${to('duplicates')}>Duplicates</a></h2>${table('Duplicates', duplicateColumns(this.tick.now, false), copies)}</section>` : nothing}
      ${none.length && this.gaps.value ? html`<p class="faint">No ${none.join(', no ')} in this time. <a href=${to('refusals')}>Refusals of this device</a></p>` : nothing}`;
  }

  /** What it proves itself with: of a secret its age, of certificates the countdown too. */
  private proofs(c: Proofs): TemplateResult {
    return html`<section><header class="title minor"><h2>Credentials</h2><div class="aside">${this.rights.has('credential.issue') ? html`<a href=${link(['enrol', this.device])}>How it connects</a>` : nothing}</div></header>
      ${c.secret ? facts([['Secret', html`made ${when(c.secret, this.tick.now)}`], ['Ends', 'when another is made']]) : nothing}
      ${c.certificates.length ? html`<v-certificates .items=${c.certificates} .withDevice=${false} @revoked=${() => this.credentials.run()}></v-certificates>` : c.secret ? nothing : html`<p class="faint">It was given none. ${this.rights.has('credential.issue') ? html`<a href=${link(['enrol', this.device])}>Give it one</a>` : nothing}</p>`}</section>`;
  }

  private product(m: Product): TemplateResult {
    const rows = Object.entries(m.metrics);
    return html`<h2><a href=${link(['products', m.id])}>${m.name || m.id}</a> <span class="note-beside">version ${m.version}${m.cadence ? `, reports every ${m.cadence}` : ''}</span></h2>
      ${rows.length ? table('Metrics of the product', metricColumns, rows, true) : empty('It says nothing of its metrics.', html`<a href=${link(['products', m.id])}>Describe them</a>`)}`;
  }
}

const local = (time: string | null): string => {
  if (!time) return '';
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

customElements.define('v-device', DevicePage);
