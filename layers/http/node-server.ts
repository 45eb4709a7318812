import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import type { Routes } from '@layers/contract/route';
import { Problem } from '@layers/domain/problem';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { makeLog } from './log.ts';
import { bodyBytesMax } from './parse-request.ts';
import { problemResponse } from './problem-response.ts';

type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

export interface NodeServer {
  readonly server: Server;
  /** Requests under way. */
  readonly load: () => number;
  /** Takes no more, and waits for those under way. */
  readonly drain: (withinMs: number) => Promise<void>;
}

/** As Lambda and its gateway have it. */
const requestMaxMs = 10_000;
const headerBytesMax = 16_384;
const silent = makeLog({}, () => undefined);

interface Route {
  readonly template: string;
  readonly pattern: RegExp;
}

function routesOf(rows: Routes): Route[] {
  const templates = new Set(Object.values(rows).map((row) => row.path));
  return [...templates].map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function findRoute(routes: readonly Route[], path: string) {
  for (const { template, pattern } of routes) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined && !pattern.test(path)) continue;
    const parameters = Object.entries(groups ?? {}).map(([name, value]) => [name, decoded(value)]);
    return { resource: template, pathParameters: Object.fromEntries(parameters) as Record<string, string> };
  }
  return { resource: '/{proxy+}', pathParameters: {} };
}

/** `undefined`: it was longer than a body may be. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // One byte more than allowed is enough for the handler to refuse it by its own rule.
    if (bytes > bodyBytesMax + 1) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const headersOf = (request: IncomingMessage) =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );

function queryOf(parameters: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
}

/** The event that API Gateway would make of a request. */
function eventOf(request: IncomingMessage, routes: readonly Route[], body: Buffer): APIGatewayProxyEvent {
  // What is no address has no route: it is answered 404 like any other.
  const url = URL.parse(request.url ?? '/', 'http://server') ?? new URL('http://server/%00');
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: request.method ?? 'GET',
    path: url.pathname,
    ...findRoute(routes, url.pathname),
    multiValueQueryStringParameters: queryOf(url.searchParams),
    headers: headersOf(request),
    body: body.byteLength === 0 ? null : body.toString('base64'),
    isBase64Encoded: true,
    requestContext: { requestId: randomUUID(), stage: '$default' } as APIGatewayProxyEvent['requestContext'],
  };
  return event as APIGatewayProxyEvent;
}

function contextOf(startedAtMs: number): Context {
  const context: Partial<Context> = {
    getRemainingTimeInMillis: () => Math.max(0, startedAtMs + requestMaxMs - performance.now()),
  };
  return context as Context;
}

async function answer(
  handler: LambdaHandler,
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const body = await readBody(request);
  // Too long to be worth reading to its end: the handler says so, and the connection is closed.
  const event = eventOf(request, routes, body ?? Buffer.alloc(bodyBytesMax + 1));
  const { statusCode, headers = {}, body: text } = await handler(event, contextOf(performance.now()));
  if (body === undefined) response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.writeHead(statusCode).end(request.method === 'HEAD' ? undefined : text);
}

/** A request that is no HTTP (two lengths, a header too many, nothing at all in time) gets a problem like any other. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem('payload-too-large', `The headers have more than ${headerBytesMax} bytes.`)
      : new Problem('invalid-request', 'The request is not HTTP that can be read.');
  const { statusCode, headers, body } = problemResponse(problem, randomUUID(), '/', silent);
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('');
  socket.end(`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n${head}\r\n${body}`);
}

/** Serves a Lambda handler over plain node:http, under the same limits. */
export function makeNodeServer(
  handler: LambdaHandler,
  rows: Routes,
  onFailure: (error: unknown) => void,
): NodeServer {
  const routes = routesOf(rows);
  let load = 0;
  const server = createServer(
    { maxHeaderSize: headerBytesMax, requestTimeout: requestMaxMs, headersTimeout: requestMaxMs / 2 },
    (request, response) => {
      load += 1;
      response.once('close', () => {
        load -= 1;
      });
      answer(handler, routes, request, response).catch((error: unknown) => {
        onFailure(error);
        response.destroy();
      });
    },
  );
  server.on('clientError', refuse);
  const drain = async (withinMs: number) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const impatient = setTimeout(() => server.closeAllConnections(), withinMs);
    await closed;
    clearTimeout(impatient);
  };
  return { server, load: () => load, drain };
}
