import type { ReactiveController } from 'lit';
import { get } from '../api.js';
import type { Part } from '../element.js';
import { maySomewhere } from '../may.js';
import type { Page } from '../types.js';
import type { Alert } from './shapes.js';

const EVERY_MILLIS = 10_000;

/** How many alerts are open, for the head of each page. */
export class AlertCount implements ReactiveController {
  /** Undefined while it is not known. */
  open?: number;
  private timer?: ReturnType<typeof setInterval>;
  private readonly now = () => document.hidden || void this.ask();

  constructor(private readonly host: Part) {
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = setInterval(this.now, EVERY_MILLIS);
    addEventListener('vagus-alerts', this.now);
  }

  hostDisconnected(): void {
    clearInterval(this.timer);
    removeEventListener('vagus-alerts', this.now);
  }

  async ask(): Promise<void> {
    if (!maySomewhere('alert.read')) return void (this.open = undefined);
    const page = await get<Page<Alert>>('/alerts', { state: 'open', limit: 1 }).catch(() => undefined);
    this.open = page?.total;
    this.host.requestUpdate();
  }
}
