import { join } from 'node:path';
import { roundPredictions } from '@layers/domain/staking/rules';
import { publicKeyOf } from '@layers/http/derived-keys';
import { stateFolderFrom } from '../emulator/paths.ts';
import { keyOf } from '../key-files.ts';
import { readTrusted, replayLedger } from '../ledger/replay-ledger.ts';
import {
  creditKey,
  leaveStakeAs,
  openBooks,
  readAccount,
  readSupply,
  settleNow,
  stakeAs,
} from '../ledger/send-claim.ts';
import { askAndJudge, consensusClient } from './ask-predictions.ts';
import { type MemberProcess, startMember } from './consensus-members.ts';
import { type KnownRow, readKnownRows } from './known-rows.ts';
import { until } from './patience.ts';

export interface StakesDrillSetting {
  readonly apiUrl: string;
  /** The first of two ports for the members. */
  readonly port: number;
  /** Rounds of 20 predictions in which the liar lies; one more follows in which it reveals what it did not commit to. */
  readonly rounds: number;
  /** Ends it before the next request; the members leave. */
  readonly signal?: AbortSignal;
  readonly say: (seconds: number, step: string) => void;
}

/** Micro-units after a settled round. */
interface RoundFigures {
  readonly stakes: ReadonlyMap<string, bigint>;
  readonly insurance: bigint;
  readonly conserved: boolean;
}

export interface StakesDrillReport {
  /** Before the first round, and after each. */
  readonly rounds: readonly RoundFigures[];
  /** Public keys. */
  readonly liar: string;
  readonly honest: string;
  /** What became of the liar. */
  readonly liarState: string;
  /** Predictions that got no answer. */
  readonly failed: readonly string[];
  /** Requests that a busy system was sent again. */
  readonly repeated: number;
  /** Entries recomputed from their signatures and evidence, to the same balances as the deployment shows. */
  readonly entries: number;
  readonly replays: boolean;
}

/** Flowers are quickly told apart, so that a round shows who lies. */
const dataset = 'iris';
const deposit = '100000000';
const units = (micro: bigint) => (Number(micro) / 1_000_000).toFixed(2);

async function readFigures(apiUrl: string): Promise<RoundFigures> {
  const { items } = (await consensusClient(apiUrl).listMembers({ query: { dataset } })).body;
  const { insurance, conserved } = await readSupply(apiUrl);
  const stakes = new Map(items.map(({ publicKey, stake }) => [publicKey, BigInt(stake)]));
  return { stakes, insurance: BigInt(insurance), conserved };
}

const settledRounds = async (apiUrl: string) => (await readSupply(apiUrl)).datasets[dataset]?.rounds ?? 0;

/** Fills the round that is under way, judges it and settles it: itself, or by the one-minute rule if that is faster. */
async function playRound(
  { apiUrl, signal }: Pick<StakesDrillSetting, 'apiUrl' | 'signal'>,
  key: string,
  rows: () => KnownRow,
) {
  const before = await settledRounds(apiUrl);
  const { pending } = await readAccount(apiUrl, key);
  const asked = pending.find((each) => each.dataset === dataset)?.predictions ?? 0;
  const missing = Array.from({ length: roundPredictions - (asked % roundPredictions) }, rows);
  const { failed, repeated } = await askAndJudge(apiUrl, dataset, missing, signal);
  if (failed.length === missing.length) throw new Error(`No prediction was answered: ${failed[0]}`);
  await until('the round is settled', async () => {
    await settleNow(apiUrl, dataset);
    return (await settledRounds(apiUrl)) > before;
  });
  return { failed, repeated, figures: await readFigures(apiUrl) };
}

/** A member with stake in a process of its own: it joins, is credited by the operator, and stakes. */
async function enter(apiUrl: string, member: { name: string; model: string; port: number; behave: string }) {
  const running = await startMember({ ...member, apiUrl });
  const key = keyOf(join(stateFolderFrom(process.env), 'member-keys'), member.name);
  const publicKey = publicKeyOf(key);
  await creditKey(apiUrl, publicKey, deposit);
  await stakeAs(apiUrl, key, dataset, deposit);
  return { running, key, publicKey };
}

function line({ stakes, insurance, conserved }: RoundFigures, liar: string, honest: string): string {
  const of = (key: string) => units(stakes.get(key) ?? 0n);
  const others = [...stakes].filter(([key]) => key !== liar && key !== honest).map(([, stake]) => stake);
  const mean = others.reduce((sum, stake) => sum + stake, 0n) / BigInt(Math.max(1, others.length));
  return `liar ${of(liar)}, honest ${of(honest)}, the others ${units(mean)} on average; insurance ${units(insurance)}; ${conserved ? 'conserved' : 'NOT CONSERVED'}`;
}

/**
 * One that lies and one that is honest, each in a process of its own and with 100 units at stake, beside the deployment's
 * own models. After the rounds the liar also reveals another answer than it has committed to. Ends by recomputing the
 * whole ledger from outside.
 */
export async function drillStakes(setting: StakesDrillSetting): Promise<StakesDrillReport> {
  const { apiUrl, port } = setting;
  const startedAt = Date.now();
  const say = (step: string) => setting.say((Date.now() - startedAt) / 1000, step);
  const all = readKnownRows(dataset);
  let asked = 0;
  // A stride that is prime to the number of rows: species take turns.
  const nextRow = () => all[(asked++ * 53) % all.length] as KnownRow;
  const running = new Map<string, MemberProcess>();
  const id = startedAt.toString(36);
  const liarSetting = { name: `drill-liar-${id}`, model: 'iris-logistic', port };
  try {
    if ((await readSupply(apiUrl)).datasets[dataset] === undefined) {
      const { founders } = await openBooks(apiUrl, dataset);
      say(`The operator has opened the books of ${dataset}: ${founders.length} founders, 100 units each.`);
    }
    const liar = await enter(apiUrl, { ...liarSetting, behave: 'lie' });
    running.set('liar', liar.running);
    const honestSetting = { name: `drill-honest-${id}`, model: 'iris-network', port: port + 1 };
    const honest = await enter(apiUrl, { ...honestSetting, behave: 'honest' });
    running.set('honest', honest.running);
    say('Two members in other processes have joined and staked 100 units each. One lies.');
    const rounds = [await readFigures(apiUrl)];
    const failed: string[] = [];
    let repeated = 0;
    const play = async (what: string) => {
      const played = await playRound(setting, honest.publicKey, nextRow);
      rounds.push(played.figures);
      failed.push(...played.failed);
      repeated += played.repeated;
      say(`${what}: ${line(played.figures, liar.publicKey, honest.publicKey)}`);
    };
    for (let round = 1; round <= setting.rounds; round += 1) await play(`round ${round}`);
    await liar.running.kill();
    running.set('liar', await startMember({ ...liarSetting, behave: 'switch', apiUrl }));
    say('The liar goes further: it reveals other answers than it commits to.');
    await play('last round');
    const { locked } = await readAccount(apiUrl, liar.publicKey);
    await leaveStakeAs(apiUrl, honest.key, dataset);
    const { entries, same } = await replayLedger({ apiUrl, trusted: await readTrusted(apiUrl) });
    say(`${entries.length} entries of the ledger follow from their signatures and their evidence.`);
    return {
      ...{ rounds, failed, repeated, liar: liar.publicKey, honest: honest.publicKey },
      liarState: locked[0]?.state ?? 'gone',
      entries: entries.length,
      replays: same,
    };
  } finally {
    await Promise.all([...running.values()].map((member) => member.stop()));
  }
}
