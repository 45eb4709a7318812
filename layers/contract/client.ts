import * as z from 'zod/mini';
import type { RouteRow, Routes } from './route.ts';

type Schemas<R extends RouteRow> = R['request'];

/** What a call sends, with the types of the row's schemas. Numbers and booleans in a query are written as they are. */
export type Sent<R extends RouteRow> = (Schemas<R>['path'] extends z.core.$ZodType
  ? { readonly path: z.input<Schemas<R>['path']> }
  : { readonly path?: never }) &
  (Schemas<R>['query'] extends z.core.$ZodType
    ? {
        readonly query?: {
          readonly [K in keyof z.input<Schemas<R>['query']>]?: string | number | boolean | undefined;
        };
      }
    : { readonly query?: never }) &
  (Schemas<R>['headers'] extends z.core.$ZodType
    ? { readonly headers?: Partial<z.input<Schemas<R>['headers']>> }
    : { readonly headers?: never }) &
  (Schemas<R>['body'] extends z.core.$ZodType
    ? { readonly body: z.input<Schemas<R>['body']> }
    : { readonly body?: never });

/** An answer that the row declares, its body checked against the row's schema. */
export type Received<R extends RouteRow> = {
  [S in keyof R['responses'] & number]: {
    readonly status: S;
    readonly headers: Headers;
    readonly body: R['responses'][S]['body'] extends z.core.$ZodType
      ? z.output<R['responses'][S]['body']>
      : undefined;
  };
}[keyof R['responses'] & number];

type Call<R extends RouteRow> =
  Record<string, never> extends Sent<R>
    ? (sent?: Sent<R>) => Promise<Received<R>>
    : (sent: Sent<R>) => Promise<Received<R>>;

export type Client<R extends Routes> = { readonly [K in keyof R]: Call<R[K]> };

type Fields = Readonly<Record<string, string>>;

export interface ClientOptions {
  /** Of the API, without a slash at its end. */
  readonly baseUrl: string;
  /** Sent with every request, as `authorization`; a function where they change. */
  readonly headers?: Fields | (() => Fields);
  readonly timeoutMs?: number;
}

const timeoutUnlessToldMs = 15_000;

const problemShape = z.lazy(() =>
  z.looseObject({
    code: z.string(),
    status: z.int(),
    title: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.optional(z.array(z.object({ pointer: z.string(), detail: z.string() }))),
  }),
);

/** An answer that the row does not declare: the API's problem, or what else came instead. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly headers: Headers;
  /** `undefined` if what came was no problem of this API. */
  readonly problem: z.output<typeof problemShape> | undefined;

  constructor(operation: string, status: number, headers: Headers, text: string) {
    const problem = problemShape.safeParse(parseJson(text)).data;
    super(`${operation}: ${status} ${problem?.code ?? ''} ${problem?.detail ?? text.slice(0, 200)}`);
    this.status = status;
    this.headers = headers;
    this.problem = problem;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

interface Loose {
  readonly path?: Values;
  readonly query?: Values;
  readonly headers?: Values;
  readonly body?: unknown;
}

function addressOf(baseUrl: string, row: RouteRow, { path = {}, query = {} }: Loose): string {
  const filled = row.path.replace(/\{(\w+)\+?\}/g, (_all, name: string) =>
    encodeURIComponent(String(path[name])),
  );
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  return `${baseUrl}${filled}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`;
}

const headersOf = ({ headers = {}, body }: Loose): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ),
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
});

async function call(options: ClientOptions, operation: string, row: RouteRow, sent: Loose) {
  const { headers } = options;
  const answer = await fetch(addressOf(options.baseUrl, row, sent), {
    method: row.method,
    headers: { ...(typeof headers === 'function' ? headers() : headers), ...headersOf(sent) },
    redirect: 'error',
    signal: AbortSignal.timeout(options.timeoutMs ?? timeoutUnlessToldMs),
    ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
  });
  return readAnswer(operation, row, answer.status, answer.headers, await answer.text());
}

function readAnswer(operation: string, row: RouteRow, status: number, headers: Headers, text: string) {
  const declared = row.responses[status];
  if (declared === undefined || headers.get('content-type')?.includes('problem+json') === true)
    throw new ApiProblem(operation, status, headers, text);
  const json = (declared.mediaType ?? 'application/json').endsWith('json');
  return { status, headers, body: declared.body && z.parse(declared.body, json ? parseJson(text) : text) };
}

/**
 * A client made of the contract's rows: one function an operation, what it sends and receives typed and checked by them.
 * @throws ApiProblem for problems, ZodError for an answer that breaks the contract, Error if none came in time.
 */
export function makeClient<const R extends Routes>(rows: R, options: ClientOptions): Client<R> {
  const calls = Object.entries(rows).map(([operation, row]) => [
    operation,
    (sent: Loose = {}) => call(options, operation, row, sent),
  ]);
  return Object.fromEntries(calls) as Client<R>;
}
