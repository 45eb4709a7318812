import { canonicalJson } from '../canonical-json.ts';
import type { MemberStatus } from '../consensus/compose.ts';
import type { CommitsEntity, RevealsEntity } from '../consensus/evidence.ts';
import { lossOf } from '../consensus/loss.ts';
import { pointOf, scaleOf, truthOf } from '../consensus/tally.ts';
import type { Prediction } from '../models/answer.ts';
import type { ModelCard } from '../models/card.ts';
import type { OutcomeEntity, PredictionEntity } from '../predictions/prediction.ts';
import { insuranceAccount, settledAccount, stakeAccount } from './accounts.ts';
import { type Books, datasetOf, type Posting, type Step, stakeOf } from './books.ts';
import type { DatasetBooks } from './ledger.ts';
import { bondOf, correlationRounds, roundPredictions, unlockRounds } from './rules.ts';
import { type Fault, slash } from './slashing.ts';
import { quantiseLoss, settleWagers } from './wagering.ts';

/** Everything that a settlement follows from, for one prediction. */
export interface PredictionEvidence {
  readonly prediction: PredictionEntity;
  readonly outcome: OutcomeEntity | undefined;
  readonly commits: CommitsEntity | undefined;
  /** `undefined`: nobody was asked to reveal, or there was no quorum. Nobody is at fault for that. */
  readonly reveals: RevealsEntity | undefined;
}

/** A round that is over: its predictions in order, all closed. */
export interface RoundEvidence {
  readonly dataset: string;
  readonly fromPlace: number;
  readonly predictions: readonly PredictionEvidence[];
}

/** What each way of not answering proves; the deployment's own models are asked by the system and at fault for nothing. */
const faultOfStatus: Readonly<Record<MemberStatus, Fault | undefined>> = {
  answered: undefined,
  late: 'absent',
  unreachable: 'absent',
  refused: 'absent',
  redirected: 'absent',
  'too-large': 'absent',
  'not-json': 'absent',
  unsigned: 'absent',
  invalid: 'invalid',
  mismatch: 'mismatch',
};

/** What was revealed by a key, if it was asked and bound itself by a commitment. */
function faultOf({ commits, reveals }: PredictionEvidence, key: string): Fault | undefined {
  const asked = commits?.members.find((each) => each.key === key);
  if (asked === undefined || reveals === undefined || asked.founder || asked.protocol === 'plain')
    return undefined;
  const revealed = reveals.members.find((each) => each.key === key);
  return faultOfStatus[revealed?.status ?? 'unreachable'];
}

/** Its answer: of whoever was committed, and of nobody else. */
function answerOf({ commits, reveals }: PredictionEvidence, key: string): Prediction | undefined {
  const asked = commits?.members.find((each) => each.key === key);
  const revealed = reveals?.members.find((each) => each.key === key);
  return asked?.protocol === 'committed' && revealed?.status === 'answered' ? revealed.answer : undefined;
}

/** Its loss, where there is an outcome and an answer. */
function rowLoss(card: ModelCard, evidence: PredictionEvidence, key: string): bigint | undefined {
  const answer = answerOf(evidence, key);
  if (evidence.outcome === undefined || answer === undefined) return undefined;
  const truth = truthOf(card, evidence.outcome.truth);
  return quantiseLoss(lossOf(scaleOf(card), pointOf(card, answer), truth));
}

const isJudged = ({ prediction, outcome }: PredictionEvidence) =>
  prediction.closed?.as === 'judged' && outcome !== undefined;

/** Whether a round can be settled: 20 closed predictions, or fewer when the first was opened a day ago. */
export function isOver(predictions: readonly PredictionEntity[], nowMs: number, roundMs: number): boolean {
  const [first] = predictions;
  if (first === undefined || predictions.some(({ closed }) => closed === undefined)) return false;
  return predictions.length >= roundPredictions || nowMs - Date.parse(first.openedAt) >= roundMs;
}

interface Change {
  readonly key: string;
  readonly stake: bigint;
  readonly deposit: bigint;
  readonly wagers: boolean;
}

function membersAtStake(books: Books, game: DatasetBooks, dataset: string): readonly Change[] {
  return Object.entries(game.members)
    .filter(([, { state }]) => state !== 'ejected')
    .map(([key, { deposit, state }]) => ({
      key,
      stake: stakeOf(books, dataset, key),
      deposit: BigInt(deposit),
      wagers: state === 'staked',
    }));
}

