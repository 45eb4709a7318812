import type { Version } from '@layers/domain/redundancy/transaction';

/** Strong comparison of RFC 9110, 8.8.3.2: a weak tag matches nothing, `*` everything that is there. */
export function matchesStrongly(condition: string, etag: string): boolean {
  return condition.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);
}

/** `"<epoch>.<ver>"`. */
export const etagOf = ({ epoch, ver }: Version) => `"${epoch}.${ver}"`;

/**
 * `"<epoch>.<product ver>.<stock ver>"`, with the stock's own epoch before its version where the two differ: a version
 * number may come again in another epoch.
 */
export function productEtag({ product, stock }: { product: Version; stock: Version }): string {
  const stockPart = product.epoch === stock.epoch ? `${stock.ver}` : `${stock.epoch}.${stock.ver}`;
  return `"${product.epoch}.${product.ver}.${stockPart}"`;
}

/** What If-Match asks of a product, or nothing. */
export function productPrecondition(
  condition: string | undefined,
): ((current: { product: Version; stock: Version }) => boolean) | undefined {
  return condition === undefined ? undefined : (current) => matchesStrongly(condition, productEtag(current));
}
