import * as z from 'zod/mini';
import { etagHeader } from './headers.ts';
import { routes } from './route.ts';

const answers = () =>
  ({
    200: {
      description: 'HTML, or the asset’s text.',
      body: z.string(),
      mediaType: 'text/html',
      headers: etagHeader,
    },
  }) as const;

/** What a view shows is in its address: any names, which the page itself reads. */
const query = () =>
  z.catchall(
    z.object({}),
    z.union([
      z.string().check(z.maxLength(1000)),
      z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(100)),
    ]),
  );

/** A page's own address, below `/app`. */
const proxy = () =>
  z.string().check(
    z.maxLength(500),
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._~-]*(\/[A-Za-z0-9._~-]+)*\/?$/),
    z.meta({
      description: 'A view of the page, or an asset; several segments may follow.',
      examples: ['shop'],
      schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._~-]{0,100}$' },
    }),
  );

export const frontEnd = routes({
  readPage: {
    method: 'GET',
    path: '/app',
    summary: 'The page: shop, redundancy, consensus, registry and lessons in a browser',
    request: () => ({ query: query() }),
    responses: answers,
    problems: [],
  },
  readPagePart: {
    method: 'GET',
    path: '/app/{proxy+}',
    summary: 'A view of the page by its address, or one of its scripts, styles and pictures',
    request: () => ({ path: z.object({ proxy: proxy() }), query: query() }),
    responses: answers,
    problems: ['not-found'],
  },
});
