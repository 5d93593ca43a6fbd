import { describe, expect, it } from 'vitest';
import { filled } from '../../main/web/rule/blanks.js';
import { changes, pieces } from '../../main/web/rule/diff.js';
import { placed } from '../../main/web/rule/faults.js';
import { place } from '../../main/web/rule/json-place.js';
import { complete, completeInText, joined, ofRule, parts, type Name } from '../../main/web/rule/names.js';
import type { RuleDoc } from '../../main/web/rule/shapes.js';
import { counts, marks, metricsOf, type Tried } from '../../main/web/rule/trial-marks.js';
import { Typed } from '../../main/web/rule/typed.js';

const NAMES: Name[] = [
  { path: 'readings.temperature.value', type: 'number', unit: 'Cel' }, { path: 'readings.temperature.age', type: 'duration' },
  { path: 'readings.`pm2.5`.value', type: 'number', unit: 'ug/m3' }, { path: 'desired', type: 'document' }, { path: 'now', type: 'time' },
];
const FUNCTIONS = [{ name: 'vibration.rms', signature: 'vibration.rms(numbers) number' }];
const RULE: RuleDoc = { id: 'warm', owner: 'anna', mode: 'live', products: ['room'], when: 'readings.temperature.value > 8.0', windows: { t5: { kind: 'tumbling', metric: 'temperature', size: '5m' }, quiet: { kind: 'absence', metric: 'temperature', after: '10m' } }, effects: [{ do: 'alert', class: 'page', text: 'Warm' }] };
const offered = (before: string) => complete(before, { names: NAMES, functions: FUNCTIONS })?.offers.map((o) => o.text) ?? [];

describe('what is offered while an expression is typed', () => {
  it('begins with what a condition looks at most, the roots and the functions', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['readings.temperature.value', 'readings', 'desired', 'vibration.rms', 'has']));
    expect(complete('true && te', { names: NAMES, functions: [] })!.from).toBe(8);
  });

  it('goes on below a name, in backticks where it has other signs', () => {
    const below = complete('now > x || readings.', { names: NAMES, functions: FUNCTIONS })!;
    expect(below.offers.map((o) => [o.text, o.more, o.detail])).toEqual([['temperature', true, '°C number'], ['`pm2.5`', true, 'ug/m³ number']]);
    expect(offered('readings.`pm2.5`.')).toEqual(['value']);
    expect(offered('readings.temperature.va')).toEqual(['value', 'age']);
    expect(offered('vibration.')).toEqual(['rms']);
  });

  it('offers nothing below what nobody knows', () => {
    expect(complete('readings.pressure.', { names: NAMES, functions: [] })).toBeUndefined();
  });

  it('knows the windows of the rule by their kind', () => {
    const paths = ofRule(RULE, NAMES).map((n) => n.path);
    expect(paths).toEqual(expect.arrayContaining(['windows.t5.mean', 'windows.t5.count', 'windows.quiet.absent']));
    expect(paths).not.toContain('windows.quiet.mean');
    expect(ofRule(RULE, NAMES).find((n) => n.path === 'windows.t5.mean')!.unit).toBe('Cel');
  });

  it('is asked within ${…} of a text alone', () => {
    const names = { names: NAMES, functions: [] };
    expect(completeInText('Too hot: ', names)).toBeUndefined();
    expect(completeInText('Too hot: ${readings.', names)!.from).toBe(20);
    expect(completeInText('Too hot: ${now} and ', names)).toBeUndefined();
  });

  it('takes paths apart and puts them together', () => {
    for (const path of ['readings.temperature.value', 'readings.`pm2.5`.value', 'now']) expect(joined(parts(path))).toBe(path);
  });
});

describe('what a version changed', () => {
  it('is told field by field, with the words that differ', () => {
    const after = { ...RULE, when: 'readings.temperature.value > 9.0', hold: '30s' };
    expect(changes(RULE, after)).toEqual([{ field: 'condition', before: RULE.when, after: after.when }, { field: 'must hold for', after: '30s' }]);
    expect(pieces(RULE.when, after.when)).toEqual([{ text: 'readings.temperature.value > ', in: 'both' }, { text: '8.0', in: 'before' }, { text: '9.0', in: 'after' }]);
    expect(changes(RULE, { ...RULE })).toEqual([]);
  });

  it('is one change where an effect or a window came as a whole', () => {
    const after: RuleDoc = { ...RULE, windows: { t5: RULE.windows!.t5 }, effects: [...RULE.effects, { do: 'command', name: 'defrost', arguments: { minutes: 10 } }] };
    expect(changes(RULE, after)).toEqual([{ field: 'windows › quiet', before: 'absence, metric temperature, after 10m' }, { field: 'then › 2', after: 'command, name defrost, arguments › minutes 10' }]);
  });
});

