import type { staking } from '@layers/contract/staking';
import type { Handlers } from '@layers/http/serve';
import { followRequest } from './follow-request.ts';
import { listLedger, readRoundEvidence, readStakingAccount, readSupply } from './read-books.ts';
import { settleRounds } from './settle-rounds.ts';
import type { StakingParts } from './staking-parts.ts';

export function stakingHandlers(parts: StakingParts): Handlers<typeof staking> {
  return {
    readStakingAccount: readStakingAccount(parts),
    listLedger: listLedger(parts),
    readSupply: readSupply(parts),
    readRoundEvidence: readRoundEvidence(parts),
    openBooks: followRequest(parts, 'open'),
    deposit: followRequest(parts, 'deposit'),
    stake: followRequest(parts, 'stake'),
    leaveStake: followRequest(parts, 'leave'),
    withdraw: followRequest(parts, 'withdraw'),
    settleRounds: settleRounds(parts),
  };
}
