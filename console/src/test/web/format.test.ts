import { describe, expect, test, vi } from 'vitest';
import { merged } from '../../main/web/columns.js';
import * as format from '../../main/web/format.js';
import { link, onward, parse } from '../../main/web/route.js';

describe('what people read', () => {
  test.each([['Cel', '°C'], ['m3/h', 'm³/h'], ['m/s2', 'm/s²'], ['kW.h', 'kW·h'], ['{rpm}', 'rpm'], ['%', '%'], ['1', ''], [undefined, ''], ['hPa', 'hPa'], ['W/m2', 'W/m²'], ['s-1', 's⁻¹']])('unit %s', (ucum, shown) => expect(format.unit(ucum)).toBe(shown));
  test.each([[0, '0'], [21.5, '21.5'], [-0.00001, '-1.000e-5'], [1234567.5, '1,234,568'], [3555123200, '3,555,123,200'], [3e13, '3.000e+13'], [null, '–'], ['open', 'open']])('value %s', (value, shown) => expect(format.value(value)).toBe(shown));
  test.each([[0, '0'], [21.5, '21.5'], [2.4e9, '2.4 G'], [-12_300, '-12.3 k'], [0.0002, '2e-4']])('tick %s', (value, shown) => expect(format.tick(value)).toBe(shown));
  test('labels of an axis tell each other apart', () => expect(format.ticks([58_420, 58_440])).toEqual(['58.42 k', '58.44 k']));
  test.each([[0, '0'], [0.126, '0.13'], [12.34, '12.3'], [1234.5, '1,235']])('rate %s', (rate, shown) => expect(format.rate(rate)).toBe(shown));
  test.each([[0, 'now'], [5, '5 s ago'], [119, '119 s ago'], [120, '2 min ago'], [7200, '2 h ago'], [172800, '2 d ago'], [-60, 'in 60 s']])('age of %s s', (seconds, shown) => expect(format.age(0, seconds * 1000)).toBe(shown));
  test.each([[0.4, '0.4 ms'], [12, '12 ms'], [1500, '1.5 s'], [90000, '90 s'], [-274, '−274 ms'], [undefined, '–']])('%s ms', (ms, shown) => expect(format.millis(ms)).toBe(shown));
  test.each([[2658873344, 'By', '2.66 GB'], [999, 'By', '999 B'], [4077.88, 'By/s', '4.08 kB/s'], [21.5, 'Cel', '21.5 °C'], [null, 'By', '– B']])('quantity %s %s', (value, ucum, shown) => expect(format.quantity(value, ucum).join(' ')).toBe(shown));
  test.each([[1, 'true'], [0, 'false'], [0.5, '0.5'], [null, '–']])('truth %s', (value, shown) => expect(format.truth(value)).toBe(shown));
  test.each([[0, '0 %'], [0.00001, '< 0.01 %'], [0.004, '0.40 %'], [0.5, '50 %']])('share %s', (share, shown) => expect(format.share(share)).toBe(shown));
  test.each([['15m', 900], ['7d', 604800], ['x', undefined], [null, undefined]])('span %s', (span, seconds) => expect(format.spanSeconds(span)).toBe(seconds));
});

test('a gap found in two ways is one line', () => {
  const gap = { device: 'a', from: '1', to: '2', missing: 3 };
  expect(merged([{ ...gap, kind: 'sequence' }, { ...gap, kind: 'cadence', missing: 4 }, { ...gap, device: 'b', kind: 'cadence' }])).toEqual([
    { ...gap, kind: 'sequence and cadence', missing: 4 },
    { ...gap, device: 'b', kind: 'cadence' },
  ]);
});

describe('the place in the URL', () => {
  test('a link leads where it says', () => {
    const there = parse(link(['devices', 'a:b/c?d'], { q: 'ä & b', none: undefined }));
    expect(there.path).toEqual(['devices', 'a:b/c?d']);
    expect(Object.fromEntries(there.query)).toEqual({ q: 'ä & b' });
  });
  test('a link takes the time range along, unless it brings its own', () => {
    vi.stubGlobal('location', { hash: '#/devices?range=6h&q=pump' });
    expect(onward(['devices', 'a'])).toBe('#/devices/a?range=6h');
    expect(onward(['gaps'], { device: 'a' })).toBe('#/gaps?device=a&range=6h');
    expect(onward(['devices', 'a'], { from: 'x', to: 'y' })).toBe('#/devices/a?from=x&to=y');
    vi.unstubAllGlobals();
  });
  test('a broken escape is shown as it is', () => expect(parse('#/devices/%zz').path).toEqual(['devices', '%zz']));
});
