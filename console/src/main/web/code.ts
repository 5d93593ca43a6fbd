import { html, type TemplateResult } from 'lit';
import { Part } from './element.js';

/** Text to be taken elsewhere as it stands. */
class Code extends Part {
  static override properties = { text: { attribute: false }, label: { attribute: false } };
  declare text: string;
  declare label: string;
  private told = '';

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.told = 'Copied';
    } catch {
      // Without TLS other machines' browsers give no clipboard: then it is selected, to be copied by key.
      getSelection()?.selectAllChildren(this.querySelector('code')!);
      this.told = 'Selected: copy it with Ctrl-C';
    }
    this.requestUpdate();
    setTimeout(() => {
      this.told = '';
      this.requestUpdate();
    }, 3000);
  }

  protected override render(): TemplateResult {
    return html`<pre tabindex="0" aria-label=${this.label}><code>${this.text}</code></pre>
      <button class="copy" @click=${this.copy} aria-label="Copy ${this.label}">${this.told || 'Copy'}</button><span class="unseen" role="status">${this.told}</span>`;
  }
}
customElements.define('v-code', Code);

export const code = (text: string, label: string, kind = ''): TemplateResult => html`<v-code class=${kind} .text=${text} .label=${label}></v-code>`;
