import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import { parseImage } from '../record-mappings.ts';
import type { Entity, Idempotency, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { type CartEntity, type CartLine, cartEntity, cartKey, lineQuantityMax, linesMax } from './cart.ts';
import { worstOf } from './mirror-state.ts';
import { type ProductEntity, productEntity, productKey } from './product.ts';

/** A line as it is shown: with what the product costs now, or nothing of it where the product is gone. */
export interface ShownLine extends CartLine {
  readonly product: Pick<ProductEntity, 'name' | 'priceMinor' | 'currency'> | undefined;
}

export interface ShownCart {
  readonly userId: string;
  readonly lines: readonly ShownLine[];
  readonly mirror: MirrorState;
}

/** Sums of the lines whose product is there, one a currency, in the order of the lines. */
export function totalsOf(lines: readonly ShownLine[]): { currency: string; totalMinor: number }[] {
  const sums = new Map<string, number>();
  for (const { product, quantity } of lines)
    if (product !== undefined)
      sums.set(product.currency, (sums.get(product.currency) ?? 0) + quantity * product.priceMinor);
  return [...sums].map(([currency, totalMinor]) => ({ currency, totalMinor }));
}

export function parseCart(entity: Entity | undefined): CartEntity | undefined {
  return entity === undefined ? undefined : parseImage(cartEntity, entity);
}

async function show(
  group: MirroredGroup,
  userId: string,
  lines: readonly CartLine[],
  mirror: MirrorState,
): Promise<ShownCart> {
  if (lines.length === 0) return { userId, lines: [], mirror };
  const read = await group.read(lines.map(({ productId }) => productKey(productId)));
  const shown = lines.map(({ productId, quantity }) => {
    const entity = read.entities.get(productKey(productId));
    const product = entity === undefined ? undefined : parseImage(productEntity, entity);
    return { productId, quantity, product };
  });
  return { userId, lines: shown, mirror: worstOf([mirror, read.mirror]) };
}

/** The lines with `added` among them: quantities of one product add up. @throws Problem `limit-reached`. */
export function withLine(lines: readonly CartLine[], added: CartLine): readonly CartLine[] {
  const present = lines.find(({ productId }) => productId === added.productId);
  const quantity = (present?.quantity ?? 0) + added.quantity;
  if (quantity > lineQuantityMax)
    throw new Problem(
      'limit-reached',
      `A line holds at most ${lineQuantityMax} units, this would make ${quantity}.`,
    );
  if (present !== undefined) return lines.map((line) => (line === present ? { ...line, quantity } : line));
  if (lines.length >= linesMax)
    throw new Problem('limit-reached', `A cart holds at most ${linesMax} lines. Order it, or remove one.`);
  return [...lines, added];
}

/** @throws Problem `not-found` if the product is not there, `limit-reached`. */
export async function addToCart(
  group: MirroredGroup,
  request: { userId: string; line: CartLine; idempotency: Idempotency | undefined },
): Promise<ShownCart> {
  const { userId, line, idempotency } = request;
  const outcome = await group.write({
    keys: [cartKey(userId), productKey(line.productId)],
    idempotency,
    decide(current) {
      if (current.get(productKey(line.productId)) === undefined) {
        const detail = `There is no product ${line.productId}.`;
        throw new Problem('not-found', detail, { errors: [{ pointer: '/body/productId', detail }] });
      }
      const cart = parseCart(current.get(cartKey(userId)));
      const lines = withLine(cart?.lines ?? [], line);
      return {
        changes: [{ id: cartKey(userId), image: canonicalJson({ ...cart, userId, lines }) }],
        answer: JSON.stringify(lines),
      };
    },
  });
  return show(group, userId, JSON.parse(outcome.answer) as CartLine[], outcome.mirror);
}

const noCart = (userId: string) => new Problem('not-found', `${userId} has nothing in the cart.`);

/** @throws Problem `not-found` for a cart that is not there: never filled, emptied or ordered. */
export async function readCart(group: MirroredGroup, userId: string): Promise<ShownCart> {
  const { entities, mirror } = await group.read([cartKey(userId)]);
  const cart = parseCart(entities.get(cartKey(userId)));
  if (cart === undefined) throw noCart(userId);
  return show(group, userId, cart.lines, mirror);
}

/** The last line takes the cart with it. @throws Problem `not-found` if the cart or the line is not there. */
export async function removeFromCart(
  group: MirroredGroup,
  request: { userId: string; productId: string; idempotency: Idempotency | undefined },
): Promise<MirrorState> {
  const { userId, productId, idempotency } = request;
  const { mirror } = await group.write({
    keys: [cartKey(userId)],
    idempotency,
    decide(current) {
      const cart = parseCart(current.get(cartKey(userId)));
      if (cart === undefined) throw noCart(userId);
      const lines = cart.lines.filter((line) => line.productId !== productId);
      if (lines.length === cart.lines.length)
        throw new Problem('not-found', `The cart of ${userId} has no line of ${productId}.`);
      const image = lines.length === 0 ? undefined : canonicalJson({ ...cart, lines });
      return { changes: [{ id: cartKey(userId), image }], answer: '' };
    },
  });
  return mirror;
}
