import { api } from '../../api.ts';
import type { Failure } from '../../failure.ts';
import { newKey, type Outcome, write } from '../../writes.ts';
import { noteCart } from './shopper.ts';

export type Product = Awaited<ReturnType<typeof api.readProduct>>['body'];
export type Order = Awaited<ReturnType<typeof api.readOrder>>['body'];

const failureIn = (outcome: Outcome<unknown>): Failure | undefined =>
  'failure' in outcome ? outcome.failure : undefined;

export async function putIntoCart(user: string, body: { productId: string; quantity: number }, name: string) {
  const outcome = await write({
    what: `${body.quantity} × ${name} into the cart`,
    request: `POST /cart/${user}`,
    group: 'shop',
    key: newKey(),
    send: async (headers) => {
      const answer = await api.addToCart({ path: { userId: user }, headers, body });
      noteCart(user, true);
      return answer;
    },
    recordOf: () => `carts/${user}`,
  });
  return failureIn(outcome);
}

/** @param last whether the cart goes with it. */
export async function takeOutOfCart(
  user: string,
  { productId, name, last }: { readonly productId: string; readonly name: string; readonly last: boolean },
) {
  const outcome = await write({
    what: `${name} out of the cart`,
    request: `DELETE /cart/${user}/item/${productId}`,
    group: 'shop',
    key: newKey(),
    send: async (headers) => {
      const answer = await api.removeFromCart({ path: { userId: user, productId }, headers });
      if (last) noteCart(user, false);
      return answer;
    },
    recordOf: () => `carts/${user}`,
  });
  return failureIn(outcome);
}

/** @param key of this cart: whoever sends it twice gets the one order twice. */
export function orderCart(user: string, key: string) {
  return write({
    what: 'Order placed',
    request: 'POST /orders',
    group: 'shop',
    key,
    send: async (headers) => {
      const answer = await api.placeOrder({ headers, body: { userId: user } });
      noteCart(user, false);
      return answer;
    },
    recordOf: ({ body }) => `orders/${user}/${body.id}`,
  });
}

export function cancelOrder(user: string, orderId: string, key: string) {
  return write({
    what: 'Order cancelled',
    request: `POST /orders/${user}/${orderId}/cancel`,
    group: 'shop',
    key,
    send: (headers) => api.cancelOrder({ path: { userId: user, orderId }, headers }),
    recordOf: () => `orders/${user}/${orderId}`,
  });
}
