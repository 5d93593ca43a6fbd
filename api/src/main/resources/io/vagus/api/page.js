// One page over the API of this very server: ledger, devices, one device's values as they come.
const TOKEN = "vagus.token";
const WINDOW_MS = 10 * 60 * 1000;
const MAX_POINTS = 2000;
const $ = (id) => document.getElementById(id);

let token = sessionStorage.getItem(TOKEN) ?? "";
let cursor = null;
let device = null; // the chosen one, with what is shown of it
let stream = new AbortController();
let clockAheadMs = 0; // this machine's clock less the server's

class Failure extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(path, { ...options, headers, cache: "no-store" });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Failure(response.status, problem.detail ?? response.statusText);
  }
  return response;
}

const askJson = async (path, options) => (await ask(path, options)).json();

function tell(error) {
  if (error.name === "AbortError") return;
  if (error.status === 401) {
    askForToken(token ? "This token is not known." : "");
    return;
  }
  $("trouble").textContent = error instanceof Failure ? error.message : "The server does not answer.";
  $("trouble").hidden = false;
}

const calm = () => ($("trouble").hidden = true);

function askForToken(trouble) {
  stream.abort();
  token = "";
  sessionStorage.removeItem(TOKEN);
  $("all").hidden = $("leave").hidden = true;
  $("enter").hidden = false;
  $("trouble").textContent = trouble;
  $("trouble").hidden = !trouble;
  $("token").focus();
}

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

// Ledger

const COUNTS = { received: "Received", accepted: "Accepted", duplicate: "Duplicates", deadLettered: "Dead letters", rejected: "Rejected", pending: "Under way" };

async function showLedger() {
  const ledger = await askJson("/api/v1/ledger");
  $("balance").textContent = ledger.balanced ? "balances" : `${ledger.total.difference} unaccounted for`;
  $("balance").classList.toggle("bad", !ledger.balanced);
  $("ledger").replaceChildren(
    ...Object.entries(COUNTS).map(([key, label]) => {
      const pair = element("div");
      pair.append(element("dt", label), element("dd", ledger.total[key].toLocaleString()));
      return pair;
    }));
}

// Devices

async function showDevices(next) {
  const query = new URLSearchParams({ limit: "50" });
  if ($("search").value.trim()) query.set("q", $("search").value.trim());
  if (next) query.set("cursor", next);
  const page = await askJson(`/api/v1/devices?${query}`);
  const items = page.items.map(deviceItem);
  if (next) {
    $("devices").append(...items);
  } else {
    $("devices").replaceChildren(...(items.length ? items : [element("li", "None.", "faint")]));
    $("total").textContent = page.total.toLocaleString();
  }
  cursor = page.next ?? null;
  $("more").hidden = !cursor;
}

function deviceItem(item) {
  const button = element("button");
  button.dataset.id = item.id;
  button.append(element("span", item.name));
  const more = [item.id === item.name ? "" : item.id, item.product, item.status === "active" ? "" : item.status];
  button.append(element("span", more.filter(Boolean).join(" · "), "faint"));
  button.setAttribute("aria-current", String(device?.id === item.id));
  button.addEventListener("click", () => choose(item).catch(tell));
  const li = element("li");
  li.append(button);
  return li;
}

// One device

async function choose(item) {
  calm();
  stream.abort();
  stream = new AbortController();
  const chosen = { id: item.id, latest: new Map(), metric: null, points: [] };
  device = chosen;
  document.querySelectorAll("#devices button").forEach((b) => b.setAttribute("aria-current", String(b.dataset.id === item.id)));
  $("device-title").textContent = item.name;
  $("device-note").textContent = [item.id === item.name ? "" : item.id, item.product, item.status].filter(Boolean).join(" · ");
  $("readings").hidden = $("chart-frame").hidden = true;
  const signal = stream.signal;
  const path = `/api/v1/devices/${encodeURIComponent(item.id)}`;
  const { readings, now } = await askJson(`${path}/readings`, { signal });
  clockAheadMs = Date.now() - Date.parse(now);
  readings.forEach((r) => chosen.latest.set(r.metric, r));
  if (!readings.length) $("device-note").textContent += " · nothing received so far";
  const first = readings.find((r) => typeof r.value === "number");
  if (first) await chart(first.metric);
  showReadings();
  follow(`${path}/live`, chosen, signal).catch(tell);
}

async function chart(metric) {
  const chosen = device;
  chosen.metric = metric;
  const to = Date.now() - clockAheadMs;
  const query = new URLSearchParams({ from: String(Math.round(to - WINDOW_MS)), to: String(Math.round(to) + 1), points: "300" });
  const range = await askJson(`/api/v1/devices/${encodeURIComponent(chosen.id)}/readings/${encodeURIComponent(metric)}?${query}`, { signal: stream.signal });
  if (device !== chosen || chosen.metric !== metric) return;
  chosen.points = range.points.filter((p) => p.mean !== null).map((p) => [Date.parse(p.time), p.mean]);
  showReadings();
}

