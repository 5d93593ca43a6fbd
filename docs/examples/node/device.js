// A device in JavaScript, with MQTT.js: a reading a second, each acknowledged.
//   npm ci && node device.js DEVICE SECRET [HOST [PORT [CA_FILE]]]
// COUNT and INTERVAL (seconds) in the environment: how many readings, how far apart.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import mqtt from "mqtt";

const [device, secret, host = "127.0.0.1", port = "1883", caFile] = process.argv.slice(2);
if (!secret) {
  console.error("usage: node device.js DEVICE SECRET [HOST [PORT [CA_FILE]]]");
  process.exit(2);
}

const client = mqtt.connect(`${caFile ? "mqtts" : "mqtt"}://${host}:${port}`, {
  protocolVersion: 5,
  clientId: device,
  username: device,
  password: secret,
  // The session outlives a lost connection: what was not acknowledged is sent again.
  clean: false,
  properties: { sessionExpiryInterval: 3600 },
  reconnectPeriod: 1000,
  ca: caFile && readFileSync(caFile),
});

client.on("error", (error) => {
  // MQTT 5.0 §3.2.2.2: Bad User Name or Password, Not authorized.
  if (error.code === 0x86 || error.code === 0x87) {
    console.error("refused: wrong secret, or no such device");
    process.exit(1);
  }
});

const run = Date.now();
const sent = [];
for (let n = 1; n <= Number(process.env.COUNT ?? 60); n++) {
  const reading = {
    time: new Date().toISOString(),
    id: `${run}-${n}`, // the same message sent twice is stored once
    seq: n,
    values: { temperature: 20.5 + (n % 5) },
  };
  sent.push(
    client
      .publishAsync(`v1/${device}/telemetry`, JSON.stringify(reading), { qos: 1 })
      // A reason code of 0x80 or more: it is kept as a dead letter, to send it again would not help.
      .catch((error) => console.error(`reading ${n}: ${error.message}`)),
  );
  await sleep(1000 * Number(process.env.INTERVAL ?? 1));
}
await Promise.all(sent);
await client.endAsync();
