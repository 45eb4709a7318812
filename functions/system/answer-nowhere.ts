import type { RouteRow } from '@layers/contract/route';
import type { Problem } from '@layers/domain/problem';
import { nowhereAmong, type Unserved } from '@layers/http/nowhere';

/**
 * The problem for a request that no row serves. The gateway sends here every method that a path does not have, with
 * `resource` the path's template, and every other path, with the greedy `/{proxy+}`.
 */
export async function answerNowhere(event: Unserved): Promise<Problem> {
  const { contract } = await import('@layers/contract/contract');
  return nowhereAmong(Object.values(contract).flatMap((routes) => Object.values<RouteRow>(routes)))(event);
}
