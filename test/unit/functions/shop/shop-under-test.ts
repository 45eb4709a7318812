import { shop } from '@layers/contract/shop';
import { askNobody, type Identify } from '@layers/http/access';
import { sealedCursors } from '@layers/http/cursors';
import { serve } from '@layers/http/serve';
import { shopHandlers } from '../../../../functions/shop/handlers.ts';
import { answerOf } from '../../http/event.ts';
import { MemoryGroup } from '../memory-group.ts';

export const mug = { name: 'Enamel mug', priceMinor: 1250, currency: 'EUR', category: 'kitchen', stock: 5 };

interface Sent {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The shop's handlers behind the same server as in Lambda, over records in memory. */
export function openShop(identify: Identify = askNobody) {
  const group = new MemoryGroup();
  const clock = { nowMs: Date.parse('2026-03-01T12:00:00Z') };
  const cursors = sealedCursors(() => Promise.resolve('a secret of this test'));
  const handler = serve(
    'shop',
    shop,
    shopHandlers({ group, cursors, now: () => clock.nowMs }),
    undefined,
    identify,
  );
  const send = (operation: keyof typeof shop, { path, query, headers, body }: Sent = {}) =>
    answerOf(handler, {
      method: shop[operation].method,
      resource: shop[operation].path,
      ...(path === undefined ? {} : { path }),
      ...(query === undefined
        ? {}
        : { query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  /** A body as its bytes came. */
  const handle = (operation: keyof typeof shop, body: string) =>
    answerOf(handler, {
      method: shop[operation].method,
      resource: shop[operation].path,
      headers: { 'content-type': 'application/json' },
      body,
    });
  const stockOf = async (id: string) => (await send('readProduct', { path: { id } })).json.stock;
  const create = async (fields: object = {}) =>
    String((await send('createProduct', { body: { ...mug, ...fields } })).json.id);
  return { group, clock, send, handle, create, stockOf };
}
