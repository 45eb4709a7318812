import { userId } from '@layers/contract/shop-bodies';
import { kept } from '../../observable.ts';

const isUser = (value: unknown): value is string => userId.safeParse(value).success;

const nobody = () => `guest-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? 'anyone'}`;

/** Whose cart and orders are shown; kept in this browser. */
export const shopper = kept('tandem.user', nobody(), isUser);
// Kept at once: another page of this browser shops for the same user.
shopper.set(shopper.get());
