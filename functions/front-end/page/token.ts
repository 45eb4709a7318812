import { userId } from '@layers/contract/shop-bodies';
import * as z from 'zod/mini';
import { kept, observable } from './observable.ts';

/** A JWT (RFC 7519) as far as one can tell before it is sent. */
export const tokenText = z
  .string()
  .check(
    z.maxLength(4096),
    z.regex(
      /^[\w-]+\.[\w-]+\.[\w-]+$/,
      'must be a JWT: three parts of A-Z, a-z, 0-9, - and _, joined by points',
    ),
  );

const isToken = (value: unknown): value is string => tokenText.safeParse(value).success;

/** The reader's token, where the deployment asks for one; `''`: none. For this tab alone, and sent to this system alone. */
export const token = kept('tandem.token', '', isToken, 'sessionStorage');

/** Whether the system has refused something for want of a token that it trusts. */
export const tokenAsked = observable(false);

export const tokenHeaders = (): Readonly<Record<string, string>> =>
  token.get() === '' ? {} : { authorization: `Bearer ${token.get()}` };

/** Whom a token is about: the system checks that, the page only shows it. `undefined`: nobody that can shop. */
export function subjectOf(text: string): string | undefined {
  try {
    const [, claims = ''] = text.split('.');
    const { sub } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: unknown };
    return userId.safeParse(sub).data;
  } catch {
    return undefined;
  }
}
