import { aggregate, aggregators, type Opinion } from '@layers/domain/consensus/aggregate';
import { lossOf, type Point } from '@layers/domain/consensus/loss';
import {
  afterBatch,
  afterOutcome,
  cappedReputation,
  founderOf,
  newcomerOf,
  normalise,
  type ReputationRule,
  type Standing,
} from '@layers/domain/consensus/reputation';
import { bondOf, correlationRounds, depositMax, roundPredictions } from '@layers/domain/staking/rules';
import { type Fault, slash } from '@layers/domain/staking/slashing';
import { quantiseLoss, settleWagers, wagered } from '@layers/domain/staking/wagering';
import type { AnsweredRow, Answers } from './answers.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** How outcomes come and stakes start; what an attack may not choose. */
export interface Setting {
  readonly answers: Answers;
  readonly scenario: Scenario;
  /** Predictions opened before the outcome of one is known. */
  readonly delay: number;
  readonly rule: ReputationRule;
  /** The honest member with the lowest loss. */
  readonly best: number;
  readonly random: Random;
}

interface Player {
  readonly key: string;
  /** Its place among the honest; a liar has none. */
  readonly honest: number | undefined;
  readonly joined: number;
  readonly deposit: bigint;
}

interface Asked {
  readonly truth: number;
  /** By key; `undefined`: it was asked and did not answer. */
  readonly said: ReadonlyMap<string, Point | undefined>;
}

/** What a run shows of each prediction and, at the end, of the books. */
export interface Played {
  /** In the order of predictions. */
  readonly consensus: readonly Point[];
  readonly mean: readonly Point[];
  readonly median: readonly Point[];
  readonly rows: readonly AnsweredRow[];
  /** By key, after each settled round: what is at stake, in micro-units. */
  readonly stakes: readonly ReadonlyMap<string, bigint>[];
  readonly liars: ReadonlySet<string>;
  /** Parts of the whole at the end, in [0, 1]. */
  readonly liarsWagered: number;
  readonly liarsWeight: number;
  readonly honestEjected: number;
  readonly insurance: bigint;
}

const [mean, median, trimmedMean] = aggregators;

/** One game over one order of the rows: predictions, outcomes after a delay, rounds of 20. */
export class Game {
  private readonly setting: Setting;
  private readonly rows: readonly AnsweredRow[];
  private players: Player[] = [];
  private standings: readonly Standing[] = [];
  private readonly stakes = new Map<string, bigint>();
  private readonly liars = new Set<string>();
  private readonly asked: Asked[] = [];
  private readonly mismatches: bigint[] = [];
  private readonly history: ReadonlyMap<string, bigint>[] = [];
  private insurance = 0n;
  private honestEjected = 0;

  constructor(setting: Setting, rows: readonly AnsweredRow[]) {
    this.setting = setting;
    this.rows = rows;
    for (const [honest] of setting.answers.members.entries())
      this.admit(
        { key: setting.answers.members[honest] ?? '', honest, joined: 0, deposit: depositMax },
        true,
      );
  }

  play(): Played {
    const answers = { consensus: [] as Point[], mean: [] as Point[], median: [] as Point[] };
    let applied = 0;
    for (const [place, row] of this.rows.entries()) {
      for (; applied < place - this.setting.delay; applied += 1) this.applyOutcome(applied);
      if (place % roundPredictions === 0) this.changeKeys(place / roundPredictions);
      const said = this.ask(place, row);
      this.asked.push({ truth: row.truth, said });
      answers.consensus.push(this.answer(said));
      answers.mean.push(aggregate(mean, plain(said)) ?? []);
      answers.median.push(aggregate(median, plain(said)) ?? []);
    }
    for (; applied < this.rows.length; applied += 1) this.applyOutcome(applied);
    return { ...answers, ...this.end() };
  }

  private admit(player: Player, founder: boolean): void {
    this.players.push(player);
    this.stakes.set(player.key, player.deposit);
    this.standings = [...this.standings, founder ? founderOf(player.key) : newcomerOf(player.key)];
    if (player.honest === undefined) this.liars.add(player.key);
  }

  private dismiss(key: string): void {
    this.players = this.players.filter((each) => each.key !== key);
    this.standings = normalise(
      this.standings.filter((each) => each.key !== key),
      this.numbers(),
    );
    this.stakes.delete(key);
  }

  /** Liars join, or leave and come back under another key. */
  private changeKeys(batch: number): void {
    const { liars, joinBatch = 0, keyBatches, deposit = depositMax } = this.setting.scenario;
    const again = keyBatches !== undefined && (batch - joinBatch) % keyBatches === 0;
    if (batch !== joinBatch && !(again && batch > joinBatch)) return;
    for (const { key, honest } of this.players) if (honest === undefined) this.dismiss(key);
    for (let liar = 0; liar < liars; liar += 1)
      this.admit({ key: `liar-${liar}-${batch}`, honest: undefined, joined: batch, deposit }, false);
  }

