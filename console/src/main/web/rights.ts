import { html, type ReactiveController } from 'lit';
import { get } from './api.js';
import type { Part } from './element.js';
import { isPartial, mayEverywhere, maySomewhere } from './may.js';
import type { Shown } from './parts.js';

/** In place of what somebody lacks the right to do. */
export const lacking = (right: string, what: string): Shown => html`<p class="faint lacking">To ${what}, you need the right <code>${right}</code>.</p>`;

/** What may be done to one device or group: no call that would be refused is offered. */
export class Rights implements ReactiveController {
  private known?: string[];
  private asked = '';

  /** @param where the device or the group, by the name of the query */
  constructor(private readonly host: Part, private readonly where: () => Record<string, string | undefined>) {
    host.addController(this);
  }

  has(right: string): boolean {
    return mayEverywhere(right) || (maySomewhere(right) && (this.known?.includes(right) ?? false));
  }

  /** Only whose rights end somewhere needs to ask how far. */
  hostUpdate(): void {
    const where = this.where();
    const asked = JSON.stringify(where);
    if (asked === this.asked || !Object.values(where).some(Boolean) || !isPartial()) return;
    this.asked = asked;
    this.known = undefined;
    void get<{ rights: string[] }>('/me/rights', where)
      .then(({ rights }) => {
        if (asked === this.asked) this.known = rights;
        this.host.requestUpdate();
      })
      .catch(() => undefined);
  }
}
