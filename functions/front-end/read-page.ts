import type { frontEnd } from '@layers/contract/front-end';
import { Problem } from '@layers/domain/problem';
import type { Handler } from '@layers/http/serve';

/** Where the build of `page/` lies beside the function's code. */
const built = new URL('./page/', import.meta.url);

/** Text alone: an emulator may answer binary bodies as base64. */
const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
};

/** Nothing comes from elsewhere and nothing is written into the page: not a script, not a style, not a picture. */
const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"],
  ...["base-uri 'self'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** The part of the path that no view begins with. */
const assetsFolder = 'assets/';

/** An environment answers one request at a time; `import` of `node:fs` would load its promises too, at each start. */
const { readFileSync } = process.getBuiltinModule('node:fs');

let indexHtml: string | undefined;

/** What a view reads first, beside `app/`: the browser asks for it while it still reads the script. */
const firstReads: Readonly<Record<string, string>> = { shop: 'products?limit=24' };

const preloadOf = (address: string) =>
  `<link rel="preload" as="fetch" crossorigin="anonymous" href="../${address}" />`;

/**
 * index.html for a view at a depth below the stage. Addresses are relative, so that the page works below any stage and
 * behind any host.
 */
function view(base: string, firstRead?: string) {
  indexHtml ??= readFileSync(new URL('index.html', built), 'utf8');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
    },
    body: indexHtml
      .replace(/<base href="[^"]*"/, `<base href="${base}"`)
      .replace('</head>', firstRead === undefined ? '</head>' : `${preloadOf(firstRead)}</head>`),
  } as const;
}

function readAsset(name: string): string | undefined {
  try {
    return readFileSync(new URL(`${assetsFolder}${name}`, built), 'utf8');
  } catch {
    return undefined;
  }
}

function asset(name: string) {
  const type = /^[A-Za-z0-9._-]+$/.test(name) ? mediaTypes[name.slice(name.lastIndexOf('.') + 1)] : undefined;
  const body = type === undefined ? undefined : readAsset(name);
  if (body === undefined)
    throw new Problem('not-found', `The page has no file ${name}: it was built anew since. Reload the page.`);
  // A name holds the hash of what is in it.
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'public, max-age=31536000, immutable',
  };
  return { status: 200, headers, body } as const;
}

export const readPage: Handler<typeof frontEnd.readPage> = ({ query }) =>
  view('app/', Object.keys(query).length === 0 ? firstReads.shop : undefined);

export const readPagePart: Handler<typeof frontEnd.readPagePart> = ({ path: { proxy }, query }) => {
  if (proxy.startsWith(assetsFolder)) return asset(proxy.slice(assetsFolder.length));
  const depth = proxy.split('/').length - 1;
  const firstRead = Object.keys(query).length === 0 ? firstReads[proxy] : undefined;
  return view(depth === 0 ? './' : '../'.repeat(depth), firstRead);
};
