// The arguments of a command as fields, and what was typed into them as the model takes it.
import { html, nothing, type TemplateResult } from 'lit';
import * as format from './format.js';
import type { Value } from './twin-fields.js';
import type { CommandModel, Metric } from './types.js';

/** What every device of the SDK can be asked, whatever its product lists. */
export const STANDARD: Record<string, CommandModel> = {
  'log.pull': { arguments: { lines: { type: 'integer', min: 1, max: 1000 }, level: { type: 'text' }, from: { type: 'text' }, to: { type: 'text' }, before: { type: 'integer', min: 1 } } },
  'log.level': { arguments: { level: { type: 'text' }, seconds: { type: 'integer', unit: 's', min: 1, max: 86_400 } }, required: ['level', 'seconds'] },
};

export const fields = (model: CommandModel): TemplateResult[] =>
  Object.entries(model.arguments ?? {}).map(([name, m]) => html`<label>${name}${m.unit ? html` <span class="faint">${format.unit(m.unit)}</span>` : nothing} ${input(name, m, model.required?.includes(name) ?? false)}</label>`);

/** Nothing typed is nothing said. */
export const given = (model: CommandModel, data: FormData): Record<string, Value> =>
  Object.fromEntries(Object.entries(model.arguments ?? {}).map(([name, m]) => [name, value(m, String(data.get(name) ?? ''))]).filter(([, v]) => v !== undefined)) as Record<string, Value>;

function value(m: Metric, typed: string): Value | undefined {
  if (!typed.trim()) return undefined;
  if (m.type === 'boolean') return typed === 'true';
  return m.type === 'text' ? typed : Number(typed);
}

function input(name: string, m: Metric, required: boolean): TemplateResult {
  if (m.type === 'boolean') return html`<select name=${name} ?required=${required}><option value="">–</option><option>true</option><option>false</option></select>`;
  if (m.type === 'text') return html`<input name=${name} ?required=${required} spellcheck="false" autocomplete="off">`;
  return html`<input name=${name} type="number" ?required=${required} min=${m.min ?? nothing} max=${m.max ?? nothing} step=${m.type === 'integer' ? '1' : 'any'}>`;
}
