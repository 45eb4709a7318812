import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Given {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** An API of one's own: `answer` says what comes back; `undefined` hangs up, `silent` never answers. */
export class AnsweringApi {
  readonly asked: Asked[] = [];
  private readonly server: Server;

  constructor(answer: (asked: Asked) => Given | 'silent' | undefined) {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const asked = { method, url, headers, body };
        this.asked.push(asked);
        const given = answer(asked);
        if (given === 'silent') return;
        if (given === undefined) {
          response.destroy();
          return;
        }
        const problem = given.status >= 400 ? 'application/problem+json' : 'application/json';
        response.writeHead(given.status, { 'content-type': problem, ...given.headers });
        response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export const problemOf = (status: number, code: string) => ({
  status,
  body: { type: `/errors/${code}`, title: code, status, detail: `It is ${code}.`, code, requestId: 'r1' },
});
