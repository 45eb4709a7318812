import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';

type Headers = Readonly<Record<string, string | number | boolean | undefined>>;

function header(headers: Headers | null | undefined, name: string): string | undefined {
  return Object.entries(headers ?? {})
    .find(([key]) => key.toLowerCase() === name)?.[1]
    ?.toString();
}

/** Weak comparison of RFC 9110, 13.1.2: a prefix `W/` on either side does not matter. */
export function matchesEtag(condition: string, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return condition.trim() === '*' || condition.split(',').some((tag) => bare(tag) === bare(etag));
}

/**
 * Gives an answer to GET a strong ETag (a hash of its body, unless it has one), and makes it 304 if the caller has it.
 * @param condition the request's If-None-Match
 */
export function answerConditionally(
  method: string,
  condition: string | undefined,
  answer: APIGatewayProxyResult,
): APIGatewayProxyResult {
  if (method !== 'GET' || answer.statusCode !== 200) return answer;
  if (header(answer.headers, 'cache-control')?.includes('no-store') === true) return answer;
  const hash = () => `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 27)}"`;
  const etag = header(answer.headers, 'etag') ?? hash();
  const headers = { 'cache-control': 'no-cache', ...answer.headers, etag };
  if (condition === undefined || !matchesEtag(condition, etag)) return { ...answer, headers };
  return { statusCode: 304, headers, body: '' };
}
