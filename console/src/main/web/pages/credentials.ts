import { html, nothing, svg, type TemplateResult } from 'lit';
import { get, now } from '../api.js';
import '../certificates.js';
import { SOON_DAYS } from '../certificates.js';
import { Load, Page } from '../element.js';
import * as format from '../format.js';
import { choices, empty, fleetPages, more, title } from '../parts.js';
import type { Authority, Certificate, Page as PageOf } from '../types.js';

const DAY_MILLIS = 86_400_000;
const EVERY_MILLIS = 15_000;
const PAGE = 100;
const MOST = 1000;
/** Days before and after today that the picture shows. */
const PAST = 14;
const AHEAD = 45;

const WHICH: Record<string, string> = { '': 'All', ended: 'Ended', soon: `Within ${SOON_DAYS} d`, '10d': 'Within 10 d' };

interface End { day: string; devices: number }

/** When the certificates of the fleet end: the soonest first. */
class CredentialsPage extends Page {
  private limit = PAGE;
  private asked?: string;
  private readonly ca = new Load(this, () => get<Authority>('/ca'));
  private readonly ends = new Load(this, () => get<PageOf<End>>('/certificates/ends'), EVERY_MILLIS);
  private readonly list = new Load(this, () => get<PageOf<Certificate>>('/certificates/newest', { ...this.range, limit: this.limit }), EVERY_MILLIS);

  private get which(): string {
    const which = this.query.get('ends') ?? '';
    return which in WHICH ? which : '';
  }

  private get range(): Record<string, number | undefined> {
    const at = Math.round(now());
    return { '': {}, ended: { to: at }, soon: { from: at, to: at + SOON_DAYS * DAY_MILLIS }, '10d': { from: at, to: at + 10 * DAY_MILLIS } }[this.which]!;
  }

  protected override willUpdate(): void {
    if (this.asked !== undefined && this.asked !== this.which) {
      this.limit = PAGE;
      this.list.restart();
    }
    this.asked = this.which;
  }

  protected override render(): TemplateResult {
    return html`${title('Devices', fleetPages('credentials'))}
      <p class="explains">Each device’s newest certificate. It renews itself when two thirds of its life are over; one that slept past its end may still do so for a while.</p>
      ${this.ca.show((ca) => (ca.setUp || ca.valid ? this.all() : empty('No certificate authority is set up.', html`Devices prove themselves by secrets, which do not end. To give them certificates: <code>./vagus ca init --root-key FILE</code>, then restart the server.`)))}`;
  }

  private all(): TemplateResult {
    return html`<section><h2>Devices by the day on which their certificate ends</h2>${this.ends.show((e) => picture(e.items))}</section>
      <div class="filters">${choices('Which', 'ends', this.which, WHICH)}</div>
      ${this.list.show((l) => (l.items.length ? html`<v-certificates .items=${l.items} .withDevice=${true} @revoked=${() => this.again()}></v-certificates>
        ${more(l.items.length >= this.limit && this.limit < MOST ? 'more' : undefined, () => { this.limit = MOST; return this.list.run(); }, false)}` : empty(this.which ? 'No certificate ends then.' : 'No device has a certificate yet.', this.which === 'ended' ? 'A device that slept past the end of its certificate would be here, with the time in which it may still renew it.' : nothing)))}`;
  }

  private again(): void {
    void this.list.run();
    void this.ends.run();
  }
}

/** A bar a day; what lies beyond the picture is in its first and last. */
function picture(ends: End[]): TemplateResult {
  const today = Math.floor(now() / DAY_MILLIS);
  const counts = new Array<number>(PAST + AHEAD + 1).fill(0);
  for (const end of ends) counts[Math.max(0, Math.min(PAST + AHEAD, Date.parse(end.day) / DAY_MILLIS - today + PAST))] += end.devices;
  const all = ends.reduce((sum, e) => sum + e.devices, 0);
  const between = (from: number, to: number) => counts.slice(from + PAST, to + PAST).reduce((sum, n) => sum + n, 0);
  const most = Math.max(1, ...counts);
  const kind = (day: number) => (day < 0 ? 'bad' : day < SOON_DAYS ? 'bad' : day < 10 ? 'rejected' : 'accepted');
  const words = `${format.count(all)} devices; ended ${format.count(between(-PAST, 0))}, within ${SOON_DAYS} days ${format.count(between(0, SOON_DAYS))}, within 10 days ${format.count(between(0, 10))}`;
  return html`<div class="days"><svg role="img" aria-label=${words} viewBox="0 0 ${counts.length} 100" preserveAspectRatio="none">
      ${counts.map((n, i) => (n ? svg`<rect class=${kind(i - PAST)} x=${i + 0.1} width="0.8" y=${100 - Math.max(2, (100 * n) / most)} height=${Math.max(2, (100 * n) / most)}><title>${dayName(i - PAST)}: ${format.count(n)}</title></rect>` : nothing))}
      <line x1=${PAST} x2=${PAST} y1="0" y2="100"></line></svg>
    <div class="axis">${AXIS.map(([text, className]) => html`<span class=${className}>${text}</span>`)}</div></div>
    <p class="faint number">${words}.</p>`;
}

const AXIS: [string, string][] = [[`${PAST} d ago and before`, 'begin'], ['today', 'today'], [`in ${AHEAD} d and later`, 'end']];

const dayName = (day: number): string => (day === 0 ? 'today' : day < 0 ? `${-day} d ago` : `in ${day} d`);

customElements.define('v-credentials', CredentialsPage);
