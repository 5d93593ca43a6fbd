import { geoEqualEarth, geoPath, type GeoProjection } from 'd3-geo';
import { feature } from 'topojson-client';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { GeometryCollection, Topology } from 'topojson-specification';
import landUrl from 'world-atlas/land-110m.json?url';
import { get } from './api.js';
import { Load, Part } from './element.js';
import * as format from './format.js';
import { link } from './route.js';
import type { Cell } from './types.js';

const WIDTH = 720;
const HEIGHT = 350;
const WORLD = [-180, -90, 180, 90];

/** Where the devices are, as clusters; no tile server. A click on a cluster goes nearer. */
class WorldMap extends Part {
  private box?: [number, number, number, number];
  private zoom = 1;
  private readonly land = new Load(this, async () => {
    const world = (await (await fetch(landUrl)).json()) as Topology;
    return feature(world, world.objects.land as GeometryCollection);
  });
  private readonly cells = new Load(this, async () => {
    const ask = () => get<{ cells: Cell[] }>('/devices/map', { bbox: (this.box ?? WORLD).map((n) => n.toFixed(4)).join(','), zoom: this.zoom });
    const answer = await ask();
    // The first view is the one that holds all.
    if (!this.box && answer.cells.length) {
      this.fit(answer.cells);
      return ask();
    }
    return answer;
  }, 15_000);

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
    return geoEqualEarth().fitExtent([[24, 24], [WIDTH - 24, HEIGHT - 24]], corners).clipExtent([[0, 0], [WIDTH, HEIGHT]]);
  }

  protected override render(): TemplateResult {
    return html`
      <div class="world">${this.land.show((land) => {
        const projection = this.projection();
        const shape = geoPath(projection)(land) ?? '';
        return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="group" aria-label="Devices by place"><path class="land" d=${shape}></path>${(this.cells.value?.cells ?? []).map((cell) => this.mark(cell, projection))}</svg>`;
      }, 1)}
      ${this.cells.value && !this.cells.value.cells.length ? html`<p class="over">No device has a place yet. Give one: <code>PATCH /api/v1/devices/ID {"location": {"lat": 52.5, "lon": 13.4}}</code></p>` : nothing}
      ${this.cells.problem ? html`<p class="over">${this.cells.problem.message}</p>` : nothing}
      ${this.box ? html`<button class="whole" @click=${() => this.all()}>Show all</button>` : nothing}</div>`;
  }

  private mark(cell: Cell, projection: GeoProjection) {
    const at = projection([cell.lon, cell.lat]);
    if (!at || at[0] < 0 || at[0] > WIDTH || at[1] < 0 || at[1] > HEIGHT) return nothing;
    const radius = cell.devices === 1 ? 5 : Math.min(26, 9 + 3 * Math.log2(cell.devices));
    const kind = cell.silent ? 'warn' : cell.connected ? 'good' : 'off';
    const name = cell.device ?? `${format.count(cell.devices)} devices, ${format.count(cell.connected)} connected, ${format.count(cell.silent)} silent`;
    const shape = svg`<title>${name}</title><circle r=${radius}></circle>${cell.devices > 1 ? svg`<text dy="0.35em">${format.count(cell.devices)}</text>` : nothing}`;
    const place = `translate(${at[0].toFixed(1)},${at[1].toFixed(1)})`;
    return cell.device
      ? svg`<a class="place ${kind}" href=${link(['devices', cell.device])} transform=${place} aria-label=${name}>${shape}</a>`
      : svg`<g class="place ${kind}" role="button" tabindex="0" aria-label=${name} transform=${place} @click=${() => this.nearer(cell)} @keydown=${(e: KeyboardEvent) => e.key === 'Enter' && this.nearer(cell)}>${shape}</g>`;
  }
}
customElements.define('v-map', WorldMap);
