import { isProblem } from '@layers/domain/problem';
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
  const known = isProblem(error) ? error : undefined;
  if (known === undefined) log.error('unexpected failure', { error });
  const code = known?.kind ?? 'internal';
  const { status, title, explanation } = problemCatalogue[code];
  const headers: Record<string, string> = { 'content-type': problemMediaType, 'cache-control': 'no-store' };
  if (known?.retryAfterSeconds !== undefined) headers['retry-after'] = String(known.retryAfterSeconds);
  else if (status === 503) headers['retry-after'] = '1';
  if (known !== undefined && known.allow.length > 0) headers.allow = known.allow.join(', ');
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer';
  const body = {
    type: `/errors/${code}`,
    title,
    status,
    detail: known?.detail ?? explanation,
    instance: path,
    code,
    requestId,
    ...(known !== undefined && known.errors.length > 0 ? { errors: known.errors } : {}),
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}
