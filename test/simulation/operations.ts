import type { MirrorState, Version } from '@layers/domain/redundancy/transaction';

/** A value of a record, or `undefined` where there is none. Every value is written by one operation only. */
export type Value = string | undefined;

/** One call of a client, from its sending to its answer, with what a checker needs to judge it. */
export interface Operation {
  readonly id: number;
  readonly client: string;
  readonly kind: 'read' | 'write' | 'list';
  readonly keys: readonly string[];
  readonly idempotencyKey: string | undefined;
  readonly invokedAtMs: number;
  returnedAtMs: number;
  /** `refused`: surely without effect. `unknown`: crashed, or answered so. */
  outcome: 'ok' | 'refused' | 'unknown';
  mirror: MirrorState | undefined;
  /** What was read; of a write, what each of its attempts decided upon, the last one last. */
  readonly views: Map<string, Value>[];
  /** Of a write: what each attempt would put there, and in which version. */
  readonly changes: Map<string, Value>[];
  readonly versions: Map<string, Version>[];
  /** A replayed answer belongs to an earlier attempt, which one cannot be told. */
  replayed: boolean;
  readonly answers: string[];
  /** Revision of the control row that was believed, and the one in force, when it was acknowledged. */
  believedRevision: number;
}

export function createOperation(
  fields: Pick<Operation, 'id' | 'client' | 'kind' | 'keys' | 'idempotencyKey' | 'invokedAtMs'>,
): Operation {
  return {
    ...fields,
    returnedAtMs: Number.POSITIVE_INFINITY,
    outcome: 'unknown',
    mirror: undefined,
    views: [],
    changes: [],
    versions: [],
    replayed: false,
    answers: [],
    believedRevision: 0,
  };
}
