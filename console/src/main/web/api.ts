// The API of this very server: JSON calls, problems (RFC 9457), live streams. The session is a cookie that scripts cannot read.

export class Problem extends Error {
  constructor(readonly status: number, detail: string, readonly code = '', readonly field?: string) {
    super(detail);
  }
}

/** Told when a call shows that nobody is signed in. */
export const signedOut = new EventTarget();

/** The server's clock less this machine's: ages are told by the server's. */
let aheadMillis = 0;
export const now = (): number => Date.now() + aheadMillis;

/** Told `lost` when the server does not answer, and `back` when it does again. */
export const reach = new EventTarget();
let reached = true;

function answers(now: boolean): void {
  if (now !== reached) reach.dispatchEvent(new Event(now ? 'back' : 'lost'));
  reached = now;
}

/** Of the calls under way. */
let calls = new AbortController();

/** Ends the calls under way: whoever signs out wants no answer any more. */
export function hangUp(): void {
  calls.abort();
  calls = new AbortController();
}

const BASE = '/api/v1';

/** Pages ask by themselves all the time: only what somebody does here keeps his session. */
const ACTIVE_MILLIS = 60_000;
let actedMillis = Date.now();
for (const act of ['pointerdown', 'keydown', 'wheel', 'touchstart']) addEventListener(act, () => (actedMillis = Date.now()), { passive: true, capture: true });

async function ask(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  if (Date.now() - actedMillis < ACTIVE_MILLIS) init = { ...init, headers: { ...(init.headers as Record<string, string>), 'X-Vagus-Active': '1' } };
  const signal = init.signal ? AbortSignal.any([init.signal, calls.signal]) : calls.signal;
  try {
    response = await fetch(BASE + path, { method, cache: 'no-store', credentials: 'same-origin', ...init, signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    answers(false);
    throw new Problem(0, 'The server does not answer. Is it running?');
  }
  answers(true);
  if (response.ok) {
    const date = Date.parse(response.headers.get('Date') ?? '');
    // The header has whole seconds: only a real difference counts.
    if (Math.abs(date - Date.now()) > 2500) aheadMillis = date - Date.now();
    return response;
  }
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && !path.startsWith('/session') && path !== '/login' && !path.startsWith('/me/')) signedOut.dispatchEvent(new Event('out'));
  throw new Problem(response.status, problem.detail ?? problem.title ?? response.statusText, problem.code, problem.field);
}

export type Query = Record<string, string | number | undefined | null>;

export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    if (given !== undefined && given !== null && given !== '') search.set(name, String(given));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await ask('GET', withQuery(path, query), { signal })).json();
}

export async function send<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { 'X-Vagus-Console': '1', ...more };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await ask(method, path, { headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return response.status === 204 ? (undefined as T) : response.json();
}

/** Sends, and takes each line of the answer as it comes (NDJSON; an object alone is one line). */
export async function sendLines<T>(method: string, path: string, body: unknown, take: (line: T) => void): Promise<void> {
  const response = await ask(method, path, { headers: { 'X-Vagus-Console': '1', 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.trim()) take(JSON.parse(line));
  }
  if (rest.trim()) take(JSON.parse(rest));
}

export async function logIn(name: string, password: string, code: string): Promise<void> {
  await send('POST', '/login', { name, password, ...(code ? { code } : {}) });
}

export async function signIn(token: string): Promise<void> {
  await ask('POST', '/session', { headers: { Authorization: `Bearer ${token}`, 'X-Vagus-Console': '1' } });
}

/** Server-Sent Events until the signal; the browser comes again by itself after a break. */
export function follow<T>(path: string, event: string, take: (data: T) => void, signal: AbortSignal, state?: (open: boolean) => void): void {
  const open = () => {
    const source = new EventSource(BASE + path);
    source.addEventListener(event, (e) => take(JSON.parse((e as MessageEvent<string>).data)));
    source.addEventListener('open', () => state?.(true));
    source.addEventListener('error', () => {
      state?.(false);
      // Broken off, or is the server gone? A call tells.
      void get('/session').catch(() => undefined);
      // Refused, not merely broken off: ask again in a while, a restart may be under way.
      if (source.readyState === EventSource.CLOSED && !signal.aborted) retry = setTimeout(open, 3000);
    });
    stop = () => source.close();
  };
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  signal.addEventListener('abort', () => {
    clearTimeout(retry);
    stop();
  });
  open();
}
