import { documentedPath } from '@layers/contract/route';
import type { Problem } from '@layers/domain/problem';
import { nowhereAmong, type Unserved } from '@layers/http/nowhere';
import { operations } from './committed-document.ts';

/**
 * The problem for a request that no row serves. The gateway sends here every method that a path does not have, with
 * `resource` the path's template, and every other path, with the greedy `/{proxy+}`.
 */
export function answerNowhere(event: Unserved): Problem {
  return nowhereAmong(operations())({ ...event, resource: documentedPath(event.resource) });
}
