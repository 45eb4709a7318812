import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { asksForItems, authorizationForItems } from '../localstack/lambda-runtime/item-requests.mjs';
import { type RawRequest, readAwsRequest } from './aws-request.ts';
import { effects } from './effects.ts';
import type { Faults } from './faults.ts';
import type { Places } from './places.ts';

const bodyBytesMax = 32 * 1024 * 1024;

export interface FaultProxyOptions {
  /** The port of the emulator on 127.0.0.1. */
  readonly emulatorPort: number;
  /** That of DynamoDB Local, which is asked for items itself. */
  readonly itemsPort: () => number | undefined;
  readonly faults: Faults;
  readonly places: () => Promise<Places>;
}

/**
 * Stands between the functions and the emulator while a fault is in force. It hands every request on as it came, its
 * Host included, unless a fault meets it.
 */
export function makeFaultProxy(options: FaultProxyOptions): Server {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    handOn(options, agent, incoming, response).catch(() => incoming.socket.destroy());
  });
  server.on('close', () => agent.destroy());
  return server;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > bodyBytesMax) throw new Error('A body of this size is none of ours.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function handOn(
  options: FaultProxyOptions,
  agent: Agent,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  const { method = 'GET', url: path = '/', headers } = incoming;
  const { before, dropsReply } = await meet(options, { method, path, headers, body });
  if (before === 'reset') incoming.socket.destroy();
  else if (typeof before === 'object')
    response.writeHead(before.status, { 'content-type': before.contentType }).end(before.body);
  else if (before === 'pass') {
    const reply = await forward({ method, path, agent, body, ...directed(options, incoming) });
    if (dropsReply) reply.resume().once('end', () => incoming.socket.destroy());
    else reply.pipe(response.writeHead(reply.statusCode ?? 502, reply.statusMessage, reply.rawHeaders));
  }
  // A hanging request stays open until its caller gives up.
}

/** What a request meets; what is none of the stores' meets nothing. */
async function meet({ faults, places }: FaultProxyOptions, raw: RawRequest) {
  const request = readAwsRequest(raw);
  const fault = request === undefined ? undefined : faults.meet(request, await places());
  if (request === undefined || fault === undefined) return { before: 'pass' as const, dropsReply: false };
  const { before, dropsReply } = effects[fault.kind];
  return { before: await before(fault, request), dropsReply };
}

/** Where a request goes, and with which headers: as from a function when no fault is in force. */
function directed({ emulatorPort, itemsPort }: FaultProxyOptions, { headers, rawHeaders }: IncomingMessage) {
  const port = asksForItems(headers['x-amz-target']) ? itemsPort() : undefined;
  if (port === undefined) return { port: emulatorPort, rawHeaders };
  const isAuthorization = (index: number) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization';
  return {
    port,
    rawHeaders: rawHeaders.map((text, index) =>
      isAuthorization(index) ? authorizationForItems(text) : text,
    ),
  };
}

interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly port: number;
  readonly agent: Agent;
  readonly body: Buffer;
  readonly rawHeaders: readonly string[];
}

async function forward({ method, path, port, agent, body, rawHeaders }: Forwarded) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({
      ...{ host: '127.0.0.1', port, method, path, agent, setHost: false },
      headers: withoutExpect(rawHeaders),
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The body is here already: nobody has to be asked whether it may come. */
function withoutExpect(rawHeaders: readonly string[]): string[] {
  return rawHeaders.flatMap((name, index) => {
    const isName = index % 2 === 0;
    return isName && name.toLowerCase() !== 'expect' ? [name, rawHeaders[index + 1] ?? ''] : [];
  });
}
