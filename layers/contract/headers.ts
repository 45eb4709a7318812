import * as z from 'zod/mini';

/** For the writes that may be repeated until their outcome is known. */
export const idempotencyKey = () =>
  z
    .optional(z.string().check(z.regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')))
    .check(
      z.meta({
        description: 'One name for one request: sent again within 24 hours, it gets the same answer.',
      }),
    );

export const ifMatch = () =>
  z
    .optional(
      z.string().check(z.regex(/^[\x20-\x7e]{1,200}$/, 'must be an ETag, or several joined by commas')),
    )
    .check(
      z.meta({ description: 'The ETag that the change was made on: another version is refused with 412.' }),
    );

export const writeHeaders = () => z.object({ 'idempotency-key': idempotencyKey() });
export const conditionalWriteHeaders = () =>
  z.object({ 'idempotency-key': idempotencyKey(), 'if-match': ifMatch() });

/** What answers carry, for a row's `headers`. */
export const mirrorHeader = {
  Mirror: 'synced, degraded or stale: whether what is answered is safe in both stores.',
};
export const etagHeader = { ETag: 'The version of the resource, for If-Match and If-None-Match.' };
export const linkHeader = { Link: 'rel="next", unless this is the last page.' };
export const locationHeader = { Location: 'The address of what was made.' };
