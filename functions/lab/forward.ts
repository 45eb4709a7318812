import { ApiProblem, makeClient } from '@layers/contract/client';
import { lab } from '@layers/contract/lab';
import { Problem, type ProblemKind, problemKinds } from '@layers/domain/problem';
import type { Handlers } from '@layers/http/serve';

const timeoutMs = 15_000;

/** A refusal of the fault API is the caller's to see; that it does not answer, too. */
function asProblem(error: unknown): Problem {
  const told = error instanceof ApiProblem ? error.problem : undefined;
  const kind = problemKinds.find((known): known is ProblemKind => known === told?.code);
  if (told !== undefined && kind !== undefined)
    return new Problem(kind, told.detail, { errors: told.errors ?? [] });
  const detail = 'The fault API does not answer. It belongs to npm start: is this system started by it?';
  return new Problem('unavailable', detail, { cause: error });
}

/** Every lab route, handed on as it came to the fault API of the emulator at `url`, which has the same rows. */
export function forwardHandlers(url: string | undefined): Handlers<typeof lab> {
  const client = makeClient(lab, { baseUrl: url ?? 'http://127.0.0.1:9', timeoutMs });
  const forward = Object.keys(lab).map((operation) => [
    operation,
    async (input: object) => {
      if (url === undefined) throw asProblem(undefined);
      try {
        const call = client[operation as keyof typeof lab] as (sent: object) => Promise<unknown>;
        const { path, body } = input as { path?: unknown; body?: unknown };
        const { status, body: answered } = (await call({ path, body })) as { status: number; body: unknown };
        return { status, body: answered };
      } catch (error) {
        throw asProblem(error);
      }
    },
  ]);
  return Object.fromEntries(forward) as Handlers<typeof lab>;
}
