import { expect, test } from 'vitest';
import { filters, flat, parseQuery, queryText, tree } from '../../main/web/groups.js';

test('groups are a tree by name, each below the one it is inside', () => {
  const groups = [{ id: 'b', name: 'Bolt' }, { id: 'a/n', parent: 'a', name: 'North' }, { id: 'a', name: 'Acme' }, { id: 'a/n/h', parent: 'a/n', name: 'Hall' }];
  expect(flat(tree(groups)).map((b) => `${b.depth} ${b.group.name}`)).toEqual(['0 Acme', '1 North', '2 Hall', '0 Bolt']);
});

test('a query is a condition a line, there and back', () => {
  const query = parseQuery('firmwareVersion = 1.0\n\n tag.site=Lyon = north \n');
  expect(query).toEqual({ firmwareVersion: '1.0', tags: { site: 'Lyon = north' } });
  expect(parseQuery(queryText(query))).toEqual(query);
  expect(filters(query)).toEqual({ firmwareVersion: '1.0', 'tag.site': 'Lyon = north' });
});

test.each(['colour = red', 'firmwareVersion', 'tag. = x'])('%s is told to be none', (line) => expect(() => parseQuery(line)).toThrow(line));
