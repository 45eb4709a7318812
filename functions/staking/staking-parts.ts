import type { ModelCatalogue } from '@layers/domain/models/predictor';
import type { MirroredGroup } from '@layers/domain/redundancy/transaction';

/** What the settlement works with; tests give their own. */
export interface SettlingParts {
  readonly ledger: MirroredGroup;
  readonly consensus: MirroredGroup;
  readonly predictions: MirroredGroup;
  /** Cards alone are read: labels and scales of losses. */
  readonly catalogue: ModelCatalogue;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** What every handler of the stakes works with. */
export interface StakingParts extends SettlingParts {
  /** Who credits deposits; Ed25519, 32 bytes in base64url. `undefined`: nobody may. */
  readonly operatorKey: string | undefined;
}