// Server-Sent Events by fetch: the token stays in a header.
async function follow(path, chosen, signal) {
  for (let pauseMs = 1000; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 30000)) {
    try {
      const response = await ask(path, { signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let buffer = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        calm();
        pauseMs = 1000;
        const events = (buffer + value).split("\n\n");
        buffer = events.pop();
        events.forEach((event) => take(event, chosen));
      }
    } catch (error) {
      if (signal.aborted) return;
      tell(error);
      if (error.status === 401 || error.status === 404) return;
    }
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
}

function take(event, chosen) {
  const name = /^event: (.*)$/m.exec(event)?.[1];
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (name !== "readings" || !data) return;
  for (const reading of JSON.parse(data).readings) {
    const before = chosen.latest.get(reading.metric);
    if (before && Date.parse(before.time) > Date.parse(reading.time)) continue;
    chosen.latest.set(reading.metric, { unit: before?.unit, ...reading });
    if (reading.metric === chosen.metric && typeof reading.value === "number") {
      chosen.points.push([Date.parse(reading.time), reading.value]);
      if (chosen.points.length > MAX_POINTS) chosen.points.shift();
    }
  }
  if (device === chosen) requestAnimationFrame(showReadings);
}

function showReadings() {
  const readings = [...device.latest.values()].sort((a, b) => a.metric.localeCompare(b.metric));
  $("readings").hidden = !readings.length;
  const rows = new Map([...document.querySelectorAll("#readings tbody tr")].map((row) => [row.dataset.metric, row]));
  const shown = readings.map((reading) => {
    const row = rows.get(reading.metric) ?? readingRow(reading.metric);
    row.setAttribute("aria-selected", String(reading.metric === device.metric));
    row.cells[1].firstChild.textContent = format(reading.value);
    row.cells[1].lastChild.textContent = reading.unit ?? "";
    row.cells[2].textContent = age(reading.time);
    return row;
  });
  const body = document.querySelector("#readings tbody");
  if (shown.length !== body.rows.length || shown.some((row, i) => body.rows[i] !== row)) body.replaceChildren(...shown);
  draw();
}

function readingRow(metric) {
  const row = element("tr");
  row.dataset.metric = metric;
  const choice = element("button", metric);
  const name = element("td");
  name.append(choice);
  const value = element("td", undefined, "number");
  value.append(element("span"), element("span", "", "unit"));
  row.append(name, value, element("td", "", "number"));
  row.addEventListener("click", () => chart(metric).catch(tell));
  return row;
}

const format = (value) => (typeof value === "number" ? Number(value.toPrecision(7)).toLocaleString() : value ?? "–");

function age(time) {
  const seconds = Math.max(0, Math.round((Date.now() - clockAheadMs - Date.parse(time)) / 1000));
  if (seconds < 2) return "now";
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

const SVG = "http://www.w3.org/2000/svg";

function draw() {
  const end = Date.now() - clockAheadMs;
  const points = device.points.filter(([time]) => time >= end - WINDOW_MS);
  $("chart-frame").hidden = points.length < 2;
  if (points.length < 2) return;
  const values = points.map((p) => p[1]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 1;
  const start = Math.max(points[0][0], end - WINDOW_MS);
  const x = (time) => (600 * (time - start)) / Math.max(1, end - start);
  const y = (value) => 148 - (136 * (value - low)) / span;
  const line = points.map(([time, value]) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" L");
  const shapes = [["area", `M${x(points[0][0]).toFixed(1)},160 L${line} L${x(points.at(-1)[0]).toFixed(1)},160 Z`], ["line", `M${line}`]].map(([name, d]) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", name);
    path.setAttribute("d", d);
    return path;
  });
  $("chart").replaceChildren(...shapes);
  const unit = device.latest.get(device.metric)?.unit ?? "";
  $("chart-metric").textContent = device.metric;
  $("chart-range").textContent = `${format(low)} to ${format(high)} ${unit} · ${minutes(end - start)}`;
}

const minutes = (ms) => (ms < 90000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60000)} min`);

// Start

async function begin() {
  try {
    await showLedger();
  } catch (error) {
    tell(error);
    return;
  }
  calm();
  $("enter").hidden = true;
  $("all").hidden = false;
  $("leave").hidden = !token;
  if (token) sessionStorage.setItem(TOKEN, token);
  await showDevices(null).catch(tell);
  const wanted = decodeURIComponent(location.hash.slice(1));
  const found = [...document.querySelectorAll("#devices button")].find((b) => !wanted || b.dataset.id === wanted);
  found?.click();
}

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  $("token").value = "";
  begin();
});
$("leave").addEventListener("click", () => askForToken(""));
$("more").addEventListener("click", () => showDevices(cursor).catch(tell));
let typing;
$("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => showDevices(null).catch(tell), 200);
});
setInterval(() => {
  if (document.hidden || $("all").hidden) return;
  showLedger().then(calm, tell);
  if (device?.latest.size) showReadings();
}, 2000);
begin();
