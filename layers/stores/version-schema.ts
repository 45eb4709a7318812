import type { KeyedWrite, RecordVersion } from '@layers/domain/redundancy/record';
import * as z from 'zod/mini';

const count = z.int().check(z.gte(0));

export const keyedWriteSchema = z.lazy(
  () =>
    z.object({
      id: z.string(),
      payloadHash: z.string(),
      op: z.string(),
      answer: z.string(),
      expiresAtMs: count,
    }) satisfies z.core.$ZodType<KeyedWrite>,
);

/** A version's own fields, whatever its image is stored as. */
export const versionFields = () => ({
  id: z.string().check(z.minLength(1)),
  epoch: count,
  ver: count,
  op: z.string(),
  prevOp: z.optional(z.string()),
  deleted: z.boolean(),
  hash: z.string(),
  keyedWrites: z._default(z.array(keyedWriteSchema), []),
});

/** A whole version as plain JSON. */
export const versionSchema = z.lazy(() =>
  z.pipe(
    z.object({ ...versionFields(), image: z.string() }),
    z.transform((version): RecordVersion => ({ ...version, prevOp: version.prevOp })),
  ),
);
