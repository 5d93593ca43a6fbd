// Where in a form something is wrong.
import { html, nothing } from 'lit';
import type { Shown } from '../parts.js';
import type { Fault } from './shapes.js';

/** What is wrong at a field, or with it as a whole. */
export const at = (faults: Fault[], path: string): Fault[] => faults.filter((f) => f.path === path);

/** What is wrong at it or within it. */
export const within = (faults: Fault[], path: string): Fault[] => faults.filter((f) => f.path === path || f.path.startsWith(`${path}.`) || f.path.startsWith(`${path}[`));

export const invalid = (faults: Fault[], path: string): 'true' | 'false' => (at(faults, path).length ? 'true' : 'false');

const BESIDE_PLACE = /^(?:(\/[^:]*): )?expression: at \d+:\d+ ([^]*?)(?: in "[^]*")?$/;

/** As it is said where the place itself is marked; of a value within JSON at that value's field. */
export function placed(fault: Fault): Fault {
  const [, pointer, message] = BESIDE_PLACE.exec(fault.message) ?? [];
  if (message === undefined) return fault;
  const inside = (pointer ?? '').split('/').slice(1).map((name) => `.${name.replaceAll('~1', '/').replaceAll('~0', '~')}`).join('');
  return { ...fault, path: fault.path + inside, message };
}

/** Below a field: what is wrong with it, or else what is to be said of it. */
export function note(faults: Fault[], path: string, id: string, said: Shown = nothing): Shown {
  const [first] = at(faults, path);
  if (!first && said === nothing) return nothing;
  return html`<p id=${id} class=${first ? 'problem' : 'faint'} role=${first ? 'status' : nothing}>${first?.message ?? said}</p>`;
}

/** What may be at a field, and is seldom meant. */
export const warnings = (lint: Fault[], path: string): Shown => html`${at(lint, path).map((l) => html`<p class="warning" role="status">${l.product ? `${l.product}: ` : ''}${l.message}</p>`)}`;
