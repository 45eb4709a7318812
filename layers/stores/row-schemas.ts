import type { Fields } from '@layers/domain/record-mapping';
import { fenceStages } from '@layers/domain/redundancy/rows';
import * as z from 'zod/mini';
import { versionFields } from './version-schema.ts';

const count = z.int().check(z.gte(0));
const partsMax = 100;
const id = z.string();

/** A record's header item. `entity` and its lines, or the image as text: inline, or in chunks. */
export const recordItem = z.lazy(() =>
  z.object({
    kind: z.literal('record'),
    ...versionFields(),
    mver: count,
    // Not a record schema: zod's leaves out a member named `__proto__`.
    entity: z.optional(z.custom<Fields>((value: unknown) => typeof value === 'object' && value !== null)),
    linesCount: z.optional(count.check(z.lte(partsMax))),
    text: z.optional(z.string()),
    chunksCount: z.optional(count.check(z.lte(partsMax))),
  }),
);

export const divergenceItem = z.lazy(() =>
  z.object({
    kind: z.literal('divergence'),
    id,
    store: z.string(),
    foundAtMs: count,
    chunksCount: count.check(z.lte(partsMax)),
  }),
);

/** Kinds that are one item, attribute by attribute. */
export const plainItems = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fence'), id, epoch: count, stage: z.enum(fenceStages) }),
    z.pipe(
      z.object({
        kind: z.literal('transaction'),
        id,
        epoch: count,
        keys: z.array(z.string()),
        committedAtMs: count,
        mirrored: z.boolean(),
        sent: z.boolean(),
        expiresAtMs: z.optional(count),
      }),
      z.transform((row) => ({ ...row, expiresAtMs: row.expiresAtMs })),
    ),
    z.object({
      kind: z.literal('idempotency'),
      id,
      payloadHash: z.string(),
      op: z.string(),
      answer: z.string(),
      expiresAtMs: count,
    }),
    z.object({ kind: z.literal('incarnation'), id, incarnation: z.string() }),
  ]),
);

/** A line of a record, or a chunk of its text. `stamp` tells to which version of its header it belongs. */
export const partItem = z.lazy(() =>
  z.object({ kind: z.literal('part'), stamp: z.string(), value: z.unknown() }),
);
