import { canonicalJson } from '../canonical-json.ts';
import { type FieldError, Problem } from '../problem.ts';
import { parseImage } from '../record-mappings.ts';
import type {
  Change,
  Entities,
  Entity,
  Idempotency,
  MirroredGroup,
  MirrorState,
  Version,
} from '../redundancy/transaction.ts';
import { type CartLine, cartKey, lineQuantityMax, linesMax } from './cart.ts';
import { parseCart } from './carts.ts';
import { type OrderEntity, type OrderLine, orderEntity, orderKey, ordersPrefix } from './order.ts';
import {
  type ProductEntity,
  productEntity,
  productKey,
  type StockEntity,
  stockEntity,
  stockKey,
} from './product.ts';

export interface OrderState {
  readonly order: OrderEntity;
  readonly version: Version;
  readonly mirror: MirrorState;
}

/** One line a product, in the order of first mention. @throws Problem `limit-reached`. */
export function mergeLines(lines: readonly CartLine[]): readonly CartLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines)
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  if (quantities.size > linesMax)
    throw new Problem('limit-reached', `An order has at most ${linesMax} different products. Split it.`);
  return [...quantities].map(([productId, quantity]) => {
    if (quantity > lineQuantityMax)
      throw new Problem('limit-reached', `An order has at most ${lineQuantityMax} units of ${productId}.`);
    return { productId, quantity };
  });
}

interface Priced {
  readonly product: ProductEntity;
  readonly line: CartLine;
}

const pointerTo = (index: number) => `/body/items/${index}`;

function priceLines(current: Entities, lines: readonly CartLine[]): readonly Priced[] {
  const entities = lines.map(({ productId }) => current.get(productKey(productId)));
  const errors = lines.flatMap(({ productId }, index) =>
    entities[index] === undefined
      ? [{ pointer: pointerTo(index), detail: `There is no product ${productId}.` }]
      : [],
  );
  if (errors.length > 0)
    throw new Problem('not-found', `${errors.length} of the products are not there; see errors.`, { errors });
  const priced = lines.map((line, index) => ({
    line,
    product: parseImage(productEntity, entities[index] ?? { id: '', image: '' }),
  }));
  const currencies = new Set(priced.map(({ product }) => product.currency));
  if (currencies.size > 1) {
    const detail = `The lines are priced in ${[...currencies].join(' and ')}. Order each currency by itself.`;
    throw new Problem('mixed-currencies', detail);
  }
  return priced;
}

function readStock(current: Entities, productId: string): StockEntity | undefined {
  const entity = current.get(stockKey(productId));
  return entity === undefined ? undefined : parseImage(stockEntity, entity);
}

const stockChange = (stock: StockEntity, delta: number): Change => ({
  id: stockKey(stock.productId),
  image: canonicalJson({ ...stock, units: stock.units + delta }),
});

function takeStock(current: Entities, lines: readonly CartLine[]): readonly Change[] {
  const changes: Change[] = [];
  const errors: FieldError[] = [];
  for (const [index, { productId, quantity }] of lines.entries()) {
    const stock = readStock(current, productId);
    const units = stock?.units ?? 0;
    if (stock !== undefined && units >= quantity) changes.push(stockChange(stock, -quantity));
    else
      errors.push({
        pointer: pointerTo(index),
        detail: `${quantity} of ${productId} are ordered, ${units} are there.`,
      });
  }
  if (errors.length > 0)
    throw new Problem('insufficient-stock', errors.map(({ detail }) => detail).join(' '), { errors });
  return changes;
}

/** A product that was deleted meanwhile has no stock to give back to. */
function giveBack(current: Entities, { productId, quantity }: CartLine): readonly Change[] {
  const stock = readStock(current, productId);
  return stock === undefined ? [] : [stockChange(stock, quantity)];
}

function composeOrder(id: string, userId: string, at: string, priced: readonly Priced[]): OrderEntity {
  const lines: OrderLine[] = priced.map(({ product, line }) => ({
    productId: line.productId,
    name: product.name,
    quantity: line.quantity,
    priceMinor: product.priceMinor,
  }));
  return {
    id,
    userId,
    lines,
    totalMinor: lines.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0),
    currency: priced[0]?.product.currency ?? '',
    status: 'placed',
    createdAt: at,
    history: [{ status: 'placed', at }],
  };
}

const sameLines = (one: readonly CartLine[], other: readonly CartLine[]) =>
  canonicalJson(one) === canonicalJson(other);

/** How often a cart may change between being read and being ordered, before the order is given up. */
const cartRacesMax = 5;
const cartChanged = 'CartChanged';

interface Placing {
  readonly userId: string;
  /** `undefined`: what is in the cart, which is emptied by it. */
  readonly items: readonly CartLine[] | undefined;
  readonly id: string;
  readonly at: string;
  readonly idempotency: Idempotency | undefined;
}

