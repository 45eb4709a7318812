import type { RouteRow } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';

/** Who calls, as far as a token says. */
export interface Caller {
  readonly principal: string;
  readonly may: (scope: string) => boolean;
}

/** Tells who calls a route from its headers (names in lower case). @throws Problem `unauthenticated`. */
export type Identify = (row: RouteRow, headers: Readonly<Record<string, string>>) => Promise<Caller>;

export const anonymous = 'anonymous';

/** Tokens are off: nobody is asked who he is. */
export const askNobody: Identify = () => Promise.resolve({ principal: anonymous, may: () => true });

const userIdOf = (part: unknown) => (part as { userId?: unknown } | undefined)?.userId;

/**
 * After the request was parsed: a user's resources are that user's alone, and some routes need a scope.
 * @throws Problem `forbidden`.
 */
export function permit(row: RouteRow, caller: Caller, input: { path: unknown; body: unknown }): void {
  const { access } = row;
  if (access === undefined) return;
  if (access === 'owner') {
    const owner = userIdOf(input.path) ?? userIdOf(input.body);
    // A scope of its own, so that whoever answers customers needs no token of theirs.
    if (owner !== caller.principal && !caller.may('users:act-for'))
      throw new Problem('forbidden', 'The token belongs to another user.');
    return;
  }
  if (!caller.may(access.scope)) throw new Problem('forbidden', `The token lacks the scope ${access.scope}.`);
}
