import { userId } from '@layers/contract/shop-bodies';
import { kept } from '../../observable.ts';

const isUser = (value: unknown): value is string => userId.safeParse(value).success;

const guest = 'guest-';
const nobody = () => `${guest}${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? 'anyone'}`;

/** Whose cart and orders are shown; kept in this browser. */
export const shopper = kept('tandem.user', nobody(), isUser);
// Kept at once: another page of this browser shops for the same user.
shopper.set(shopper.get());

/** Whose cart this browser has filled. */
const filled = kept('tandem.cart', '', (value): value is string => typeof value === 'string');
const seenEmpty = new Set<string>();

/** An empty cart is none to the system. A guest's is filled by this browser alone, so that it need not be asked for. */
export const mayHaveCart = (user: string) =>
  filled.get() === user || !(user.startsWith(guest) || seenEmpty.has(user));

/** Counts what was put into carts: whoever asked before it was knows nothing of it. */
let fillings = 0;
export const fillingsOfCarts = () => fillings;

export function noteCart(user: string, isFilled: boolean): void {
  if (isFilled) fillings += 1;
  if (isFilled) seenEmpty.delete(user);
  else seenEmpty.add(user);
  if (isFilled !== (filled.get() === user)) filled.set(isFilled ? user : '');
}
