import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { root } from '../emulator/paths.ts';
import { sayOutcome } from '../members/oracle.ts';
import { type MemberProcess, startMember } from './consensus-members.ts';

export interface ConsensusDrillSetting {
  readonly apiUrl: string;
  /** The first of five ports for the members. */
  readonly port: number;
  /** Counting predictions with an outcome; from 101 on those that joined count. */
  readonly outcomes: number;
  readonly say: (seconds: number, step: string) => void;
}

interface MemberFigures {
  readonly name: string;
  readonly weight: number;
  readonly reputation: number;
  readonly probation: number;
}

export interface ConsensusDrillReport {
  readonly asked: number;
  /** Predictions that got no answer: none, while the quorum stands. */
  readonly failed: readonly string[];
  /** How each member stood in the last answer before the mending, by name. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly statusesAfter: Readonly<Record<string, string>>;
  readonly members: readonly MemberFigures[];
  readonly liar: string;
  /** Joined and honest all along. */
  readonly honest: readonly string[];
}

const cast = [
  { name: 'drill-logistic', model: 'titanic-logistic', behave: 'honest' },
  { name: 'drill-network', model: 'titanic-network', behave: 'honest' },
  { name: 'drill-hanging', model: 'titanic-forest', behave: 'hang' },
  { name: 'drill-lying', model: 'titanic-vectors', behave: 'lie' },
  { name: 'drill-dead', model: 'titanic-neighbours', behave: 'honest' },
] as const;

/** As many as may be open: each waits for its slowest member. */
const parallel = 5;
const judgeTriesMax = 5;

interface Passenger {
  readonly inputs: Record<string, string | number>;
  readonly truth: string;
}

/** Passengers with what became of them; public, so this drill shows how weights move and not how good a model is. */
function readPassengers(): readonly Passenger[] {
  const path = join(root, 'layers', 'onnx-runtime', 'training', 'data', 'titanic.csv');
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    const fields = names.flatMap((name, place) => (values[place] ? [[name, values[place] ?? '']] : []));
    const {
      survived,
      fold: _fold,
      passengerId: _id,
      ...given
    } = Object.fromEntries(fields) as Record<string, string>;
    const inputs = Object.entries(given).map(([name, value]) => [
      name,
      Number.isNaN(Number(value)) ? value : Number(value),
    ]);
    return {
      inputs: Object.fromEntries(inputs) as Record<string, string | number>,
      truth: survived === '1' ? 'survived' : 'died',
    };
  });
}

const clientOf = (apiUrl: string) => makeClient(consensus, { baseUrl: apiUrl, timeoutMs: 30_000 });
type Client = ReturnType<typeof clientOf>;

async function ask(client: Client, { inputs, truth }: Passenger) {
  const { body } = await client.openPrediction({ headers: {}, body: { dataset: 'titanic', inputs } });
  const members = (body.consensus?.members ?? []).map(({ name, status }) => [name, status]);
  return { id: body.id, truth, statuses: Object.fromEntries(members) as Record<string, string> };
}

/** The same outcome may be said again: a busy system that did not answer is asked once more, and again. */
async function judge(apiUrl: string, id: string, truth: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await sayOutcome(apiUrl, id, truth);
      return;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 503 || tries === judgeTriesMax) throw error;
    }
  }
}

/** Asks passengers, five at a time, and says their outcomes in order. @returns the last statuses, and what failed. */
async function askMany(client: Client, apiUrl: string, passengers: readonly Passenger[]) {
  const failed: string[] = [];
  let statuses: Record<string, string> = {};
  for (let from = 0; from < passengers.length; from += parallel) {
    const some = passengers.slice(from, from + parallel);
    for (const answer of await Promise.allSettled(some.map((passenger) => ask(client, passenger)))) {
      if (answer.status === 'rejected') failed.push(String(answer.reason).slice(0, 200));
      else {
        statuses = answer.value.statuses;
        await judge(apiUrl, answer.value.id, answer.value.truth);
      }
    }
  }
  return { failed, statuses };
}

/**
 * Five members in processes of their own beside the deployment's own models: one hangs, one lies, one dies. Asks and
 * judges until those that joined count; then mends the hanging and the dead one, and asks again.
 */
export async function drillConsensus(setting: ConsensusDrillSetting): Promise<ConsensusDrillReport> {
  const { apiUrl, port, outcomes } = setting;
  const startedAt = Date.now();
  const say = (step: string) => setting.say((Date.now() - startedAt) / 1000, step);
  const client = clientOf(apiUrl);
  const running = new Map<string, MemberProcess>();
  const start = async (index: number, behave: string) => {
    const member = cast[index];
    if (member === undefined) throw new Error(`There are ${cast.length} members.`);
    running.set(member.name, await startMember({ ...member, behave, port: port + index, apiUrl }));
  };
  try {
    for (const [index, { behave }] of cast.entries()) await start(index, behave);
    say(
      `Five members have joined: ${cast.map(({ name }) => name).join(', ')}. They count after 100 outcomes.`,
    );
    await running.get('drill-dead')?.kill();
    say('One hangs, one lies, and one is dead now.');
    const passengers = readPassengers();
    const ordinary = Math.max(0, outcomes - parallel);
    const broken = await askMany(client, apiUrl, passengers.slice(0, ordinary));
    say(`${ordinary - broken.failed.length} of ${ordinary} predictions were answered and judged.`);
    await running.get('drill-hanging')?.kill();
    await start(2, 'honest');
    await start(4, 'honest');
    say('The hanging and the dead member are mended: they have joined again from the same addresses.');
    const mended = await askMany(client, apiUrl, passengers.slice(ordinary, outcomes));
    const { members } = (await client.readWeights({ query: { dataset: 'titanic' } })).body;
    say(
      `Asked ${parallel} more; ${Object.values(mended.statuses).filter((each) => each === 'answered').length} of ${members.length} answered.`,
    );
    return {
      asked: outcomes,
      failed: [...broken.failed, ...mended.failed],
      statuses: broken.statuses,
      statusesAfter: mended.statuses,
      members: members.map(({ name, weight, reputation, probation }) => ({
        name,
        weight,
        reputation,
        probation,
      })),
      liar: 'drill-lying',
      honest: ['drill-logistic', 'drill-network'],
    };
  } finally {
    await Promise.all([...running.values()].map((member) => member.stop()));
  }
}
