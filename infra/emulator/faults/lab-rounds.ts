import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { lab } from '@layers/contract/lab';
import { openPredictionsMax } from '@layers/domain/consensus/settings';
import { chooseModel } from '@layers/domain/models/choose-model';
import { Problem } from '@layers/domain/problem';
import { depositMax, roundPredictions } from '@layers/domain/staking/rules';
import { publicKeyOf } from '@layers/http/derived-keys';
import type { WriteLine } from '@layers/http/log';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import type * as z from 'zod/mini';
import { askAndJudge, judgeOpen } from '../../drills/ask-predictions.ts';
import { readKnownRows } from '../../drills/known-rows.ts';
import { keyOf } from '../../key-files.ts';
import {
  creditKey,
  openBooks,
  readAccount,
  readSupply,
  settleNow,
  stakeAs,
} from '../../ledger/send-claim.ts';
import { joinAs, leaveAs, readConsensusKey } from '../../members/membership.ts';
import { waitUntil } from '../end-processes.ts';

type Invitation = z.output<typeof lab.inviteToRound.request.body>;
type Round = NonNullable<z.input<(typeof lab.readLab.responses)[200]['body']>['round']>;

/** Whoever was put out needs another key to come back with. */
const keysMax = 30;
const settledWithinMs = 60_000;
/** Calls that a busy system may fail in a round. */
const failuresMax = 10;

interface Invited {
  readonly name: string;
  readonly key: KeyObject;
}

/**
 * Rounds of 20 predictions with a member of the lab's own that does not play by the rules: one at a time. It is served by
 * this process, over real HTTP, and has a key and a stake like any other.
 */
export class LabRounds {
  private readonly apiUrl: string;
  private readonly keyFolder: string;
  private readonly write: WriteLine;
  private round: Round | undefined;
  private playing: Promise<void> = Promise.resolve();
  private stop = new AbortController();

  /** @param write takes the lines of the invited member's log */
  constructor(apiUrl: string, stateFolder: string, write: WriteLine) {
    this.apiUrl = apiUrl;
    this.write = write;
    this.keyFolder = join(stateFolder, 'member-keys');
  }

  state(): Round | undefined {
    return this.round;
  }

  /** Returns at once; `state` says how far it is. @throws Problem `limit-reached` while another one is played. */
  start(invitation: Invitation): void {
    if (this.round?.state === 'playing')
      throw new Problem(
        'limit-reached',
        `A round of ${this.round.dataset} is being played. Wait for its end.`,
      );
    this.stop = new AbortController();
    this.round = { ...invitation, state: 'playing', step: 'The books are opened.', asked: 0, missing: 0 };
    this.playing = this.play(invitation).catch((error: unknown) => {
      this.note({
        state: 'failed',
        step: error instanceof Error ? error.message.slice(0, 300) : String(error),
      });
    });
  }

  /** Ends a round after the predictions that are under way, and forgets it. */
  async reset(): Promise<void> {
    this.close();
    await this.playing;
    this.round = undefined;
  }

  close(): void {
    this.stop.abort();
  }

  private note(change: Partial<Round>): void {
    if (this.round !== undefined) this.round = { ...this.round, ...change };
  }

  private async play({ dataset, behaviour }: Invitation): Promise<void> {
    const { apiUrl } = this;
    const before = (await readSupply(apiUrl)).datasets[dataset]?.rounds;
    if (before === undefined) await openBooks(apiUrl, dataset);
    const invited = await this.enrol(dataset, behaviour);
    this.note({ member: invited.name, step: 'It joins.' });
    const leave = await this.join(dataset, behaviour, invited);
    try {
      await this.fill(dataset, publicKeyOf(invited.key), before ?? 0);
      this.note({ step: 'The round is settled.' });
      const settled = await waitUntil(async () => {
        this.stop.signal.throwIfAborted();
        await settleNow(apiUrl, dataset);
        return ((await readSupply(apiUrl)).datasets[dataset]?.rounds ?? 0) > (before ?? 0);
      }, settledWithinMs);
      if (!settled)
        throw new Error('A prediction of somebody else waits for its outcome, and the round for it.');
      this.note({ state: 'settled' });
    } finally {
      await leave();
    }
  }

