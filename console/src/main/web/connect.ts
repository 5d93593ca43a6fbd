// What a person types, or a program says, so that a device sends: pure functions from where it connects to text.
import type { Listener, Listeners, Metric, Product } from './types.js';

/** An open listener as a device reaches it. */
export interface Door {
  host: string;
  port: number;
  tls: boolean;
}

export type Proof = { kind: 'nothing' } | { kind: 'secret'; secret: string } | { kind: 'certificate' };

export interface Target {
  device: string;
  proof: Proof;
  mqtt?: Door;
  http?: Door;
  /** Whether the server's certificate must be given to clients. */
  ownCertificate: boolean;
  /** What it sends. */
  values: Record<string, number | boolean | string>;
}

const LOOPBACK = /^(127\.|::1$|0:0:0:0:0:0:0:1$)/;

export const isLoopback = (listener: Listener): boolean => LOOPBACK.test(listener.address ?? '');

/** Without TLS only where nobody listens in, unless there is nothing else. */
function door(listeners: Listeners, names: [Listener['name'], Listener['name']], host: string, encrypted: boolean): Door | undefined {
  const [plain, tls] = names.map((name) => listeners.items.find((l) => l.name === name));
  const chosen = encrypted ? tls : plain && (isLoopback(plain) || !tls) ? plain : (tls ?? plain);
  return chosen && { host: chosen.address ?? host, port: chosen.port, tls: chosen.tls };
}

/**
 * @param host by which the reader reached this server
 * @param encrypted only listeners with TLS
 */
export const doors = (listeners: Listeners, host: string, encrypted: boolean): { mqtt?: Door; http?: Door } => ({
  mqtt: door(listeners, ['mqtt', 'mqtts'], host, encrypted),
  http: door(listeners, ['http', 'https'], host, encrypted),
});

/** A value that the model takes. */
function sample(metric: Metric): number | boolean | string {
  if (metric.type === 'boolean') return true;
  if (metric.type === 'text') return 'on';
  const { min = -Infinity, max = Infinity } = metric;
  const middle = Number.isFinite(min + max) ? (min + max) / 2 : Math.max(min, Math.min(max, 21.5));
  const usual = min <= 21.5 && 21.5 <= max ? 21.5 : middle;
  return metric.type === 'integer' ? Math.round(usual) : usual;
}

/** A reading of the product's first two metrics. */
export function reading(product: Product | undefined): Target['values'] {
  const metrics = Object.entries(product?.metrics ?? {}).slice(0, 2);
  return metrics.length ? Object.fromEntries(metrics.map(([name, metric]) => [name, sample(metric)])) : { temperature: 21.5 };
}

const authority = (d: Door): string => `${d.host.includes(':') ? `[${d.host}]` : d.host}:${d.port}`;

export const baseUrl = (d: Door): string => `http${d.tls ? 's' : ''}://${authority(d)}`;

const topic = (t: Target): string => `v1/${t.device}/telemetry`;

