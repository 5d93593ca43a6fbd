import { expect, test } from 'vitest';
import { fields, patch, readable, same } from '../../main/web/twin-fields.js';

test('a field is what is no object, by its pointer', () => {
  expect([...fields({ mode: 'eco', valve: { position: 40, 'a/b~': [1, 2] }, none: {} })]).toEqual([['/mode', 'eco'], ['/valve/position', 40], ['/valve/a~1b~0', [1, 2]]]);
  expect(readable('/valve/a~1b~0')).toBe('valve › a/b~');
});

test.each([
  [{ a: 1 }, { a: 1 }, {}],
  [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
  [{ v: { x: 1, y: 2 } }, { v: { x: 1, y: 3 } }, { v: { y: 3 } }],
  [{ v: { x: 1 } }, { v: [1] }, { v: [1] }],
  [{ v: [1, 2] }, { v: [1, 2], w: 'new' }, { w: 'new' }],
])('what makes %j into %j is %j', (before, after, change) => expect(patch(before, after)).toEqual(change));

test('lists are alike when all of them is', () => {
  expect(same([1, 2], [1, 2])).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
});