async function placeOnce(group: MirroredGroup, placing: Placing): Promise<OrderState> {
  const { userId, id, at, idempotency } = placing;
  const key = orderKey(userId, id);
  const cart = cartKey(userId);
  const fromCart = placing.items === undefined;
  const lines = fromCart
    ? (parseCart((await group.read([cart])).entities.get(cart))?.lines ?? [])
    : mergeLines(placing.items);
  const ids = lines.map(({ productId }) => productId);
  let decided: OrderEntity | undefined;
  const outcome = await group.write({
    keys: [key, ...ids.map(stockKey), ...ids.map(productKey), ...(fromCart ? [cart] : [])],
    idempotency,
    decide(current, next) {
      if (current.get(key) !== undefined)
        throw new Problem('version-conflict', 'This key made an order before. Make a new key.');
      if (fromCart && !sameLines(parseCart(current.get(cart))?.lines ?? [], lines))
        throw new Error(cartChanged);
      if (lines.length === 0) throw new Problem('empty-cart', `The cart of ${userId} is empty.`);
      decided = composeOrder(id, userId, at, priceLines(current, lines));
      return {
        changes: [
          { id: key, image: canonicalJson(decided) },
          ...takeStock(current, lines),
          ...(fromCart ? [{ id: cart, image: undefined }] : []),
        ],
        answer: JSON.stringify({ id, version: next(key) }),
      };
    },
  });
  const answered = JSON.parse(outcome.answer) as { id: string; version: Version };
  const order =
    outcome.replayed || decided === undefined ? await readPlaced(group, userId, answered.id) : decided;
  return { order, version: answered.version, mirror: outcome.mirror };
}

/** The order as it was answered when it was placed, whatever became of it: what a replay answers. */
async function readPlaced(group: MirroredGroup, userId: string, id: string): Promise<OrderEntity> {
  const { order } = await readOrder(group, userId, id);
  return { ...order, status: 'placed', history: order.history.slice(0, 1) };
}

/**
 * Places an order: prices fixed, total summed, stock taken and the ordered cart emptied in one transaction.
 * @throws Problem `not-found`, `insufficient-stock`, `mixed-currencies` naming lines, `empty-cart`, `limit-reached`;
 * `unavailable` if the cart kept changing.
 */
export async function placeOrder(group: MirroredGroup, placing: Placing): Promise<OrderState> {
  for (let races = 0; races < cartRacesMax; races += 1) {
    try {
      return await placeOnce(group, placing);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== cartChanged) throw error;
    }
  }
  throw new Problem('unavailable', 'The cart kept changing while it was ordered. Try again.', {
    retryAfterSeconds: 1,
  });
}

const parseOrder = (entity: Entity) => parseImage(orderEntity, entity);

const noOrder = (userId: string, id: string) => new Problem('not-found', `${userId} has no order ${id}.`);

/** @throws Problem `not-found`. */
export async function readOrder(group: MirroredGroup, userId: string, id: string): Promise<OrderState> {
  const { entities, mirror } = await group.read([orderKey(userId, id)]);
  const entity = entities.get(orderKey(userId, id));
  if (entity === undefined) throw noOrder(userId, id);
  return { order: parseOrder(entity), version: entity.version, mirror };
}

/** A user's orders, the newest first. */
export async function listOrders(
  group: MirroredGroup,
  userId: string,
  page: { cursor: string | undefined; limit: number },
): Promise<{ items: readonly OrderEntity[]; next: string | undefined; mirror: MirrorState }> {
  const { items, next, mirror } = await group.list(ordersPrefix(userId), page);
  return { items: items.map(parseOrder), next, mirror };
}

/** Gives the stock back, once: an order that is cancelled already stays as it is. @throws Problem `not-found`. */
export async function cancelOrder(
  group: MirroredGroup,
  request: { userId: string; id: string; at: string; idempotency: Idempotency | undefined },
): Promise<OrderState> {
  const { userId, id, at, idempotency } = request;
  const key = orderKey(userId, id);
  // Lines never change, so the stocks to lock can be read from a first look.
  const { order: seen } = await readOrder(group, userId, id);
  const outcome = await group.write({
    keys: [key, ...seen.lines.map(({ productId }) => stockKey(productId))],
    idempotency,
    decide(current, next) {
      const entity = current.get(key);
      if (entity === undefined) throw noOrder(userId, id);
      const order = parseOrder(entity);
      if (order.status === 'cancelled')
        return {
          changes: [],
          answer: JSON.stringify({ version: entity.version, at: order.history.at(-1)?.at }),
        };
      const cancelled = {
        ...order,
        status: 'cancelled',
        history: [...order.history, { status: 'cancelled', at }],
      };
      return {
        changes: [
          { id: key, image: canonicalJson(cancelled) },
          ...order.lines.flatMap((line) => giveBack(current, line)),
        ],
        answer: JSON.stringify({ version: next(key), at }),
      };
    },
  });
  const answered = JSON.parse(outcome.answer) as { version: Version; at: string };
  const placed = seen.history.slice(0, 1);
  const order: OrderEntity = {
    ...seen,
    status: 'cancelled',
    history: [...placed, { status: 'cancelled', at: answered.at }],
  };
  return { order, version: answered.version, mirror: outcome.mirror };
}
