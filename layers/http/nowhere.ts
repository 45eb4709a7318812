import type { RouteRow } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';

/** A request that no row serves; `resource` is the template of its path, where that is known. */
export interface Unserved {
  readonly httpMethod: string;
  readonly resource: string;
  readonly path: string;
}

/** The problem for such a request: 405 naming the methods that its path has, else 404. */
export function nowhereAmong(
  rows: readonly Pick<RouteRow, 'method' | 'path'>[],
): (event: Unserved) => Problem {
  return ({ httpMethod, resource, path }) => {
    const allow = rows.filter((row) => row.path === resource).map((row) => row.method);
    if (allow.length === 0)
      return new Problem(
        'not-found',
        `There is nothing at ${path}. GET /openapi.json of the API lists every path.`,
      );
    return new Problem('method-not-allowed', `${path} takes ${allow.join(', ')}, not ${httpMethod}.`, {
      allow,
    });
  };
}
