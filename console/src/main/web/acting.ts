import { html, nothing } from 'lit';
import { Page } from './element.js';
import type { Shown } from './parts.js';

/** A page that changes things: what went wrong is told where it was asked for. */
export abstract class Acting extends Page {
  protected problem = '';
  protected done = '';

  protected async act(what: () => Promise<unknown>, done: string): Promise<boolean> {
    this.problem = '';
    this.done = '';
    try {
      await what();
      this.done = done;
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.requestUpdate();
    return !this.problem;
  }

  protected told(): Shown {
    if (this.problem) return html`<div class="note bad" role="alert">${this.problem}</div>`;
    return this.done ? html`<div class="note good" role="status">${this.done}</div>` : nothing;
  }

  /** Opens the page's dialog of that id once it is drawn. */
  protected confirm(id: string): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLDialogElement>(`#${id}`)!.showModal());
  }
}
