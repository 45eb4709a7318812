import { canonicalJson } from '../canonical-json.ts';

/**
 * What a commitment is the SHA-256 of. It binds the key, so that nobody can hand in another's; and the prediction, so
 * that none can be used again. Canonical JSON has one text for these four and no other.
 */
export function commitmentText(bound: {
  /** As it was sent: a signed answer that is none is a fault that can be proven. */
  readonly answer: unknown;
  readonly key: string;
  readonly predictionId: string;
  /** At least 128 random bits in base64url. */
  readonly salt: string;
}): string {
  return canonicalJson(bound);
}

/** What a member signs when it commits. */
export function commitText(claim: { readonly commitment: string; readonly predictionId: string }): string {
  return canonicalJson({ claim: 'commit', ...claim });
}

/** What a member signs when it reveals: two of these for one prediction prove a fault. */
export function revealText(claim: {
  readonly answer: unknown;
  readonly predictionId: string;
  readonly salt: string;
}): string {
  return canonicalJson({ claim: 'reveal', ...claim });
}

/** What the oracle signs. Sending it again changes nothing: the first outcome wins. */
export function outcomeText(claim: {
  readonly predictionId: string;
  readonly truth: string | number;
}): string {
  return canonicalJson({ claim: 'outcome', ...claim });
}
