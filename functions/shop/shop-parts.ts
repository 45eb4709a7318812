import type { MirroredGroup } from '@layers/domain/redundancy/transaction';
import type { Cursors } from '@layers/http/cursors';

/** What every handler of the shop works with; tests give their own. */
export interface ShopParts {
  readonly group: MirroredGroup;
  readonly cursors: Cursors;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}
