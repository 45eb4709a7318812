import { randomBytes } from 'node:crypto';

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * A W3C trace context: the caller's trace goes on under a span of ours, a missing or broken one is made anew.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(received: string | undefined): string {
  const match = pattern.exec(received ?? '');
  const known = match !== null && !/^0+$/.test(match[1] ?? '') && !/^0+$/.test(match[2] ?? '');
  const trace = known ? match[1] : randomBytes(16).toString('hex');
  const flags = known ? match[3] : '01';
  return `00-${trace}-${randomBytes(8).toString('hex')}-${flags}`;
}
