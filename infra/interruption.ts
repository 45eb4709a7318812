const asked = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborted when this process is asked to end (Ctrl-C, kill, its terminal is closed), so that it can put right what it
 * began. Asked a second time, it ends at once.
 */
export function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const signal of asked) process.once(signal, () => stop.abort());
  return stop.signal;
}

/** Resolves once the signal is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
