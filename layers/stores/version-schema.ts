import type { KeyedWrite, RecordVersion } from '@layers/domain/redundancy/record';
import * as z from 'zod';

const count = z.int().min(0);

export const keyedWriteSchema = z.object({
  id: z.string(),
  payloadHash: z.string(),
  op: z.string(),
  answer: z.string(),
  expiresAtMs: count,
}) satisfies z.ZodType<KeyedWrite>;

/** A version's own fields, whatever its image is stored as. */
export const versionFields = {
  id: z.string().min(1),
  epoch: count,
  ver: count,
  op: z.string(),
  prevOp: z.string().optional(),
  deleted: z.boolean(),
  hash: z.string(),
  keyedWrites: z.array(keyedWriteSchema).default([]),
};

/** A whole version as plain JSON. */
export const versionSchema = z
  .object({ ...versionFields, image: z.string() })
  .transform((version): RecordVersion => ({ ...version, prevOp: version.prevOp }));
