import { observable } from './observable.ts';

/** Where the reader is: the parts of the path below `/app`, and what the view keeps in the query. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const basePath = new URL(document.baseURI).pathname;

function placeOf({ pathname, search }: Location | URL): Place {
  const below = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : '';
  const parts = below
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  return { parts, query: new URLSearchParams(search) };
}

export const place = observable(placeOf(location));

/** @param path below `/app`, without a slash at its start, with its query. */
export function go(path: string, { replace = false } = {}): void {
  const url = new URL(path, document.baseURI);
  history[replace ? 'replaceState' : 'pushState'](undefined, '', url);
  place.set(placeOf(url));
  if (!replace) arrive();
}

/** A new view is read from its top, by eyes and by screen readers. */
function arrive(): void {
  requestAnimationFrame(() => {
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  });
}

/** Changes some names of the query; `''` takes one out. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const { parts, query } = place.get();
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  go(`${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`, { replace: true });
}

const isPlain = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** Links within the page change the view without loading it again. */
export function followLinks(): void {
  window.addEventListener('popstate', () => place.set(placeOf(location)));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !isPlain(event) || event.defaultPrevented || link.target !== '') return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(basePath)) return;
    event.preventDefault();
    go(`${url.pathname.slice(basePath.length)}${url.search}`);
  });
}
