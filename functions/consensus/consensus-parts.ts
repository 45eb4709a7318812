import type { KeyObject } from 'node:crypto';
import type { AssessedDataset } from '@layers/contract/consensus-bodies';
import type { StakeBook } from '@layers/domain/consensus/stakes';
import type { ModelCatalogue } from '@layers/domain/models/predictor';
import type { MirroredGroup } from '@layers/domain/redundancy/transaction';
import type { OutboundRules } from '@layers/http/outbound-address';
import type { InvokeFunction } from '@layers/stores/invoke-function';

/** The keys that the deployment derives from its one secret. */
export interface ConsensusKeys {
  /** Signs the calls that members get. */
  readonly own: KeyObject;
  readonly publicKey: string;
  /** Of one of the deployment's own models. */
  readonly founder: (name: string) => { readonly key: KeyObject; readonly publicKey: string };
}

/** What the deployment's own models are known by, and closing what is late works with; tests give their own. */
export interface ClosingParts {
  /** Cards alone are read: arguments, labels and scales of the data sets. */
  readonly catalogue: ModelCatalogue;
  readonly consensus: MirroredGroup;
  readonly predictions: MirroredGroup;
  readonly keys: () => Promise<ConsensusKeys>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** What every handler of the consensus works with. */
export interface ConsensusParts extends ClosingParts {
  /** Of rows out of fold, by `npm run assess -- --write`; a data set that was brought later has none. */
  readonly readAssessed: () => readonly AssessedDataset[];
  /** Answers for the deployment's own models of a data set. */
  readonly askFounders: InvokeFunction;
  readonly outbound: OutboundRules;
  /** Signs outcomes; Ed25519, 32 bytes in base64url. `undefined`: nobody may. */
  readonly oracleKey: string | undefined;
  readonly stakes: StakeBook;
  /** 128 random bits in base64url. */
  readonly newSalt: () => string;
}
