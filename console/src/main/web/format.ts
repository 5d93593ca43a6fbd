// Pure functions from values to what people read. No clock, no DOM.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const NO_VALUE = '–';

export const count = (n: number | undefined): string => (n === undefined ? NO_VALUE : whole.format(n));

/** Three significant digits or all before the point, so that a column does not jump in width. */
export function rate(n: number | undefined): string {
  if (n === undefined) return NO_VALUE;
  if (n >= 100 || n === 0) return whole.format(n);
  return n.toFixed(n >= 10 ? 1 : 2);
}

/** A label beside an axis, where there is room for six characters: 2.4 G, 21.5. */
export function tick(v: number, digits = 3): string {
  const size = Math.abs(v);
  if (size >= 1e15 || (size !== 0 && size < 1e-3)) return v.toExponential(0);
  if (size < 10_000) return value(v);
  const power = Math.floor(Math.log10(size) / 3);
  return `${Number((v / 1000 ** power).toPrecision(digits))} ${' kMGT'[power]}`;
}

/** Labels of one axis, with as many digits as tell them apart. */
export function ticks(all: number[]): string[] {
  const labels = (digits: number) => all.map((v) => tick(v, digits));
  let digits = 3;
  while (digits < 8 && new Set(labels(digits)).size < all.length) digits++;
  return labels(digits);
}

/** A measured value, at most seven significant digits, or whole when it has more before the point. */
export function value(v: number | string | null | undefined): string {
  if (v === null || v === undefined) return NO_VALUE;
  if (typeof v === 'string') return v;
  const size = Math.abs(v);
  if (size !== 0 && (size >= 1e13 || size < 1e-4)) return v.toExponential(3);
  if (size >= 1e7) return whole.format(v);
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 7 }).format(v);
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** A value and its unit as people read them: bytes by thousands, so that 2658873344 B is 2.66 GB; the rest as it is. */
export function quantity(v: number | string | null | undefined, ucum: string | undefined): [string, string] {
  const shown = unit(ucum);
  if (typeof v !== 'number' || !/^B(\/s)?$/.test(shown) || Math.abs(v) < 1000) return [value(v), shown];
  const power = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(Math.abs(v)) / 3));
  return [(v / 1000 ** power).toPrecision(3), PREFIXES[power] + shown];
}

/** Truth is kept as 1 and 0. */
export const truth = (v: number | string | null | undefined): string => (v === 1 ? 'true' : v === 0 ? 'false' : value(v));

export function share(part: number): string {
  const percent = part * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.01) return '< 0.01 %';
  return `${percent.toFixed(percent < 1 ? 2 : percent < 10 ? 1 : 0)} %`;
}

export function millis(ms: number | undefined): string {
  if (ms === undefined) return NO_VALUE;
  if (ms < 0) return `−${millis(-ms)}`;
  if (ms < 1000) return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return duration(ms / 1000);
}

/** One unit, the largest that says enough. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** From when to when, in the reader's zone; the day once when both are of it. */
export function span(fromMillis: number, toMillis: number): string {
  const day = (at: number) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const hour = (at: number) => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return `${day(fromMillis)}, ${hour(fromMillis)} – ${day(fromMillis) === day(toMillis) ? '' : `${day(toMillis)}, `}${hour(toMillis)}`;
}

export function age(atMillis: number, nowMillis: number): string {
  const seconds = (nowMillis - atMillis) / 1000;
  if (seconds < -2) return `in ${duration(-seconds)}`;
  return seconds < 2 ? 'now' : `${duration(seconds)} ago`;
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KiB`;
  return `${(n / 1024 / 1024).toFixed(1)} MiB`;
}

const UNITS: Record<string, string> = {
  Cel: '°C', '[degF]': '°F', deg: '°', '%': '%', '1': '', '10*6': 'million', '10*3': 'thousand', '10*-6': 'millionths', '[ppm]': 'ppm', '[ppb]': 'ppb',
  um: 'µm', us: 'µs', Ohm: 'Ω', kOhm: 'kΩ', MOhm: 'MΩ', h: 'h', min: 'min', d: 'd', a: 'years', mo: 'months', wk: 'weeks',
  By: 'B', KiBy: 'KiB', MiBy: 'MiB', GiBy: 'GiB', kBy: 'kB', MBy: 'MB', GBy: 'GB', bit: 'bit', Bd: 'Bd',
  'm[H2O]': 'mH₂O', 'mm[Hg]': 'mmHg', bar: 'bar', '[psi]': 'psi', '[ft_i]': 'ft', '[in_i]': 'in', '[mi_i]': 'mi', '[kn_i]': 'kn', 'dB[SPL]': 'dB SPL', 'B[SPL]': 'B SPL', '[g]': 'g', '[pH]': 'pH',
};

function unitAtom(atom: string): string {
  const known = UNITS[atom];
  if (known !== undefined) return known;
  const power = /^(.*?[A-Za-z\]])(-?\d)$/.exec(atom);
  if (power) return unitAtom(power[1]) + [...power[2]].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');
  return atom.replace(/^\{(.*)\}$/, '$1');
}

/** UCUM's code as people write it: Cel → °C, m3/h → m³/h, {rpm} → rpm. */
export const unit = (ucum: string | undefined): string =>
  ucum ? (UNITS[ucum] ?? ucum.split('/').map((part) => part.split('.').map(unitAtom).join('·')).join('/')) : '';

/** A word of the API as a phrase: bad-credentials → bad credentials. */
export const words = (code: string): string => code.replaceAll('-', ' ');

const SPANS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `15m` → 900; undefined when it is no span. */
export function spanSeconds(text: string | null): number | undefined {
  const parts = /^(\d{1,4})([smhd])$/.exec(text ?? '');
  return parts ? Number(parts[1]) * SPANS[parts[2]] : undefined;
}
