import type { DiffRecord } from '@layers/domain/redundancy/log';

/** What was found, as the log keeps it. */
export function diffOf(
  atMs: number,
  found: { compared: number; differing: readonly string[]; behind?: number; repaired: number },
): DiffRecord {
  const { compared, differing, behind = 0, repaired } = found;
  return { atMs, compared, differing: differing.length, behind, repaired, ids: differing.slice(0, 20) };
}

/** As the contract shows it. */
export const diffBody = ({ atMs, ids, ...counts }: DiffRecord) => ({
  at: new Date(atMs).toISOString(),
  ...counts,
  ids: [...ids],
});
