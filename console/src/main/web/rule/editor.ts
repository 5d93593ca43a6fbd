import { autocompletion, closeBrackets, closeBracketsKeymap, startCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { cel, celText, look } from './cel.js';
import { complete, completeInText, NO_NAMES, type Names, type Offer } from './names.js';
import type { Fault } from './shapes.js';

export type Language = 'cel' | 'text' | 'json';
const LANGUAGES: Record<Language, Extension> = { cel, text: celText, json: json() };

const THEME = EditorView.theme({
  '&': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--edge)', borderRadius: 'var(--round)', fontSize: '0.875rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', maxHeight: '60vh' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--band)' },
  '.cm-placeholder': { color: 'var(--faint)' },
  // The library's own is an image in the style sheet, which the page's policy refuses.
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--edge)', borderRadius: 'var(--round)', boxShadow: '0 4px 16px #0003', overflow: 'hidden' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '16em', maxWidth: 'min(560px, 92vw)', minWidth: 'min(260px, 80vw)' },
  '.cm-tooltip-autocomplete ul li': { display: 'flex', gap: '16px', padding: '3px 10px !important', lineHeight: '1.5' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--good-ground)', color: 'var(--ink)', boxShadow: 'inset 3px 0 var(--accent)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', color: 'var(--faint)' },
  '.cm-completionInfo': { padding: '4px 10px', fontFamily: 'var(--sans)' },
});

/**
 * A field for CEL, for a text with CEL in it, or for JSON. Within a shadow root of its own: there the
 * editor's styles are constructed sheets, which the page's policy allows where a style element is not.
 */
export class Editor extends LitElement {
  static override properties = { value: {}, label: {}, language: {}, errors: { attribute: false }, names: { attribute: false }, hint: {}, note: {}, fixed: { type: Boolean } };
  static override styles = css`
    :host { display: block; min-width: 0; --said: var(--ink); }
    p { margin: 4px 0 0; font-size: 0.75rem; color: var(--faint); } p.problem { color: var(--bad); } p:empty { display: none; }
  `;
  declare value: string;
  declare label: string;
  declare language: Language;
  declare errors: Fault[];
  declare names: Names;
  /** Shown while it is empty. */
  declare hint: string;
  /** Said below it while nothing is wrong. */
  declare note: string;
  declare fixed: boolean;
  private view?: EditorView;
  private readonly lock = new Compartment();

  constructor() {
    super();
    Object.assign(this, { value: '', label: '', language: 'cel', errors: [], names: NO_NAMES, hint: '', note: '', fixed: false });
  }

  override focus(): void {
    this.view?.focus();
  }

  /** Types a text where the caret is. */
  insert(text: string): void {
    this.view?.dispatch(this.view.state.replaceSelection(text));
    this.focus();
  }

  protected override firstUpdated(): void {
    const parent = this.renderRoot.querySelector<HTMLElement>('div')!;
    this.view = new EditorView({ parent, root: this.shadowRoot!, state: EditorState.create({ doc: this.value, extensions: this.extensions() }) });
    this.mark();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view?.destroy();
    this.view = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && !this.view) this.firstUpdated();
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.view) return;
    const typed = this.view.state.doc.toString();
    if (changed.has('value') && this.value !== typed) this.view.dispatch({ changes: { from: 0, to: typed.length, insert: this.value } });
    if (changed.has('fixed')) this.view.dispatch({ effects: this.lock.reconfigure(EditorState.readOnly.of(this.fixed)) });
    if (changed.has('errors')) this.mark();
  }

  private extensions(): Extension[] {
    const oneLine = this.language === 'text';
    return [
      history(), closeBrackets(), bracketMatching(), EditorView.lineWrapping, THEME, LANGUAGES[this.language], syntaxHighlighting(look),
      // Who presses Enter wants what is offered, at once: a new line is seldom wanted here.
      autocompletion({ override: [(context) => this.offers(context)], icons: false, interactionDelay: 0 }),
      keymap.of([...closeBracketsKeymap, ...(oneLine ? [{ key: 'Enter', run: () => true }] : []), ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
      ...(oneLine ? [EditorState.transactionFilter.of((t) => (t.newDoc.lines > 1 ? [] : t))] : []),
      this.lock.of(EditorState.readOnly.of(this.fixed)),
      placeholder(this.hint),
      EditorView.contentAttributes.of({ 'aria-label': this.label, 'aria-describedby': 'note', tabindex: '0' }),
      EditorView.updateListener.of((update) => update.docChanged && this.typed(update.state.doc.toString())),
    ];
  }

  private typed(text: string): void {
    if (text === this.value) return;
    this.value = text;
    this.dispatchEvent(new CustomEvent('typed', { detail: text, bubbles: true, composed: true }));
  }

  private offers(context: CompletionContext): CompletionResult | null {
    if (this.language === 'json') return null;
    const before = context.state.sliceDoc(0, context.pos);
    const found = (this.language === 'text' ? completeInText : complete)(before, this.names);
    if (!found?.offers.length || (!context.explicit && found.from === context.pos && !before.endsWith('.') && !before.endsWith('${'))) return null;
    return { from: found.from, options: found.offers.map(option), validFor: /^`?\w*$/ };
  }

  private mark(): void {
    if (!this.view) return;
    const { length } = this.view.state.doc;
    const diagnostics = this.errors.map((e): Diagnostic => {
      const [from, to] = e.offset === undefined ? [0, length] : wordAt(this.view!.state.doc.toString(), Math.min(e.offset, length), e.length);
      return { from, to, severity: 'error', message: e.message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
    this.view.contentDOM.setAttribute('aria-invalid', String(diagnostics.length > 0));
  }

  protected override render(): TemplateResult {
    const [first, ...others] = [...new Set(this.errors.map((e) => (e.product ? `${e.product}: ${e.message}` : e.message)))];
    return html`<div></div><p id="note" class=${first ? 'problem' : nothing} role="status">${first ? html`${first}${others.map((o) => html`<br>${o}`)}` : this.note}</p>`;
  }
}

/** From where to where: the name that a place is at, which for the compiler begins at its dot. */
function wordAt(text: string, offset: number, length?: number): [number, number] {
  if (length) return [offset, Math.min(offset + length, text.length)];
  const from = text[offset] === '.' ? offset + 1 : offset;
  return [from, Math.min(from + (/^(\w+|`[^`]*`)|^\S/.exec(text.slice(from))?.[0].length ?? 1), text.length)];
}

const option = (o: Offer): Completion => ({
  label: o.label,
  detail: o.detail,
  info: o.about,
  boost: o.first ? 1 : o.kind === 'name' ? 0 : -1,
  apply: (view, _, from, to) => {
    const text = o.text + (o.kind === 'function' ? '()' : o.more ? '.' : '');
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length - (o.kind === 'function' ? 1 : 0) }, userEvent: 'input.complete' });
    if (o.more) startCompletion(view);
  },
});

customElements.define('v-editor', Editor);
