import { geoArea, geoCentroid, geoEqualEarth, geoPath, type GeoProjection } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { FeatureCollection, Geometry } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';
import countriesUrl from 'world-atlas/countries-110m.json?url';
import { get } from './api.js';
import { Load, Part } from './element.js';
import * as format from './format.js';
import { dot } from './parts.js';
import { onward } from './route.js';
import type { Cell } from './types.js';

const WORLD = [-180, -90, 180, 90];
const MARGIN = 28;
/** A country is named where it is at least so wide for each letter of its name, in pixels. */
const LETTER = 8;

interface World {
  land: FeatureCollection<Geometry, { name: string }>;
  borders: Geometry;
}

/** Where the devices are, as clusters; no tile server. A click on a cluster goes nearer. */
class WorldMap extends Part {
  private box?: [number, number, number, number];
  private zoom = 1;
  private width = 720;
  private readonly sized = new ResizeObserver(() => this.fitted());
  private readonly world = new Load(this, async (): Promise<World> => {
    const world = (await (await fetch(countriesUrl)).json()) as Topology;
    const countries = world.objects.countries as GeometryCollection<{ name: string }>;
    return { land: feature(world, countries), borders: mesh(world, countries, (a, b) => a !== b) };
  });
  private readonly cells = new Load(this, async () => {
    const ask = () => get<{ cells: Cell[] }>('/devices/map', { bbox: this.bbox(), zoom: this.zoom });
    const answer = await ask();
    // The first view is the one that holds all.
    if (!this.box && answer.cells.length) {
      this.fit(answer.cells);
      return ask();
    }
    return answer;
  }, 15_000);

  override connectedCallback(): void {
    super.connectedCallback();
    this.sized.observe(this);
  }

  override disconnectedCallback(): void {
    this.sized.disconnect();
    super.disconnectedCallback();
  }

  private fitted(): void {
    if (!this.clientWidth || this.clientWidth === this.width) return;
    this.width = this.clientWidth;
    this.requestUpdate();
  }

  private get height(): number {
    return Math.round(Math.min(440, Math.max(260, this.width * 0.52)));
  }

  private bbox(): string {
    return (this.box ?? WORLD).map((n) => n.toFixed(4)).join(',');
  }

  private fit(cells: Cell[]): void {
    const lons = cells.map((c) => c.lon);
    const lats = cells.map((c) => c.lat);
    const room = Math.max(2, (Math.max(...lons) - Math.min(...lons)) * 0.15);
    this.around([Math.min(...lons) - room, Math.min(...lats) - room, Math.max(...lons) + room, Math.max(...lats) + room]);
  }

  private around([west, south, east, north]: number[]): void {
    this.box = [Math.max(-180, west), Math.max(-85, south), Math.min(180, east), Math.min(85, north)];
    this.zoom = Math.max(1, Math.min(12, Math.round(Math.log2(360 / Math.max(0.05, east - west))) + 2));
  }

  private nearer(cell: Cell): void {
    const [west, south, east, north] = this.box!;
    const w = (east - west) / 6;
    const h = (north - south) / 6;
    this.around([cell.lon - w, cell.lat - h, cell.lon + w, cell.lat + h]);
    void this.cells.run();
  }

  private all(): void {
    this.box = undefined;
    this.zoom = 1;
    void this.cells.run();
  }

  private projection(): GeoProjection {
    const [west, south, east, north] = this.box ?? [-180, -60, 180, 80];
    const corners = { type: 'MultiPoint' as const, coordinates: [[west, south], [west, north], [east, south], [east, north], [(west + east) / 2, north], [(west + east) / 2, south]] };
    return geoEqualEarth().fitExtent([[MARGIN, MARGIN], [this.width - MARGIN, this.height - MARGIN]], corners).clipExtent([[0, 0], [this.width, this.height]]);
  }