/** For a shell: whatever it is, it is one word. */
export const quoted = (text: string): string => (/^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const json = (t: Target): string => `{${Object.entries(t.values).map(([name, v]) => `${JSON.stringify(name)}: ${JSON.stringify(v)}`).join(', ')}}`;

const lines = (...all: (string | false | undefined)[]): string => all.filter((l) => typeof l === 'string').join('\n');

const trusting = (t: Target, d: Door): string => (d.tls && t.ownCertificate ? ' --cafile server.crt' : d.tls ? ' --tls-use-os-certs' : '');

function mosquitto(t: Target, d: Door): string {
  const who = { nothing: '', secret: ` \\\n  -u ${quoted(t.device)} -P ${quoted(t.proof.kind === 'secret' ? t.proof.secret : '')}`, certificate: ` \\\n  --cert ${t.device}.crt --key ${t.device}.key` }[t.proof.kind];
  return `mosquitto_pub -h ${d.host} -p ${d.port}${trusting(t, d)}${who} \\\n  -q 1 -t ${quoted(topic(t))} -m ${quoted(json(t))}`;
}

function curl(t: Target, d: Door): string {
  const who = { nothing: '', secret: ` \\\n  -u ${quoted(`${t.device}:${t.proof.kind === 'secret' ? t.proof.secret : ''}`)}`, certificate: ` \\\n  --cert ${t.device}.crt --key ${t.device}.key` }[t.proof.kind];
  return `curl${d.tls && t.ownCertificate ? ' --cacert server.crt' : ''}${who} \\\n  ${baseUrl(d)}/${topic(t)} -d ${quoted(json(t))}`;
}

function python(t: Target, d: Door): string {
  const files = [t.ownCertificate ? '"server.crt"' : 'None', ...(t.proof.kind === 'certificate' ? [`"${t.device}.crt"`, `"${t.device}.key"`] : [])];
  const values = Object.entries(t.values).map(([name, v]) => `${JSON.stringify(name)}: ${v === true ? 'True' : v === false ? 'False' : JSON.stringify(v)}`);
  return lines(
    'import json, time',
    'import paho.mqtt.client as mqtt  # pip install paho-mqtt',
    '',
    'version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []',
    `client = mqtt.Client(*version, client_id="${t.device}")`,
    t.proof.kind === 'secret' && `client.username_pw_set("${t.device}", ${JSON.stringify(t.proof.secret)})`,
    d.tls && `client.tls_set(${files.join(', ')})`,
    `client.connect("${d.host}", ${d.port})`,
    'client.loop_start()',
    'while True:',
    `    reading = {${values.join(', ')}}`,
    `    client.publish("${topic(t)}", json.dumps(reading), qos=1)`,
    '    time.sleep(10)',
  );
}

function node(t: Target, d: Door): string {
  const files = [d.tls && t.ownCertificate && ['ca', 'server.crt'], t.proof.kind === 'certificate' && ['cert', `${t.device}.crt`], t.proof.kind === 'certificate' && ['key', `${t.device}.key`]].filter((f) => f !== false);
  return lines(
    files.length > 0 && 'import { readFileSync } from "node:fs";',
    'import mqtt from "mqtt"; // npm install mqtt',
    '',
    `const client = mqtt.connect("mqtt${d.tls ? 's' : ''}://${authority(d)}", {`,
    `  clientId: "${t.device}",`,
    t.proof.kind === 'secret' && `  username: "${t.device}",`,
    t.proof.kind === 'secret' && `  password: ${JSON.stringify(t.proof.secret)},`,
    ...files.map(([name, file]) => `  ${name}: readFileSync("${file}"),`),
    '});',
    'client.on("error", (error) => console.error(error.message));',
    `const send = () => client.publish("${topic(t)}", JSON.stringify(${json(t)}), { qos: 1 });`,
    'client.on("connect", send);',
    'setInterval(send, 10_000);',
  );
}

/** On the SDK for Java, which keeps what it cannot send; trusts what it is given. */
function java(t: Target, d: Door, secret: string): string {
  const values = Object.entries(t.values).map(([name, v]) => `${JSON.stringify(name)}, ${JSON.stringify(v)}`);
  return lines(
    'import io.vagus.device.Device;',
    'import io.vagus.device.DeviceConfig;',
    'import io.vagus.device.mqtt.DeviceLoops;',
    'import io.vagus.kit.HostPort;',
    d.tls && 'import java.nio.file.Path;',
    'import java.util.Map;',
    '',
    'class Sends {',
    '  public static void main(String[] args) throws InterruptedException {',
    '    DeviceConfig config =',
    `        DeviceConfig.of("${t.device}", new HostPort("${d.host}", ${d.port}))`,
    `            .withSecret(${JSON.stringify(secret)})${d.tls ? '' : ';'}`,
    d.tls && '            .withAuthorities(Path.of("server.crt"));',
    '    try (DeviceLoops loops = new DeviceLoops(1);',
    '        Device device = Device.open(config, loops)) {',
    '      device.connect();',
    '      while (true) {',
    `        device.send(Map.of(${values.join(', ')}));`,
    '        Thread.sleep(10_000);',
    '      }',
    '    }',
    '  }',
    '}',
  );
}

/** The SDK for small devices with its example, in Vagus's folder; it sends temperature. */
const c = (t: Target, d: Door, secret: string): string =>
  lines('gcc -O2 -Idevice-c -o sdk-device \\', '  docs/examples/sdk-device.c device-c/vagus*.c', `./sdk-device ${quoted(t.device)} ${quoted(secret)} ${d.host} ${d.port}`);

export interface Example {
  label: string;
  /** What it is saved as and how it is run; empty: typed into a shell. */
  run: string;
  /** What else there is to know before. */
  where?: string;
  text: string;
}

/** By the name that the address of the page has. */
export function examples(t: Target): Record<string, Example> {
  const all: Record<string, Example> = {};
  if (t.mqtt) all.mosquitto = { label: 'mosquitto', run: '', text: mosquitto(t, t.mqtt) };
  if (t.http) all.curl = { label: 'curl', run: '', text: curl(t, t.http) };
  if (t.mqtt) {
    all.python = { label: 'Python', run: 'python3 device.py', text: python(t, t.mqtt) };
    all.node = { label: 'Node', run: 'node device.mjs', text: node(t, t.mqtt) };
    if (t.proof.kind === 'secret') {
      if (!t.mqtt.tls || t.ownCertificate) all.java = { label: 'Java', run: "java -cp 'VAGUS/dist/lib/*' Sends.java", where: 'VAGUS is the folder in which ./vagus build was run', text: java(t, t.mqtt, t.proof.secret) };
      if (!t.mqtt.tls) all.c = { label: 'C', run: '', where: 'In the folder of Vagus', text: c(t, t.mqtt, t.proof.secret) };
    }
  }
  return all;
}

/** A key, and the request that names the device: the key stays where it is made. */
export const request = (device: string): string =>
  `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\\n  -keyout ${device}.key -subj ${quoted(`/CN=${device}`)} -out ${device}.csr`;

const trust = (own: boolean): string => (own ? ' --cacert server.crt' : '');

/** By EST (RFC 7030): the token stands where a password would. */
export const enrolByEst = (device: string, token: string, http: Door, own: boolean): string =>
  `curl -f${trust(own)} -u ${quoted(`${device}:${token}`)} \\\n  -H 'Content-Type: application/pkcs10' --data-binary @${device}.csr \\\n  ${baseUrl(http)}/.well-known/est/simpleenroll \\\n  | base64 -d | openssl pkcs7 -inform DER -print_certs -out ${device}.crt`;

/** The same for who cannot make a request: the answer is a secret. */
export const enrolBySecret = (device: string, token: string, http: Door, own: boolean): string =>
  `curl${trust(own)} -H ${quoted(`Authorization: Bearer ${token}`)} \\\n  -H 'Content-Type: application/json' \\\n  ${baseUrl(http)}/enrol -d ${quoted(JSON.stringify({ device }))}`;
