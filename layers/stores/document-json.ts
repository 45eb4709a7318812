import { canonicalJson } from '@layers/domain/canonical-json';
import { canonicalObject } from '@layers/domain/record-mapping';
import type { DocumentBody } from '@layers/domain/redundancy/documents';
import type { RecordVersion } from '@layers/domain/redundancy/record';
import * as z from 'zod/mini';
import { versionFields } from './version-schema.ts';

/**
 * A version as it stands in a document: the entity as a JSON object, so that a document can be read by anyone, or its
 * image as text where that is no object in canonical form. A tombstone has neither.
 */
const versionDocument = z.lazy(() =>
  z.pipe(
    z.object({
      ...versionFields(),
      // Not a record schema: zod's leaves out a member named `__proto__`.
      entity: z.optional(z.custom<object>((value: unknown) => typeof value === 'object' && value !== null)),
      image: z.optional(z.string()),
    }),
    z.transform(({ entity, image, ...version }): RecordVersion => {
      const text = entity === undefined ? (image ?? '') : canonicalJson(entity);
      return { ...version, prevOp: version.prevOp, image: text };
    }),
  ),
);

const documentSchema = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('record'), record: versionDocument }),
    z.object({
      kind: z.literal('journal'),
      op: z.string(),
      committedAtMs: z.int(),
      records: z.array(versionDocument),
    }),
    z.object({ kind: z.literal('closed'), acceptedOps: z.array(z.string()) }),
    z.object({ kind: z.literal('incarnation'), incarnation: z.string() }),
  ]),
);

function fromVersion({ image, ...version }: RecordVersion): object {
  const entity = canonicalObject(image);
  return entity === undefined
    ? { ...version, image: image === '' ? undefined : image }
    : { ...version, entity };
}

/** The canonical text of a document: the same version has the same bytes, and so the same ETag, wherever it is made. */
export function documentText(body: DocumentBody): string {
  if (body.kind === 'record') return canonicalJson({ ...body, record: fromVersion(body.record) });
  if (body.kind === 'journal') return canonicalJson({ ...body, records: body.records.map(fromVersion) });
  return canonicalJson(body);
}

/** @throws Error for a text that is none of this project's documents. */
export function parseDocument(text: string): DocumentBody {
  return documentSchema.parse(JSON.parse(text));
}
