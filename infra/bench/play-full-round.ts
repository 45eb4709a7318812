import { join } from 'node:path';
import { ApiProblem } from '@layers/contract/client';
import { chooseModel } from '@layers/domain/models/choose-model';
import { roundPredictions } from '@layers/domain/staking/rules';
import { publicKeyOf } from '@layers/http/derived-keys';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { onnxPredictor } from '@layers/onnx-runtime/predictor';
import { askPatiently } from '../ask-patiently.ts';
import { askAndJudge, consensusClient } from '../drills/ask-predictions.ts';
import { readKnownRows } from '../drills/known-rows.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { keyOf } from '../key-files.ts';
import { creditKey, openBooks, readAccount, readSupply, stakeAs } from '../ledger/send-claim.ts';
import { joinAs, leaveAs, readConsensusKey } from '../members/membership.ts';
import { serveMember } from '../members/serve-member.ts';

const deposit = '100000000';

/** Keys are kept from run to run: a data set has 50 members at most, and each stakes once. */
const keyNamed = (name: string) => keyOf(join(stateFolderFrom(process.env), 'member-keys'), name);

async function stakeUnlessStaked(apiUrl: string, dataset: string, name: string): Promise<void> {
  const key = keyNamed(name);
  const { locked } = await readAccount(apiUrl, publicKeyOf(key));
  if (locked.some((each) => each.dataset === dataset)) return;
  await creditKey(apiUrl, publicKeyOf(key), deposit);
  await stakeAs(apiUrl, key, dataset, deposit);
}

/**
 * Members of this process beside the founders, until there are `count` with stake.
 * @returns what makes them leave: whoever stays and is silent holds up every prediction. Those that had joined leave too
 * when another cannot, or the signal is aborted.
 */
export async function enterMembers(apiUrl: string, dataset: string, count: number, signal: AbortSignal) {
  if ((await readSupply(apiUrl)).datasets[dataset] === undefined) await openBooks(apiUrl, dataset);
  const { items } = (await consensusClient(apiUrl).listMembers({ query: { dataset } })).body;
  const founders = items.filter(({ founder }) => founder).length;
  const card = chooseModel(readCatalogue(modelsFolder), { model: undefined, dataset });
  const [predictor, consensusKey] = [onnxPredictor(modelsFolder), await readConsensusKey({ apiUrl })];
  const joined: (() => Promise<void>)[] = [];
  const leave = async () => {
    const ended = await Promise.allSettled(joined.map((each) => each()));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  };
  const enter = async (name: string) => {
    const key = keyNamed(name);
    const at = { host: '127.0.0.1', port: 0, write: () => undefined };
    const served = await serveMember({ card, predictor, key, consensusKey, ...at });
    const membership = { apiUrl, name, dataset, url: served.url, protocol: 'committed', key } as const;
    try {
      await joinAs(membership);
    } catch (error) {
      await served.stop();
      throw error;
    }
    joined.push(async () => {
      await askPatiently(() => leaveAs(membership)).finally(() => served.stop());
    });
    await stakeUnlessStaked(apiUrl, dataset, name);
  };
  try {
    for (let place = founders + 1; place <= count; place += 1) {
      signal.throwIfAborted();
      await enter(`bench-member-${place}`);
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return leave;
}

/** Fills and judges the round that is under way, and settles nothing. @throws Error for a prediction without an answer. */
export async function fillRound(apiUrl: string, dataset: string, signal: AbortSignal): Promise<void> {
  const { nextPlace = 1 } = (await readSupply(apiUrl)).datasets[dataset] ?? {};
  const { applied } = (await consensusClient(apiUrl).readWeights({ query: { dataset } })).body;
  const missing = roundPredictions - (Math.max(0, applied - nextPlace + 1) % roundPredictions);
  const { failed } = await askAndJudge(apiUrl, dataset, readKnownRows(dataset).slice(0, missing), signal);
  const [why] = failed;
  if (why !== undefined) throw new ApiProblem('openPrediction', 503, new Headers(), why);
}
