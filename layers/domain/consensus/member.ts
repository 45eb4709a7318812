import * as z from 'zod/mini';
import { modelName } from '../models/card.ts';

/** Also a segment of a record's id: words of a-z and 0-9 joined by hyphens. */
export const memberName = modelName.check(z.maxLength(60));

/** Ed25519, 32 bytes in base64url. */
export const publicKey = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

/** SHA-256 in base64url. */
export const digest = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));

/** Ed25519, 64 bytes in base64url. */
export const signature = z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/));

/** `plain`: answers GET /predict. `committed`: answers POST /commit and POST /reveal, and may hold stake. */
export const protocols = ['plain', 'committed'] as const;
export type Protocol = (typeof protocols)[number];

/** A model behind a URL that answers the standard answer. Its name belongs to its key for good. */
export const memberEntity = z.lazy(() =>
  z.looseObject({
    name: memberName,
    dataset: modelName,
    url: z.string().check(z.minLength(1), z.maxLength(500)),
    /** Asked for by name where the URL serves several. */
    model: z.optional(modelName),
    publicKey,
    protocol: z.enum(protocols),
    state: z.enum(['joined', 'left']),
    joinedAt: z.iso.datetime(),
    /** Of the newest request that its key signed; older ones are refused. */
    signedAtMs: z.int().check(z.gte(0)),
  }),
);

export type MemberEntity = z.output<typeof memberEntity>;

export const memberKey = (dataset: string, name: string) => `members/${dataset}/${name}`;
