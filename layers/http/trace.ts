import { AsyncLocalStorage } from 'node:async_hooks';
import { randomText } from './random.ts';

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * A W3C trace context: the caller's trace goes on under a span of ours, a missing or broken one is made anew.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(received: string | undefined): string {
  const match = pattern.exec(received ?? '');
  const known = match !== null && !/^0+$/.test(match[1] ?? '') && !/^0+$/.test(match[2] ?? '');
  // Drawn at once: two draws cost twice as much.
  const drawn = randomText(24, 'hex');
  const trace = known ? match[1] : drawn.slice(16);
  const flags = known ? match[3] : '01';
  return `00-${trace}-${drawn.slice(0, 16)}-${flags}`;
}

/** The part of a traceparent that all spans of one trace share: what log lines carry. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

const current = new AsyncLocalStorage<string>();

/** Runs something under a trace; requests that are served side by side keep theirs apart. */
export const runInTrace = <T>(traceparent: string, run: () => T): T => current.run(traceparent, run);

/** The traceparent of what is running, for whoever passes it on; `undefined` outside any request. */
export const currentTrace = (): string | undefined => current.getStore();
