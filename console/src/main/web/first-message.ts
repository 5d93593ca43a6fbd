import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { follow, get, now } from './api.js';
import { Load, Part, Tick } from './element.js';
import * as format from './format.js';
import { dot, when, type Shown } from './parts.js';
import { link } from './route.js';
import type { DeadLetter, Device, LatestReadings, Page as PageOf, Reading, Refusal } from './types.js';

const EVERY_MILLIS = 2000;

interface Trouble { time: string; what: Shown; advice: Shown; source?: string }

/** Waits for what a new device sends, and says what is wrong when it is turned away. */
class FirstMessage extends Part {
  static override properties = { device: { attribute: false }, units: { attribute: false } };
  declare device: string;
  /** UCUM codes of the product's metrics. */
  declare units: Record<string, string | undefined>;
  private readonly tick = new Tick(this);
  private since = 0;
  private readonly readings = new Map<string, Reading>();
  private readonly path = (rest = '') => `/devices/${encodeURIComponent(this.device)}${rest}`;
  private readonly about = new Load(this, () => get<Device>(this.path()), EVERY_MILLIS);
  private readonly trouble = new Load(this, () => this.look(), EVERY_MILLIS);

  override connectedCallback(): void {
    this.since = now();
    super.connectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('device')) return;
    this.readings.clear();
    void get<LatestReadings>(this.path('/readings')).then((latest) => this.take(latest.readings)).catch(() => undefined);
    follow<{ readings: Reading[] }>(this.path('/live'), 'readings', (event) => this.take(event.readings), this.leaving.signal);
  }

  private take(readings: Reading[]): void {
    for (const reading of readings) this.readings.set(reading.metric, { ...this.readings.get(reading.metric), ...reading });
    this.requestUpdate();
  }

  /** The newest of what went wrong since this page was opened. */
  private async look(): Promise<Trouble | undefined> {
    const query = { device: this.device, from: Math.round(this.since - 1000), limit: 1 };
    const [refusals, letters] = await Promise.all([get<PageOf<Refusal>>('/refusals', query), get<PageOf<DeadLetter>>('/dead-letters', query)]);
    const all = [...refusals.items.map((r) => this.refused(r)), ...letters.items.map((d) => this.kept(d))];
    return all.sort((a, b) => Date.parse(b.time) - Date.parse(a.time))[0];
  }

  private refused(r: Refusal): Trouble {
    return { time: r.time, source: r.source, what: html`It was refused: <strong>${format.words(r.reason)}</strong>${r.detail ? html` <span class="faint">${r.detail}</span>` : nothing}`, advice: advice(r.reason, this.device) };
  }

  private kept(d: DeadLetter): Trouble {
    return { time: d.receivedTime, what: html`Its message came and could not be accepted: <strong>${d.why}</strong>`, advice: html`Correct what it sends, or the <a href=${link(['products', d.product])}>product</a>, then <a href=${link(['dead-letters', d.id])}>replay it</a>.` };
  }

  protected override render(): TemplateResult {
    const trouble = this.trouble.value;
    const newest = Math.max(0, ...[...this.readings.values()].map((r) => Date.parse(r.receivedTime ?? r.time)));
    const came = this.readings.size > 0 && (!trouble || newest >= Date.parse(trouble.time));
    return html`<section class="first ${came ? 'came' : trouble ? 'refused' : ''}" aria-live="polite">
      ${came ? this.arrived() : trouble ? this.turnedAway(trouble) : this.waiting()}
    </section>`;
  }

  private waiting(): TemplateResult {
    const c = this.about.value?.connection;
    return html`<h2>${dot('off')} Waiting for the first message …</h2>
      <p class="faint">${c?.connected ? html`It is connected by ${c.transport} from <span class="id">${c.address}</span> and has sent nothing yet.` : 'What comes, and what is refused, is shown here within two seconds.'}</p>`;
  }

  private turnedAway(t: Trouble): TemplateResult {
    return html`<h2>${dot('bad')} Turned away ${when(t.time, this.tick.now)}</h2>
      <p>${t.what}${t.source ? html` <span class="faint">from <span class="id">${t.source}</span></span>` : nothing}</p><p>${t.advice} Still waiting …</p>`;
  }

  private arrived(): TemplateResult {
    const all = [...this.readings.values()].sort((a, b) => a.metric.localeCompare(b.metric));
    return html`<h2>${dot('good')} It sends.</h2>
      <table class="latest narrow-table"><caption class="unseen">What it sent</caption><thead><tr><th scope="col">Metric</th><th scope="col" class="number">Value</th><th scope="col">Unit</th><th scope="col" class="number">Came</th></tr></thead>
      <tbody>${all.map((r) => {
        const [value, unit] = format.quantity(r.value, r.unit ?? this.units[r.metric]);
        return html`<tr><th scope="row">${r.metric}</th><td class="number strong">${value}</td><td class="unit">${unit}</td><td class="number">${when(r.receivedTime ?? r.time, this.tick.now)}</td></tr>`;
      })}</tbody></table>
      <div class="after"><a class="button" href=${link(['devices', this.device])}>Open ${this.device}</a> <a href=${link(['enrol'])}>Add another</a></div>`;
  }
}

const ADVICE: Record<string, (device: string) => Shown> = {
  'bad-credentials': () => 'What it shows is not what it was given. Copy the example again, or make another.',
  'not-authorized': (device) => html`It may send to <code>v1/${device}/telemetry</code> and nothing else; the user name is its id.`,
  'device-suspended': (device) => html`Resume it on <a href=${link(['devices', device])}>its page</a>.`,
  'topic-invalid': (device) => html`The topic is <code>v1/${device}/telemetry</code>.`,
  'payload-malformed': () => html`Send JSON, such as <code>{"temperature": 21.5}</code>.`,
  'content-type-unknown': () => html`Send <code>Content-Type: application/json</code>, or none.`,
  'certificate-expired': () => 'Its certificate has ended: issue another.',
  'certificate-revoked': () => 'Its certificate was revoked: issue another.',
  'certificate-invalid': () => 'Its certificate is not one of this server: issue one.',
  'enrolment-refused': () => 'A token serves once, for this device, until it ends: make another.',
  'rate-exceeded': () => 'It sends more than its product allows.',
  'connection-rate-exceeded': () => 'It came too often: wait some seconds.',
};

const advice = (reason: string, device: string): Shown => ADVICE[reason]?.(device) ?? html`<a href=${link(['refusals'], { device })}>All its refusals</a>.`;

customElements.define('v-first-message', FirstMessage);
