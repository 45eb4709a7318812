import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiUrl } from '../setup/stack.ts';

/** The running system behind another address, which can be shut and guarded. */
export interface Gate {
  /** The API's address through it. */
  readonly apiUrl: string;
  /** Nobody answers from now on: connections are refused. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** @returns what is answered instead of the system; `undefined`: it may pass. */
type Guard = (
  asked: IncomingMessage,
) => Promise<{ status: number; headers: object; body: string } | undefined>;

const letPass: Guard = () => Promise.resolve(undefined);

function forward(asked: IncomingMessage, answer: ServerResponse): void {
  const { hostname, port } = new URL(apiUrl);
  const { method, url: path, headers } = asked;
  const sent = request({ hostname, port, method, path, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  sent.on('error', () => answer.destroy());
  asked.pipe(sent);
}

/** Whoever opens a gate shuts it. */
export async function openGate(guard: Guard = letPass): Promise<Gate> {
  const answer = async (asked: IncomingMessage, answering: ServerResponse) => {
    const refused = await guard(asked);
    if (refused === undefined) forward(asked, answering);
    else answering.writeHead(refused.status, { ...refused.headers }).end(refused.body);
  };
  const server = createServer((asked, answering) => void answer(asked, answering));
  let port = 0;
  const open = async () => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await open();
  const shut = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { apiUrl: `http://127.0.0.1:${port}${new URL(apiUrl).pathname}`, shut, open };
}