/** Slashing, then wagers: what each has at stake after it, what insurance gets, who is put out. */
function settleStakes(
  card: ModelCard,
  game: DatasetBooks,
  members: readonly Change[],
  evidence: RoundEvidence,
) {
  const judged = members.map((member) => {
    const found = evidence.predictions.map((each) => faultOf(each, member.key));
    const faults = new Set(found.filter((fault) => fault !== undefined));
    const answered = evidence.predictions.some((each) => answerOf(each, member.key) !== undefined);
    return { ...member, faults, answered };
  });
  const slashing = slash(judged, {
    mismatchedBefore: game.mismatched.reduce((sum, each) => sum + BigInt(each), 0n),
    stakeAtStart: members.reduce((sum, { stake }) => sum + stake, 0n),
  });
  const slashed = members.map((member) => ({
    ...member,
    stake: member.stake + (slashing.rewards.get(member.key) ?? 0n) - (slashing.taken.get(member.key) ?? 0n),
  }));
  const rows = evidence.predictions.filter(isJudged);
  const won = settleWagers(
    slashed
      .filter(({ wagers }) => wagers)
      .map(({ key, stake, deposit }) => ({
        key,
        stake,
        bond: bondOf(deposit),
        losses: rows.map((row) => rowLoss(card, row, key)),
      })),
  );
  const after = slashed.map((member) => {
    const stake = member.stake + (won.get(member.key) ?? 0n);
    return { ...member, stake, ejected: slashing.ejected.has(member.key) || stake < bondOf(member.deposit) };
  });
  return { after, slashing };
}

/** Members after the round: who is put out, and whose stake is his own again. */
function turnOver(game: DatasetBooks, round: number, ejected: ReadonlySet<string>) {
  const members = Object.entries(game.members).map(([key, member]): [string, typeof member] => {
    const put = ejected.has(key) && member.state !== 'ejected';
    return [key, put ? { ...member, state: 'ejected', unlockRound: round + unlockRounds } : member];
  });
  const unlocked = members.filter(([, { unlockRound }]) => unlockRound !== undefined && unlockRound <= round);
  const gone = new Set(unlocked.filter(([, { state }]) => state === 'leaving').map(([key]) => key));
  return {
    members: Object.fromEntries(members.filter(([key]) => !gone.has(key))),
    unlocked: unlocked.map(([key]) => key),
  };
}

/** Hash of what a settlement follows from, one a prediction. */
export const evidenceHashes = ({ predictions }: RoundEvidence, hash: (text: string) => string): string[] =>
  predictions.map((each) => hash(canonicalJson(each)));

/**
 * What a round does to the books: slashing, then settlement by wagers, then unlocking.
 * @param card of the data set: labels, or the scale of losses.
 * @param hash SHA-256 in base64url.
 * @returns `undefined` if this round is not the next one: somebody else has settled it.
 */
export function settleRound(
  books: Books,
  card: ModelCard,
  evidence: RoundEvidence,
  hash: (text: string) => string,
): Step | undefined {
  const { dataset, fromPlace, predictions } = evidence;
  const game = datasetOf(books, dataset);
  if (game === undefined || game.nextPlace !== fromPlace || predictions.length === 0) return undefined;
  const round = game.rounds + 1;
  const members = membersAtStake(books, game, dataset);
  const { after, slashing } = settleStakes(card, game, members, evidence);
  const ejected = new Set(after.filter((each) => each.ejected).map(({ key }) => key));
  const { members: left, unlocked } = turnOver(game, round, ejected);
  const stakes = new Map(after.map(({ key, stake }) => [key, stake]));
  const postings: Posting[] = [
    ...members.map(({ key, stake }) => ({
      account: stakeAccount(dataset, key),
      amount: (stakes.get(key) ?? stake) - stake,
    })),
    { account: insuranceAccount, amount: slashing.insurance },
    ...unlocked.flatMap((key) => {
      const amount = stakes.get(key) ?? stakeOf(books, dataset, key);
      return [
        { account: stakeAccount(dataset, key), amount: -amount },
        { account: settledAccount(key), amount },
      ];
    }),
  ];
  const toPlace = fromPlace + predictions.length - 1;
  const changed: DatasetBooks = {
    rounds: round,
    nextPlace: toPlace + 1,
    members: left,
    mismatched: [...game.mismatched, String(slashing.mismatched)].slice(1 - correlationRounds),
  };
  return {
    entry: {
      kind: 'settlement',
      dataset,
      round,
      fromPlace,
      toPlace,
      evidence: evidenceHashes(evidence, hash),
    },
    postings,
    state: { ...books, datasets: { ...books.datasets, [dataset]: changed } },
  };
}
