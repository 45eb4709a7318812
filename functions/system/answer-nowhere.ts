import { contract } from '@layers/contract/contract';
import type { RouteRow } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';

const rows = Object.values(contract).flatMap((routes) => Object.values<RouteRow>(routes));

/**
 * The problem for a request that no row serves. The gateway sends here every method that a path does not have, with
 * `resource` the path's template, and every other path, with the greedy `/{proxy+}`.
 */
export function answerNowhere(event: { httpMethod: string; resource: string; path: string }): Problem {
  const allow = rows.filter((row) => row.path === event.resource).map((row) => row.method);
  if (allow.length === 0) {
    return new Problem('not-found', `There is nothing at ${event.path}. GET /openapi.json lists every path.`);
  }
  return new Problem(
    'method-not-allowed',
    `${event.path} takes ${allow.join(', ')}, not ${event.httpMethod}.`,
    { allow },
  );
}