describe('what a trial found', () => {
  const fired = (at: number, by: Tried['in'], phase: Tried['phase'] = 'raised'): Tried => ({ device: 'd', time: new Date(at).toISOString(), phase, in: by, seen: {}, actions: [] });
  const all = [fired(0, 'both'), fired(1, 'both'), fired(500_000, 'new'), fired(900_000, 'old'), fired(910_000, 'both', 'cleared')];

  it('is a mark for those that are too close to be told apart', () => {
    expect(marks(all, 'new', 0, 1_000_000).map((m) => [m.by, m.all.length])).toEqual([['both', 2], ['new', 1]]);
    expect(marks(all, 'old', 0, 1_000_000).map((m) => m.by)).toEqual(['both', 'old']);
    expect(counts(all)).toEqual({ both: 2, new: 1, old: 1 });
  });

  it('is shown over the metrics that the condition looks at', () => {
    expect(metricsOf('readings.temperature.value > 8.0 && readings.`pm2.5`.age < x && readings.temperature.age < y')).toEqual(['temperature', 'pm2.5']);
  });
});

describe('a place in JSON', () => {
  const text = '{\n  "id": "a",\n  "effects": [{"do": "alert", "text": "x"}, {"do": "event", "text": "Too hot"}],\n  "hold": 5\n}';
  const at = (path: string) => place(text, path) && text.slice(place(text, path)!.offset, place(text, path)!.offset + place(text, path)!.length);

  it('is that of the value', () => {
    expect(at('effects[1].text')).toBe('"Too hot"');
    expect(at('hold')).toBe('5');
    expect(at('effects[0]')).toBe('{"do": "alert", "text": "x"}');
  });

  it('is around it when it is missing', () => {
    expect(place(text, 'effects[1].class')!.offset).toBe(text.indexOf('{"do": "event"'));
    expect(place(text, 'when')).toBeUndefined();
  });
});

describe('a text for a value', () => {
  it('stays as it was typed while it means the same', () => {
    const typed = new Typed();
    expect(typed.plain('a', '5.0', 'number')).toBe(5);
    expect(typed.text('a', 5)).toBe('5.0');
    expect(typed.text('a', 6)).toBe('6');
    expect(typed.plain('a', '${x * 2.0}', 'number')).toBe('${x * 2.0}');
  });

  it('leaves the value alone while it is no JSON', () => {
    const typed = new Typed();
    expect(typed.json('b', '{"a": ', { a: 1 })).toEqual({ a: 1 });
    expect(typed.faults('b')[0].message).toContain('This is no JSON');
    expect(typed.text('b', { a: 1 })).toBe('{"a": ');
  });
});

describe('what is wrong', () => {
  it('is said without the place that is marked anyway', () => {
    const fault = { path: 'when', offset: 8, message: "expression: at 1:9 undefined field 'tempature' (expected: one of door) in \"readings.tempature.value > 80\"" };
    expect(placed(fault)).toEqual({ ...fault, message: "undefined field 'tempature' (expected: one of door)" });
  });

  it('is at the argument that it is about', () => {
    expect(placed({ path: 'effects[0].arguments', message: '/minutes: expression: at 1:1 no such x in "x"' }).path).toBe('effects[0].arguments.minutes');
    expect(placed({ path: 'id', message: 'empty' })).toEqual({ path: 'id', message: 'empty' });
  });
});

describe('what is still to be written', () => {
  it('keeps nothing else from being judged', () => {
    const { rule, blanks } = filled({ ...RULE, id: '', effects: [{ do: 'alert', class: 'page', text: '' }] });
    expect(blanks).toEqual(['id', 'alert: text']);
    expect(rule).toEqual({ ...RULE, id: 'new', effects: [{ do: 'alert', class: 'page', text: 'text' }] });
    expect(filled(RULE)).toEqual({ rule: RULE, blanks: [] });
  });

  it('is all there is without a product or the name of a sink', () => {
    expect(filled({ ...RULE, products: [] })).toEqual({ blanks: ['products'] });
    expect(filled({ ...RULE, effects: [{ do: 'send', sink: '' }] }).rule).toBeUndefined();
  });
});
