import { contract } from '@layers/contract/contract';
import type { RouteRow } from '@layers/contract/route';
import { nowhereAmong } from '@layers/http/nowhere';

/**
 * The problem for a request that no row serves. The gateway sends here every method that a path does not have, with
 * `resource` the path's template, and every other path, with the greedy `/{proxy+}`.
 */
export const answerNowhere = nowhereAmong(
  Object.values(contract).flatMap((routes) => Object.values<RouteRow>(routes)),
);
