import { describe, expect, test } from 'vitest';
import { doors, enrolByEst, examples, quoted, reading, type Target } from '../../main/web/connect.js';
import type { Listener, Product } from '../../main/web/types.js';

const all: Listener[] = [
  { name: 'mqtt', address: '127.0.0.1', port: 1883, tls: false },
  { name: 'mqtts', port: 8883, tls: true },
  { name: 'http', port: 8080, tls: false },
  { name: 'https', port: 8443, tls: true },
];

describe('where a device connects', () => {
  test('without TLS only on this machine, by the name the reader came by', () => {
    expect(doors({ items: all }, 'plant.example', false)).toEqual({ mqtt: { host: '127.0.0.1', port: 1883, tls: false }, http: { host: 'plant.example', port: 8443, tls: true } });
    expect(doors({ items: all }, 'plant.example', true).mqtt).toEqual({ host: 'plant.example', port: 8883, tls: true });
  });
  test('with what there is', () => {
    expect(doors({ items: [{ name: 'mqtt', port: 1883, tls: false }] }, 'a', false)).toEqual({ mqtt: { host: 'a', port: 1883, tls: false }, http: undefined });
    expect(doors({ items: all.slice(0, 1) }, 'a', true)).toEqual({ mqtt: undefined, http: undefined });
  });
});

describe('what it sends', () => {
  const product = (metrics: Product['metrics']) => ({ metrics }) as Product;
  test.each([
    [{ t: { min: -40, max: 125 } }, { t: 21.5 }],
    [{ t: { min: 100, max: 200 } }, { t: 150 }],
    [{ t: { max: 10 } }, { t: 10 }],
    [{ n: { type: 'integer', min: 0, max: 9 }, on: { type: 'boolean' }, more: {} }, { n: 5, on: true }],
    [{ word: { type: 'text' } }, { word: 'on' }],
    [{}, { temperature: 21.5 }],
  ])('%j takes %j', (metrics, values) => expect(reading(product(metrics))).toEqual(values));
});

describe('what is typed', () => {
  const target: Target = { device: 'pump-7', proof: { kind: 'secret', secret: "it's" }, ...doors({ items: all }, 'plant.example', false), ownCertificate: true, values: { t: 1 } };
  test('is one word to a shell whatever it is', () => {
    expect(quoted('pump-7')).toBe('pump-7');
    expect(quoted("it's $HOME")).toBe("'it'\\''s $HOME'");
    expect(examples(target).mosquitto.text).toContain(`-P 'it'\\''s'`);
  });
  test('trusts the certificate that the server made, or those who are known', () => {
    expect(examples(target).curl.text).toContain('--cacert server.crt');
    expect(examples({ ...target, ownCertificate: false }).curl.text).not.toContain('cacert');
  });
  test('offers the SDKs where they can trust whom they reach', () => {
    const local = { ...target, mqtt: { host: '127.0.0.1', port: 1883, tls: false } };
    expect(Object.keys(examples(local))).toEqual(['mosquitto', 'curl', 'python', 'node', 'java', 'c']);
    expect(examples(local).java.text).toContain('.withSecret("it\'s");');
    const remote = { ...target, mqtt: { host: 'plant.example', port: 8883, tls: true } };
    expect(examples(remote).java.text).toContain('.withAuthorities(Path.of("server.crt"));');
    expect(Object.keys(examples({ ...remote, ownCertificate: false }))).not.toContain('java');
    expect(Object.keys(examples({ ...local, proof: { kind: 'certificate' } }))).not.toContain('c');
  });
  test('says nothing of listeners that are off', () => expect(Object.keys(examples({ ...target, mqtt: undefined }))).toEqual(['curl']));
  test('brackets addresses of IPv6', () => expect(enrolByEst('a', 'T', { host: '::1', port: 8443, tls: true }, false)).toContain('https://[::1]:8443/.well-known'));
});
