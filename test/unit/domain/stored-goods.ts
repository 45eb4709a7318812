import { serverEntity, serverKey } from '@layers/domain/registry/server';
import { cartEntity, cartKey } from '@layers/domain/shop/cart';
import { orderEntity, orderKey, orderStatuses } from '@layers/domain/shop/order';
import { productEntity, productKey, stockEntity, stockKey } from '@layers/domain/shop/product';
import fc from 'fast-check';

import { base64, both, instant, list, maybe, type StoredType, text } from './stored-parts.ts';

const product = base64(22).map((id) => `prod_${id}`);
const user = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,20}$/);
const currency = fc.constantFrom('EUR', 'USD', 'JPY');
const price = fc.nat(100_000_000);
const quantity = fc.integer({ min: 1, max: 1_000 });
const orderLine = fc.record({ productId: product, name: text, quantity, priceMinor: price });
const history = fc.record({ status: fc.constantFrom(...orderStatuses), at: instant });

/** What the shop and the registry keep. */
export const goodsTypes: readonly StoredType[] = [
  {
    name: 'product',
    id: productKey('prod_AAAAAAAAAAAAAAAAAAAAAA'),
    schema: productEntity,
    entities: both(
      fc.record({ id: product, name: text, priceMinor: price, currency, category: text }),
      fc.record({ description: text, image: text }, maybe),
    ),
  },
  {
    name: 'stock',
    id: stockKey('prod_AAAAAAAAAAAAAAAAAAAAAA'),
    schema: stockEntity,
    entities: fc.record({ productId: product, units: fc.nat(1_000_000) }),
  },
  {
    name: 'cart',
    id: cartKey('u1'),
    schema: cartEntity,
    entities: fc.record({ userId: user, lines: list(fc.record({ productId: product, quantity }), 0, 25) }),
  },
  {
    name: 'order',
    id: orderKey('u1', 'o1'),
    schema: orderEntity,
    entities: fc.record({
      id: fc
        .tuple(fc.stringMatching(/^[0-9a-v]{9}$/), base64(22))
        .map(([time, random]) => `ord_${time}${random}`),
      userId: user,
      lines: list(orderLine, 1, 25),
      totalMinor: fc.maxSafeNat(),
      currency,
      status: fc.constantFrom(...orderStatuses),
      createdAt: instant,
      history: list(history, 1, 3),
    }),
  },
  {
    name: 'server',
    id: serverKey('s1'),
    schema: serverEntity,
    entities: fc.record({
      id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      url: fc.webUrl(),
      capacity: quantity,
      load: fc.nat(1_000_000),
      publicKey: base64(43),
      generation: fc.integer({ min: 1 }),
      state: fc.constantFrom('serving', 'left'),
      registeredAt: instant,
      heartbeatAt: instant,
      expiresAt: instant,
      signedAtMs: fc.maxSafeNat(),
    }),
  },
];
