import { LitElement, type ReactiveController, type TemplateResult } from 'lit';
import { now, Problem, reach } from './api.js';
import { failed, loading } from './parts.js';
import { current, type Route } from './route.js';

/** In the page's own tree, so that one style sheet serves all; ends its calls and streams when it leaves. */
export abstract class Part extends LitElement {
  protected leaving = new AbortController();

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    this.leaving = new AbortController();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    this.leaving.abort();
    super.disconnectedCallback();
  }
}

/** A page: what it shows follows from the URL alone. */
export abstract class Page extends Part {
  get route(): Route {
    return current();
  }

  get query(): URLSearchParams {
    return this.route.query;
  }
}

/** Data that a page waits for: loading, failed or there; once there it stays while newer is asked for. */
export class Load<T> implements ReactiveController {
  value?: T;
  problem?: Problem;
  private round = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private readonly wake = () => document.hidden || void this.run();

  constructor(private readonly host: Part, private readonly ask: () => Promise<T>, private readonly everyMillis = 0) {
    host.addController(this);
  }

  hostConnected(): void {
    void this.run();
    reach.addEventListener('back', this.wake);
    if (this.everyMillis) document.addEventListener('visibilitychange', this.wake);
  }

  hostDisconnected(): void {
    this.round++;
    clearTimeout(this.timer);
    reach.removeEventListener('back', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
  }

  /** Forgets what is shown, for another question. */
  restart(): void {
    this.value = undefined;
    void this.run();
  }

  async run(): Promise<void> {
    const round = ++this.round;
    clearTimeout(this.timer);
    try {
      const value = await this.ask();
      if (round !== this.round) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (round !== this.round) return;
      this.problem = error instanceof Problem ? error : new Problem(0, String(error));
    }
    this.host.requestUpdate();
    if (this.everyMillis && !document.hidden) this.timer = setTimeout(() => void this.run(), this.everyMillis);
  }

  show(view: (value: T) => TemplateResult, rows = 6): TemplateResult {
    if (this.value !== undefined) return view(this.value);
    return this.problem ? failed(this.problem, () => this.run()) : loading(rows);
  }
}

/** Ages tick: one timer for all of them. */
export class Tick implements ReactiveController {
  private timer?: ReturnType<typeof setInterval>;

  constructor(private readonly host: Part) {
    host.addController(this);
  }

  get now(): number {
    return now();
  }

  hostConnected(): void {
    this.timer = setInterval(() => document.hidden || this.host.requestUpdate(), 1000);
  }

  hostDisconnected(): void {
    clearInterval(this.timer);
  }
}
