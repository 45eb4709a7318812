import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that answers as a test says, after it has read the request whole. */
export class AnsweringServer {
  answer: Answer = (_request, response) => response.end();
  requests = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.requests += 1;
      request.resume();
      request.on('end', () => this.answer(request, response));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** DynamoDB's form of an error, with its status. */
export function json(status: number, type: string, body: object = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...body }),
    );
  };
}

/** S3's form of an error. */
export function xml(status: number, code: string): Answer {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  };
}

export const hang: Answer = () => undefined;
export const reset: Answer = (request) => request.socket.resetAndDestroy();
export const garbage: Answer = (_request, response) => response.end('<html>');

/** Headers and half a body, then nothing. */
export const stall: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000', etag: '"0"', 'content-type': 'application/json' });
  response.write('{"kind":');
};
