import { Problem } from '@layers/domain/problem';
import type { APIGatewayProxyEvent } from 'aws-lambda';

/** As API Gateway has it for all header lines together; a server of another kind must not be laxer. */
const headerBytesMax = 10_240;
const pathBytesMax = 1_024;

/** @throws Problem `payload-too-large` naming the limit. */
export function checkLimits(event: Pick<APIGatewayProxyEvent, 'headers' | 'path'>): void {
  const headers: Readonly<Record<string, unknown>> = event.headers;
  const headerBytes = Object.entries(headers).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)) + 4,
    0,
  );
  if (headerBytes > headerBytesMax)
    throw new Problem(
      'payload-too-large',
      `The headers have ${headerBytes} bytes; at most ${headerBytesMax} are taken.`,
    );
  if (Buffer.byteLength(event.path) > pathBytesMax)
    throw new Problem('payload-too-large', `The path has more than ${pathBytesMax} bytes.`);
}