  /** A key with a stake: one that was invited before, unless it was put out. */
  private async enrol(dataset: string, behaviour: string): Promise<Invited> {
    const { apiUrl, keyFolder } = this;
    for (let number = 1; number <= keysMax; number += 1) {
      const name = `invited-${behaviour}-${number}`;
      const key = keyOf(keyFolder, name);
      const { settled, locked } = await readAccount(apiUrl, publicKeyOf(key));
      const stake = locked.find((one) => one.dataset === dataset);
      if (stake?.state === 'staked') return { name, key };
      if (stake !== undefined) continue;
      const deposit = String(depositMax);
      if (BigInt(settled) < depositMax) await creditKey(apiUrl, publicKeyOf(key), deposit);
      await stakeAs(apiUrl, key, dataset, deposit);
      return { name, key };
    }
    throw new Error(`${keysMax} invited members were put out of ${dataset}: start the system anew.`);
  }

  /** Honest until it has joined: whoever answers wrongly to the probe is not let in. @returns what makes it leave. */
  private async join(
    dataset: string,
    behaviour: string,
    { name, key }: Invited,
  ): Promise<() => Promise<void>> {
    const { apiUrl } = this;
    // Native code, and a second of loading: for whoever invites somebody.
    const [{ serveMember }, { onnxPredictor }] = await Promise.all([
      import('../../members/serve-member.ts'),
      import('@layers/onnx-runtime/predictor'),
    ]);
    const card = chooseModel(readCatalogue(modelsFolder), { model: undefined, dataset });
    const consensusKey = await readConsensusKey({ apiUrl });
    const predictor = onnxPredictor(modelsFolder);
    const at = { host: '127.0.0.1', port: 0, write: this.write };
    const member = await serveMember({ card, predictor, key, consensusKey, ...at });
    const leave = async () => {
      await leaveAs({ apiUrl, name, dataset, key }).catch(() => undefined);
      await member.stop();
    };
    try {
      await joinAs({ apiUrl, name, dataset, url: member.url, protocol: 'committed', key });
    } catch (error) {
      await member.stop();
      throw error;
    }
    member.behave(behaviour);
    return leave;
  }

  /** Asks and judges what the round that is under way still lacks, as many at once as may be open. */
  private async fill(dataset: string, id: string, before: number): Promise<void> {
    const rows = readKnownRows(dataset);
    let next = Math.floor(Math.random() * rows.length);
    let [failures, lookBack] = [0, true];
    for (;;) {
      this.stop.signal.throwIfAborted();
      const { rounds, nextPlace, asked } = await this.progressOf(dataset, id);
      if (lookBack) await judgeOpen(this.apiUrl, dataset, nextPlace, asked);
      const missing = rounds > before ? 0 : Math.max(0, roundPredictions - asked);
      this.note({
        step: 'Members commit, reveal, and are judged.',
        asked: roundPredictions - missing,
        missing,
      });
      if (missing === 0) return;
      // A stride that is prime to the number of rows: kinds take turns.
      const some = Array.from({ length: Math.min(missing, openPredictionsMax) }, () => {
        next = (next + 53) % rows.length;
        return rows[next];
      });
      const { failed } = await askAndJudge(
        this.apiUrl,
        dataset,
        some.filter((row) => row !== undefined),
      );
      failures += failed.length;
      lookBack = failed.length > 0;
      if (failures > failuresMax) throw new Error(failed[0]);
    }
  }

  private async progressOf(dataset: string, id: string) {
    const [{ datasets }, { pending }] = await Promise.all([
      readSupply(this.apiUrl),
      readAccount(this.apiUrl, id),
    ]);
    const { rounds = 0, nextPlace = 1 } = datasets[dataset] ?? {};
    const asked = pending.find((one) => one.dataset === dataset)?.predictions ?? 0;
    return { rounds, nextPlace, asked };
  }
}
