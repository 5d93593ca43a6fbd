import { html, nothing, type TemplateResult } from 'lit';
import { get, send } from './api.js';
import { Load, Part } from './element.js';
import { flat, tree } from './groups.js';
import type { Group, Page } from './types.js';

/** Takes a device into another group. */
class Move extends Part {
  static override properties = { device: { attribute: false }, group: { attribute: false } };
  declare device: string;
  declare group?: string;
  private problem = '';
  private readonly groups = new Load(this, () => get<Page<Group>>('/groups'));

  private async move(event: SubmitEvent): Promise<void> {
    if ((event.submitter as HTMLButtonElement).value !== 'yes') return;
    const group = String(new FormData(event.target as HTMLFormElement).get('group'));
    try {
      await send('PATCH', `/devices/${encodeURIComponent(this.device)}`, { group: group || null });
      this.problem = '';
      this.dispatchEvent(new Event('moved', { bubbles: true }));
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const all = flat(tree(this.groups.value?.items ?? [])).filter((b) => !b.group.query);
    if (!all.length) return html``;
    return html`<button @click=${() => this.querySelector('dialog')!.showModal()}>Move</button>${this.problem ? html` <span class="problem" role="alert">${this.problem}</span>` : nothing}
      <dialog aria-labelledby="move-title"><h2 id="move-title">Move ${this.device}</h2><p>Within its organisation. To give it to another: <code>in-transfer</code> first.</p>
        <form method="dialog" @submit=${this.move}><label>To<select name="group"><option value="">no group</option>${all.map(({ group, depth }) => html`<option value=${group.id} ?selected=${group.id === this.group}>${'\u2003'.repeat(depth)}${group.name}</option>`)}</select></label>
          <div class="actions"><button value="no">Cancel</button><button class="main" value="yes">Move</button></div></form></dialog>`;
  }
}
customElements.define('v-move', Move);
