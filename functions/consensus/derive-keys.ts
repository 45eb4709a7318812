import { deriveKey, publicKeyOf } from '@layers/http/derived-keys';
import type { ConsensusKeys } from './consensus-parts.ts';

/** The keys of a deployment from its one secret; each is derived once. */
function consensusKeysOf(seed: string): ConsensusKeys {
  const own = deriveKey(seed, 'consensus');
  const founders = new Map<string, ReturnType<ConsensusKeys['founder']>>();
  return {
    own,
    publicKey: publicKeyOf(own),
    founder: (name) => {
      const known = founders.get(name);
      if (known !== undefined) return known;
      const key = deriveKey(seed, `founder/${name}`);
      const made = { key, publicKey: publicKeyOf(key) };
      founders.set(name, made);
      return made;
    },
  };
}

/** Keys from a secret that is read now and again; derived anew only when it has changed. */
export function consensusKeys(readSeed: () => Promise<string>): () => Promise<ConsensusKeys> {
  let kept: { readonly seed: string; readonly keys: ConsensusKeys } | undefined;
  return async () => {
    const seed = await readSeed();
    if (kept?.seed !== seed) kept = { seed, keys: consensusKeysOf(seed) };
    return kept.keys;
  };
}
