import { ApiProblem, makeClient } from './client.ts';
import { registry } from './registry.ts';

interface LiveServer {
  readonly url: string;
  readonly id: string;
}

export interface FailoverOptions {
  /** The API whose registry is asked for servers. */
  readonly registryUrl: string;
  /** The server that the client has been using: tried before the registry is asked. */
  readonly first?: LiveServer;
  /** Attempts at servers and the registry together. */
  readonly attemptsMax: number;
  readonly pauseMs: number;
  readonly timeoutMs: number;
  readonly onAttempt?: (attempt: { server: string; id: string; failure: string | undefined }) => void;
}

/** As many as the registry takes at once. */
const excludedMax = 10;

/** Nobody answered, or an answer that says nothing of the request: it may be sent again. */
const isServersFault = (error: unknown) => !(error instanceof ApiProblem) || error.status >= 500;

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Sends a request to a server that the registry names, and to another one where that fails. `send` must be safe to
 * repeat: a read, or a write with the same Idempotency-Key each time, since a failed attempt may have happened.
 * @throws the last failure, after `attemptsMax`; at once whatever is the request's own fault.
 */
export async function sendToLiveServer<T>(
  options: FailoverOptions,
  send: (server: LiveServer) => Promise<T>,
): Promise<T> {
  const registryClient = makeClient(registry, { baseUrl: options.registryUrl, timeoutMs: options.timeoutMs });
  const ask = async (failed: ReadonlySet<string>): Promise<LiveServer> => {
    const query = failed.size === 0 ? {} : { exclude: [...failed].slice(-excludedMax).join(',') };
    const { server, id } = (await registryClient.getServer({ query })).body;
    return { url: server, id };
  };
  const failed = new Set<string>();
  let last: unknown;
  for (let attempt = 0; attempt < options.attemptsMax; attempt += 1) {
    try {
      const server = (attempt === 0 ? options.first : undefined) ?? (await ask(failed));
      const done = await attemptAt(options, server, send);
      if ('answer' in done) return done.answer;
      last = done.failure;
      failed.add(server.id);
    } catch (error) {
      if (!isServersFault(error)) throw error;
      // Nobody else is left: those that failed may be back.
      last = error;
      failed.clear();
    }
    await pause(options.pauseMs);
  }
  throw last;
}

async function attemptAt<T>(
  { onAttempt }: FailoverOptions,
  server: LiveServer,
  send: (server: LiveServer) => Promise<T>,
): Promise<{ answer: T } | { failure: unknown }> {
  const report = (failure?: string) => onAttempt?.({ server: server.url, id: server.id, failure });
  try {
    const answer = await send(server);
    report();
    return { answer };
  } catch (error) {
    if (!isServersFault(error)) throw error;
    report(describe(error));
    return { failure: error };
  }
}