  protected override render(): TemplateResult {
    const cells = this.cells.value?.cells ?? [];
    const devices = cells.reduce((sum, cell) => sum + cell.devices, 0);
    return html`
      <header class="title minor"><h2>Places</h2><div class="aside"><span class="legend">${dot('good')} connected ${dot('warn')} some silent ${dot('off')} none connected</span>
        ${devices ? html`<a href=${onward(['devices'], { bbox: this.bbox() })}>List these ${format.count(devices)}</a>` : nothing}</div></header>
      <div class="world">${this.world.show((world) => this.view(world, cells), 1)}
      ${this.cells.value && !cells.length ? html`<p class="over">No device has a place yet. Give one: <code>PATCH /api/v1/devices/ID {"location": {"lat": 52.5, "lon": 13.4}}</code></p>` : nothing}
      ${this.cells.problem ? html`<p class="over">${this.cells.problem.message}</p>` : nothing}
      ${this.box ? html`<button class="whole" @click=${() => this.all()}>Show all</button>` : nothing}</div>`;
  }

  private view(world: World, cells: Cell[]): TemplateResult {
    const projection = this.projection();
    const path = geoPath(projection);
    return html`<svg viewBox="0 0 ${this.width} ${this.height}" width=${this.width} height=${this.height} role="group" aria-label="Devices by place">
      <path class="land" d=${path(world.land) ?? ''}></path><path class="border" d=${path(world.borders) ?? ''}></path>
      ${this.names(world, cells, projection)}
      ${cells.map((cell) => this.mark(cell, projection))}</svg>`;
  }

  /** Where no mark is in the way. */
  private names(world: World, cells: Cell[], projection: GeoProjection) {
    const marks = cells.map((cell) => projection([cell.lon, cell.lat])).filter((at) => at !== null);
    const free = ([x, y]: [number, number], width: number) => !marks.some((m) => Math.abs(m[0] - x) < width / 2 + 18 && Math.abs(m[1] - y) < 24);
    return world.land.features.map((country) => this.name(country, projection, free));
  }

  /** In the middle of a country that is wide enough for it. */
  private name(country: World['land']['features'][0], projection: GeoProjection, free: (at: [number, number], width: number) => boolean) {
    const main = mainland(country.geometry);
    const at = projection(geoCentroid(main));
    const text = country.properties.name;
    const across = Math.sqrt(geoArea(main)) * projection.scale();
    const inside = at && at[0] > MARGIN && at[0] < this.width - MARGIN && at[1] > MARGIN / 2 && at[1] < this.height - MARGIN / 2;
    return inside && across > LETTER * text.length && free(at, 6 * text.length) ? svg`<text class="country" aria-hidden="true" x=${at[0].toFixed(0)} y=${at[1].toFixed(0)}>${text}</text>` : nothing;
  }

  private mark(cell: Cell, projection: GeoProjection) {
    const at = projection([cell.lon, cell.lat]);
    if (!at || at[0] < 0 || at[0] > this.width || at[1] < 0 || at[1] > this.height) return nothing;
    const radius = cell.devices === 1 ? 5 : Math.min(26, 9 + 2 * Math.log2(cell.devices));
    const kind = cell.silent ? 'warn' : cell.connected ? 'good' : 'off';
    const name = cell.device ?? `${format.count(cell.devices)} devices, ${format.count(cell.connected)} connected, ${format.count(cell.silent)} silent`;
    const shape = svg`<title>${name}</title><circle r=${radius}></circle>${cell.devices > 1 ? svg`<text dy="0.35em">${format.count(cell.devices)}</text>` : nothing}`;
    const place = `translate(${at[0].toFixed(1)},${at[1].toFixed(1)})`;
    return cell.device
      ? svg`<a class="place ${kind}" href=${onward(['devices', cell.device])} transform=${place} aria-label=${name}>${shape}</a>`
      : svg`<g class="place ${kind}" role="button" tabindex="0" aria-label=${name} transform=${place} @click=${() => this.nearer(cell)} @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && this.nearer(cell)}>${shape}</g>`;
  }
}
/** The largest part of a country: France is named in Europe. */
function mainland(shape: Geometry): Geometry {
  if (shape.type !== 'MultiPolygon') return shape;
  const parts = shape.coordinates.map((coordinates) => ({ type: 'Polygon' as const, coordinates }));
  return parts.reduce((most, part) => (geoArea(part) > geoArea(most) ? part : most));
}

customElements.define('v-map', WorldMap);