  private ask(place: number, row: AnsweredRow): ReadonlyMap<string, Point | undefined> {
    const { answers, scenario, best, random } = this.setting;
    const batch = Math.floor(place / roundPredictions);
    const before = this.rows[place - roundPredictions];
    return new Map(
      this.players.map(({ key, honest, joined }) => [
        key,
        honest === undefined
          ? scenario.attacker({ answers, row, before, place, batch, joined, best, random })
          : row.answers[honest],
      ]),
    );
  }

  private numbers(): ReadonlyMap<string, number> {
    return new Map([...this.stakes].map(([key, stake]) => [key, Number(stake)]));
  }

  private answer(said: ReadonlyMap<string, Point | undefined>): Point {
    const opinions = this.standings.flatMap((standing): Opinion[] => {
      const answer = said.get(standing.key);
      if (answer === undefined) return [];
      return [{ answer, weight: this.weigh(standing) }];
    });
    return aggregate(trimmedMean, opinions) ?? [];
  }

  /** By stake and accuracy. */
  private weigh(standing: Standing): number {
    return Number(this.stakes.get(standing.key) ?? 0n) * cappedReputation(standing, this.setting.rule);
  }

  private applyOutcome(place: number): void {
    const { truth, said } = this.asked[place] ?? { truth: Number.NaN, said: new Map<string, Point>() };
    const losses = new Map<string, number>();
    for (const [key, answer] of said)
      if (answer !== undefined) losses.set(key, lossOf(this.setting.answers.scale, answer, truth));
    this.standings = afterOutcome(this.standings, this.numbers(), losses, this.setting.rule);
    if ((place + 1) % roundPredictions === 0 || place + 1 === this.rows.length)
      this.settle(this.asked.slice(place - (place % roundPredictions), place + 1));
  }

  /** Slashing, then settlement, then standings: as a round of the service. */
  private settle(round: readonly Asked[]): void {
    const stakeAtStart = [...this.stakes.values()].reduce((sum, each) => sum + each, 0n);
    const judged = this.players.map(({ key }) => {
      const absent = round.some(({ said }) => said.has(key) && said.get(key) === undefined);
      const answered = round.some(({ said }) => said.get(key) !== undefined);
      const faults = new Set<Fault>(absent ? ['absent'] : []);
      return { key, stake: this.stakes.get(key) ?? 0n, faults, answered };
    });
    const mismatchedBefore = this.mismatches
      .slice(1 - correlationRounds)
      .reduce((sum, each) => sum + each, 0n);
    const { taken, rewards, insurance, mismatched } = slash(judged, { mismatchedBefore, stakeAtStart });
    this.mismatches.push(mismatched);
    this.insurance += insurance;
    for (const { key } of judged) this.move(key, (rewards.get(key) ?? 0n) - (taken.get(key) ?? 0n));
    const wagers = this.players.map(({ key, deposit }) => ({
      key,
      stake: this.stakes.get(key) ?? 0n,
      bond: bondOf(deposit),
      losses: round.map(({ truth, said }) => {
        const answer = said.get(key);
        return answer === undefined
          ? undefined
          : quantiseLoss(lossOf(this.setting.answers.scale, answer, truth));
      }),
    }));
    for (const [key, change] of settleWagers(wagers)) this.move(key, change);
    this.standings = afterBatch(this.standings, this.numbers());
    for (const { key, honest, deposit } of this.players)
      if ((this.stakes.get(key) ?? 0n) < bondOf(deposit)) {
        if (honest !== undefined) this.honestEjected += 1;
        this.dismiss(key);
      }
    this.history.push(new Map(this.stakes));
  }

  private move(key: string, change: bigint): void {
    this.stakes.set(key, (this.stakes.get(key) ?? 0n) + change);
  }

  private end(): Omit<Played, 'consensus' | 'mean' | 'median'> {
    const share = (weightOf: (player: Player) => number) => {
      const all = this.players.reduce((sum, each) => sum + weightOf(each), 0);
      const lying = this.players.filter(({ key }) => this.liars.has(key));
      return lying.reduce((sum, each) => sum + weightOf(each), 0) / all;
    };
    const weights = new Map(this.standings.map((each) => [each.key, this.weigh(each)]));
    const stakeOf = (key: string) => this.stakes.get(key) ?? 0n;
    return {
      rows: this.rows,
      stakes: this.history,
      liars: this.liars,
      liarsWagered: share(({ key, deposit }) =>
        Number(wagered({ stake: stakeOf(key), bond: bondOf(deposit) })),
      ),
      liarsWeight: share(({ key }) => weights.get(key) ?? 0),
      honestEjected: this.honestEjected,
      insurance: this.insurance,
    };
  }
}

const plain = (said: ReadonlyMap<string, Point | undefined>): readonly Opinion[] =>
  [...said.values()].flatMap((answer) => (answer === undefined ? [] : [{ answer, weight: 1 }]));
