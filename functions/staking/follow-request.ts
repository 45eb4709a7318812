import { readQueue } from '@layers/domain/predictions/predictions';
import { Problem } from '@layers/domain/problem';
import { type ClaimKind, claimPaths, followClaim, operatorKinds } from '@layers/domain/staking/claims';
import { appendEntry } from '@layers/domain/staking/keep-books';
import { digestOf } from '@layers/http/claims';
import { verifyRequest } from '@layers/http/signed-request';
import type { StakingParts } from './staking-parts.ts';

interface SignedRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: { readonly 'tandem-signature': string };
}

function signerOf({ operatorKey }: StakingParts, kind: ClaimKind, { body }: SignedRequest): string {
  if (!operatorKinds.has(kind)) return String(body.publicKey);
  if (operatorKey !== undefined) return operatorKey;
  throw new Problem('forbidden', 'This deployment has no operator. Deploy it with -c operatorPublicKey=….');
}

/** Predictions that were opened before the books were count for nothing. */
async function firstPlace(parts: StakingParts, kind: ClaimKind, { body }: SignedRequest): Promise<number> {
  if (kind !== 'open') return 1;
  return (await readQueue(parts.predictions, String(body.dataset))).opened + 1;
}

/** The handler of a signed request that becomes an entry of the ledger, with its signature for everybody to check. */
export function followRequest(parts: StakingParts, kind: ClaimKind) {
  return async (input: SignedRequest) => {
    const [nowMs, signer] = [parts.now(), signerOf(parts, kind, input)];
    const { body } = input;
    const header = input.headers['tandem-signature'];
    const signedAtMs = verifyRequest(signer, { method: 'POST', path: claimPaths[kind], body }, header, nowMs);
    const [, signature = ''] = header.split('ed25519=');
    const claim = { signer, signedAtMs, signature, body: { ...body } };
    const fromPlace = await firstPlace(parts, kind, input);
    const { seq, mirror } = await appendEntry(parts.ledger, {
      step: (books) => followClaim(books, kind, claim, fromPlace),
      at: new Date(nowMs).toISOString(),
      hash: digestOf,
    });
    return { status: 201, headers: { Mirror: mirror }, body: { seq: seq ?? 0 } } as const;
  };
}
