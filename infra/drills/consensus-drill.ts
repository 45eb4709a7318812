import { openPredictionsMax } from '@layers/domain/consensus/settings';
import { askAndJudge, consensusClient } from './ask-predictions.ts';
import { type MemberProcess, startMember } from './consensus-members.ts';
import { readKnownRows } from './known-rows.ts';

export interface ConsensusDrillSetting {
  readonly apiUrl: string;
  /** The first of five ports for the members. */
  readonly port: number;
  /** Counting predictions with an outcome; from 101 on those that joined count. */
  readonly outcomes: number;
  /** Ends it before the next request; the members leave. */
  readonly signal?: AbortSignal;
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
  /** Requests that a busy system was sent again. */
  readonly repeated: number;
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

/**
 * Five members in processes of their own beside the deployment's own models: one hangs, one lies, one dies. Asks and
 * judges until those that joined count; then mends the hanging and the dead one, and asks again.
 */
export async function drillConsensus(setting: ConsensusDrillSetting): Promise<ConsensusDrillReport> {
  const { apiUrl, port, outcomes, signal } = setting;
  const startedAt = Date.now();
  const say = (step: string) => setting.say((Date.now() - startedAt) / 1000, step);
  const client = consensusClient(apiUrl);
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
    const passengers = readKnownRows('titanic');
    const ordinary = Math.max(0, outcomes - openPredictionsMax);
    const broken = await askAndJudge(apiUrl, 'titanic', passengers.slice(0, ordinary), signal);
    say(`${ordinary - broken.failed.length} of ${ordinary} predictions were answered and judged.`);
    await running.get('drill-hanging')?.kill();
    await start(2, 'honest');
    await start(4, 'honest');
    say('The hanging and the dead member are mended: they have joined again from the same addresses.');
    const mended = await askAndJudge(apiUrl, 'titanic', passengers.slice(ordinary, outcomes), signal);
    const { members } = (await client.readWeights({ query: { dataset: 'titanic' } })).body;
    say(
      `Asked ${openPredictionsMax} more; ${Object.values(mended.statuses).filter((each) => each === 'answered').length} of ${members.length} answered.`,
    );
    return {
      asked: outcomes,
      failed: [...broken.failed, ...mended.failed],
      repeated: broken.repeated + mended.repeated,
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
