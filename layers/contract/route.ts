import type { ProblemKind } from '@layers/domain/problem';
import type * as z from 'zod/mini';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a request may carry. Path parameters that break their schema are 404, everything else is 400. */
export interface RequestSchemas {
  readonly path?: z.core.$ZodObject;
  /** Query values arrive as strings; see `query.ts` for numbers and booleans. Unknown keys are refused. */
  readonly query?: z.core.$ZodObject;
  /** Names in lower case. Headers that the row does not name are let through unread. */
  readonly headers?: z.core.$ZodObject;
  readonly body?: z.core.$ZodType;
}

export interface ResponseRow {
  readonly description: string;
  /** Absent: the answer has no body. */
  readonly body?: z.core.$ZodType;
  /** Default `application/json`; any other media type is text. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Who may call, where tokens are checked. `owner`: the user whose id is in the path or the body. Absent: everybody.
 */
export type Access = 'owner' | { readonly scope: string };

/** One route as it is written: gateway, router, OpenAPI, docs and client are all made from it. */
export interface RouteRow {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly access?: Access;
  readonly request: RequestSchemas;
  readonly responses: Readonly<Record<number, ResponseRow>>;
  /** What can go wrong beside what every route can answer (see `layers/http/problem-catalogue.ts`). */
  readonly problems: readonly ProblemKind[];
}

export type Routes = Readonly<Record<string, RouteRow>>;

/** A row as it is written: schemas behind a function are built when they are first asked for, which no start does. */
type WrittenRow = Omit<RouteRow, Later> & { readonly [K in Later]: RouteRow[K] | (() => RouteRow[K]) };
type Later = 'request' | 'responses';

type BuiltRow<W extends WrittenRow> = Omit<W, Later> & {
  readonly [K in Later]: W[K] extends () => infer Built ? Built : W[K];
};

function once<T extends object>(made: T | (() => T)): () => T {
  let built = typeof made === 'function' ? undefined : made;
  return () => (built ??= (made as () => T)());
}

function built(row: WrittenRow): RouteRow {
  const [request, responses] = [once(row.request), once(row.responses)];
  return {
    ...row,
    get request() {
      return request();
    },
    get responses() {
      return responses();
    },
  };
}

/** A context's rows; the key of a row is its operation's name. */
export function routes<const W extends Readonly<Record<string, WrittenRow>>>(rows: W) {
  const all = Object.entries(rows).map(([operation, row]) => [operation, built(row)]);
  return Object.fromEntries(all) as { readonly [K in keyof W]: BuiltRow<W[K]> };
}

type Read<Q extends RequestSchemas, K extends keyof RequestSchemas> = Q[K] extends z.core.$ZodType
  ? z.output<Q[K]>
  : undefined;

/** A request after validation, with the types of its schemas. */
export interface Input<R extends RouteRow> {
  readonly path: Read<R['request'], 'path'>;
  readonly query: Read<R['request'], 'query'>;
  readonly headers: Read<R['request'], 'headers'>;
  readonly body: Read<R['request'], 'body'>;
}

type BodyOf<S extends ResponseRow> = S['body'] extends z.core.$ZodType ? z.input<S['body']> : undefined;

/** One of the answers that a row declares. */
export type Answer<R extends RouteRow> = {
  [S in keyof R['responses'] & number]: {
    readonly status: S;
    readonly headers?: Readonly<Record<string, string>>;
  } & (R['responses'][S]['body'] extends z.core.$ZodType
    ? { readonly body: BodyOf<R['responses'][S]> }
    : { readonly body?: undefined });
}[keyof R['responses'] & number];

/** A row's path as OpenAPI writes it, which has no word for a parameter of several segments. */
export const documentedPath = (path: string) => path.replace('+}', '}');
