// The place within the console is the URL's fragment: #/devices/pump-7?range=1h. A link can be sent on, back and forward work.

export interface Route {
  path: string[];
  query: URLSearchParams;
}

export function parse(fragment: string): Route {
  const [path, query = ''] = fragment.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export const current = (): Route => parse(location.hash);

export function link(path: string[], query: Record<string, string | number | undefined | null> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return `#/${path.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

const TIME = ['range', 'from', 'to'];

/** A link that takes the time range of this page along, unless it brings its own. */
export function onward(path: string[], query: Record<string, string | number | undefined | null> = {}): string {
  if (TIME.some((name) => name in query)) return link(path, query);
  const here = current().query;
  return link(path, { ...query, ...Object.fromEntries(TIME.map((name) => [name, here.get(name)])) });
}

/** The same page with some of the query changed. */
export function here(changes: Record<string, string | number | undefined | null>): string {
  const { path, query } = current();
  return link(path, { ...Object.fromEntries(query), ...changes });
}

/** Changes the query in place: no new entry in the history, no jump to the top. */
export function replace(changes: Record<string, string | undefined>): void {
  history.replaceState(null, '', here(changes));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
