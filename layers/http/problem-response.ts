import { isProblem, type Problem } from '@layers/domain/problem';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Log } from './log.ts';
import { problemCatalogue } from './problem-catalogue.ts';

const problemMediaType = 'application/problem+json';

/** The answer for a failure, after RFC 9457. What is not a Problem is logged whole and answered bare. */
export function problemResponse(
  error: unknown,
  requestId: string,
  path: string,
  log: Log,
): APIGatewayProxyResult {
  const problem = isProblem(error) ? error : undefined;
  if (problem === undefined) log.error('unexpected failure', { error });
  const code = problem?.kind ?? 'internal';
  const { status, title, explanation } = problemCatalogue[code];
  const detail = problem?.detail ?? explanation;
  const errors = problem?.errors ?? [];
  const body = { type: `/errors/${code}`, title, status, detail, instance: path, code, requestId };
  return {
    statusCode: status,
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      ...headersOf(code, status, problem),
    },
    body: JSON.stringify(errors.length > 0 ? { ...body, errors } : body),
  };
}

/** What HTTP wants said in a header of its own. */
function headersOf(code: string, status: number, problem: Problem | undefined): Record<string, string> {
  const retryAfterSeconds = problem?.retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  const allow = problem?.allow ?? [];
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(allow.length > 0 ? { allow: allow.join(', ') } : {}),
    ...(code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
  };
}
