import '@layers/contract/english';
import type { RequestSchemas, RouteRow } from '@layers/contract/route';
import { type FieldError, Problem } from '@layers/domain/problem';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';

export const bodyBytesMax = 256 * 1024;
const errorsMax = 50;

type Part = 'path' | 'query' | 'headers' | 'body';

/** A segment of a JSON pointer, escaped after RFC 6901. */
const segment = (part: PropertyKey) => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

const pointerTo = (part: Part, path: readonly PropertyKey[]) => `/${[part, ...path].map(segment).join('/')}`;

type Given = Readonly<Record<string, unknown>> | undefined;

function fieldErrors(part: Part, issues: readonly z.core.$ZodIssue[], given: unknown): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointerTo(part, [...issue.path, key]),
        detail: 'is not known here',
      }));
    }
    const values = part === 'query' ? (given as Given)?.[String(issue.path[0])] : undefined;
    const detail = Array.isArray(values) ? `is given ${values.length} times` : issue.message;
    return [{ pointer: pointerTo(part, issue.path), detail }];
  });
}

function invalidRequest(errors: readonly FieldError[]): Problem {
  const detail = `${errors.length} wrong field${errors.length > 1 ? 's' : ''}; see errors.`;
  return new Problem('invalid-request', detail, { errors: errors.slice(0, errorsMax) });
}

/** Headers by their names in lower case. */
export function lowerCased(headers: APIGatewayProxyEvent['headers'] | null): Record<string, string> {
  // Without a prototype: no name that a caller sends is one that an object has already.
  const lower = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== undefined) lower[name.toLowerCase()] = value;
  return lower;
}

/** A key that is given twice is an array, which no schema takes unless it wants to: which value was meant is nobody's guess. */
function readQuery(event: APIGatewayProxyEvent): Record<string, string | string[]> {
  const given = Object.entries(event.multiValueQueryStringParameters ?? {});
  return Object.fromEntries(
    given.flatMap(([name, values]) =>
      values?.[0] === undefined ? [] : [[name, values.length > 1 ? values : values[0]]],
    ),
  );
}

function checkMediaType(contentType: string): void {
  if (/^\s*application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) return;
  const mediaType = contentType.split(';', 1).join('').trim().toLowerCase();
  throw new Problem(
    'unsupported-media-type',
    `The body came as ${mediaType === '' ? 'no media type' : `"${mediaType}"`}. Send it as JSON with the header ` +
      '"content-type: application/json" (curl sends form data unless told with -H).',
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readJson(event: APIGatewayProxyEvent, headers: Readonly<Record<string, string>>): unknown {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const { byteLength } = body;
  if (byteLength > bodyBytesMax) {
    throw new Problem(
      'payload-too-large',
      `The body has ${byteLength} bytes; at most ${bodyBytesMax} are taken.`,
    );
  }
  if (byteLength === 0) return undefined;
  checkMediaType(headers['content-type'] ?? '');
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new Problem('malformed-json', `The body is not JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** What a row says nothing of stays unread, but for the query: a parameter that is not known is a mistake. */
const everyRoute: RequestSchemas = { query: z.strictObject({}) };

interface Parsed {
  path: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
}

/**
 * The request's four parts, validated by the row's schemas.
 * @param headers the event's, by their names in lower case
 * @throws Problem `not-found` for a path parameter that breaks its pattern, `invalid-request` naming every other wrong
 * field at once, `malformed-json`, `unsupported-media-type`, `payload-too-large`.
 */
export function parseRequest(
  row: RouteRow,
  event: APIGatewayProxyEvent,
  headers: Readonly<Record<string, string>>,
): Parsed {
  const errors: FieldError[] = [];
  const given: Parsed = {
    path: event.pathParameters ?? {},
    query: readQuery(event),
    headers,
    body: row.request.body === undefined ? undefined : readJson(event, headers),
  };
  const parsed: Parsed = { path: undefined, query: undefined, headers: undefined, body: undefined };
  for (const part of ['path', 'query', 'headers', 'body'] as const) {
    const schema = row.request[part] ?? everyRoute[part];
    if (schema === undefined) continue;
    const result = z.safeParse(schema, given[part]);
    if (result.success) parsed[part] = result.data;
    else errors.push(...fieldErrors(part, result.error.issues, given[part]));
    if (part === 'path' && errors.length > 0)
      throw new Problem('not-found', `There is nothing at ${event.path}.`);
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return parsed;
}
