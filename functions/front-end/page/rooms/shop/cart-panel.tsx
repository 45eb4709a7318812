import { userId } from '@layers/contract/shop-bodies';
import { useRef, useState } from 'preact/hooks';
import * as z from 'zod/mini';
import { api } from '../../api.ts';
import { type Failure, failureOf } from '../../failure.ts';
import { formatMoney, formatNumber } from '../../formats.ts';
import { Read } from '../../parts/feedback.tsx';
import { Field, useForm } from '../../parts/form.tsx';
import { usePolled } from '../../polling.ts';
import { newKey } from '../../writes.ts';
import { orderCart, takeOutOfCart } from './cart-writes.ts';
import { fillingsOfCarts, mayHaveCart, noteCart, shopper } from './shopper.ts';

const everyMs = 5_000;

type Cart = Awaited<ReturnType<typeof api.readCart>>['body'];

/** A user without a cart has an empty one. */
async function readCart(user: string): Promise<Cart> {
  const empty = { userId: user, items: [], totals: [] };
  if (!mayHaveCart(user)) return empty;
  const fillings = fillingsOfCarts();
  try {
    return (await api.readCart({ path: { userId: user } })).body;
  } catch (error) {
    if (failureOf(error).code !== 'not-found') throw error;
    if (fillings === fillingsOfCarts()) noteCart(user, false);
    return empty;
  }
}

export function CartPanel({ user }: { user: string }) {
  const polled = usePolled(`cart ${user}`, () => readCart(user), everyMs);
  return (
    <aside class="side panel" aria-label="Cart">
      <h2>Cart</h2>
      <div class="cart-lines">
        <Read polled={polled} what="the cart" lines={1}>
          {(cart) => <Lines cart={cart} />}
        </Read>
      </div>
      <Checkout key={user} user={user} isEmpty={(polled.value?.items.length ?? 0) === 0} />
      <Who user={user} />
    </aside>
  );
}

function Lines({ cart: { userId: user, items, totals } }: { cart: Cart }) {
  if (items.length === 0) return <p class="muted">It is empty.</p>;
  return (
    <>
      <ul class="lines">
        {items.map(({ productId, name = 'No longer sold', quantity, priceMinor, currency }) => (
          <li key={productId}>
            <span class="line-name">
              {formatNumber(quantity)} × {name}
            </span>
            <span class="price">
              {priceMinor === undefined || currency === undefined
                ? '—'
                : formatMoney(priceMinor * quantity, currency)}
            </span>
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${name}`}
              onClick={() => void takeOutOfCart(user, { productId, name, last: items.length === 1 })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {totals.map(({ currency, totalMinor }) => (
        <p key={currency} class="total">
          <span>Total</span> <span class="price">{formatMoney(totalMinor, currency)}</span>
        </p>
      ))}
    </>
  );
}

type Said = { readonly failure: Failure } | { readonly orderId: string };

function Checkout({ user, isEmpty }: { user: string; isEmpty: boolean }) {
  const [said, setSaid] = useState<Said | undefined>();
  const [busy, setBusy] = useState(false);
  // One key until there is an order for it: a double click, or a retry after an outage, is the same order.
  const key = useRef(newKey());
  const order = async () => {
    setBusy(true);
    const outcome = await orderCart(user, key.current);
    setBusy(false);
    if ('failure' in outcome) {
      setSaid({ failure: outcome.failure });
      // A refusal is final for its key; an unknown outcome is not.
      if (outcome.failure.code !== 'outcome-unknown' && !outcome.failure.down) key.current = newKey();
      return;
    }
    setSaid({ orderId: outcome.answer.body.id });
    key.current = newKey();
  };
  return (
    <>
      <button type="button" class="primary block" disabled={isEmpty || busy} onClick={() => void order()}>
        {busy ? 'Ordering…' : 'Place order'}
      </button>
      <div role="status">{said === undefined ? null : <Said said={said} />}</div>
    </>
  );
}

function Said({ said }: { said: Said }) {
  return 'failure' in said ? (
    <div class="notice bad">
      <p class="notice-title">{said.failure.title}</p>
      <p>{said.failure.detail}</p>
    </div>
  ) : (
    <p class="notice good">
      Ordered. <a href={`shop/orders/${said.orderId}`}>See the order</a>
    </p>
  );
}

const whoSchema = z.object({ user: userId });

function Who({ user }: { user: string }) {
  const form = useForm({
    schema: whoSchema,
    initial: { user },
    toRequest: (values) => values,
    onSubmit: (request) => {
      shopper.set(whoSchema.parse(request).user);
      return Promise.resolve(undefined);
    },
  });
  return (
    <details class="who">
      <summary>
        Shopping as <strong>{user}</strong>
      </summary>
      <form onSubmit={form.submit} noValidate>
        <Field form={form} name="user" label="User" hint="Nobody asks for a password on a laptop." />
        <button type="submit">Switch</button>
      </form>
    </details>
  );
}
