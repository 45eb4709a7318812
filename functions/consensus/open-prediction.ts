import { consensus } from '@layers/contract/consensus';
import { compose, methodUnlessTold } from '@layers/domain/consensus/compose';
import {
  type CommitsEntity,
  type Evidence,
  keepCommits,
  keepReveals,
  type RevealsEntity,
  readEvidence,
} from '@layers/domain/consensus/evidence';
import { standingsOf } from '@layers/domain/consensus/roster';
import { depositMicroUnits } from '@layers/domain/consensus/stakes';
import { readRow } from '@layers/domain/models/arguments';
import {
  closePrediction,
  openPrediction as open,
  type PredictionState,
  readPrediction,
} from '@layers/domain/predictions/predictions';
import { isProblem } from '@layers/domain/problem';
import { identifyWrite } from '@layers/http/idempotency-key';
import type { Handler } from '@layers/http/serve';
import { askedOf, type Inputs } from './ask-members.ts';
import { type Committed, commitEverybody, type Revealed, revealEverybody } from './commit-reveal.ts';
import type { ConsensusParts } from './consensus-parts.ts';
import { cardOf, type DatasetGroup, readGroup } from './read-group.ts';
import { showPrediction } from './show.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const silent = { status: 'unreachable' as const };

function commitsOf(
  group: DatasetGroup,
  predictionId: string,
  committed: ReadonlyMap<string, Committed>,
  at: string,
): CommitsEntity {
  const protocols = new Map(group.members.map(({ name, protocol }) => [name, protocol]));
  return {
    predictionId,
    dataset: group.roster.dataset,
    at,
    members: group.roster.seats.map(({ name, key, founder }) => {
      const each = committed.get(name) ?? silent;
      return {
        name,
        key,
        founder,
        protocol: founder ? 'committed' : (protocols.get(name) ?? 'plain'),
        stake: String(group.stakes.get(key) ?? 0n),
        status: each.status,
        ...('commitment' in each ? { commitment: each.commitment, signature: each.signature } : {}),
      };
    }),
  };
}

/** @throws Problem `no-quorum`. */
function revealsOf(
  group: DatasetGroup,
  predictionId: string,
  revealed: ReadonlyMap<string, Revealed>,
  at: string,
): RevealsEntity {
  const answers = new Map([...revealed].map(([name, { answered }]) => [name, answered]));
  const together = compose(group.card, askedOf(group, answers), standingsOf(group.roster), {
    deposit: depositMicroUnits,
    // Where nobody has stakes all have the same, and it is the weighting by accuracy.
    method: { ...methodUnlessTold, weighting: 'stake-and-accuracy' },
  });
  const { members, answered, share } = together.quorum;
  return {
    predictionId,
    dataset: group.roster.dataset,
    at,
    members: together.members.map(({ name, key, status, detail, latencyMs, weight }) => {
      const { answered: _, ...proof } = revealed.get(name) ?? { answered: silent };
      return { name, key, status, ...(detail === undefined ? {} : { detail }), latencyMs, weight, ...proof };
    }),
    prediction: together.prediction,
    disagreement: together.disagreement,
    quorum: { members, answered, share },
    method: { ...together.method },
  };
}

/**
 * A fan-out in two steps. Order: the prediction takes its place; all commit, and that is kept before anybody is asked to
 * reveal; then the reveals are kept with the answer made of them. Half done (no reveals) it counts for nobody: the
 * one-minute rule voids it, and so does a missing quorum here.
 */
async function commitThenReveal(
  parts: ConsensusParts,
  group: DatasetGroup,
  predictionId: string,
  inputs: Inputs,
) {
  const { card } = group;
  const committed = await commitEverybody(parts, group, predictionId, inputs);
  const commits = commitsOf(group, predictionId, committed, iso(parts.now()));
  // A repeated request was faster: it goes on with the commitments that it was given.
  if (!(await keepCommits(parts.consensus, commits))) return;
  const question = { predictionId, card, inputs };
  const revealed = await revealEverybody(parts, group, question, committed);
  try {
    const reveals = revealsOf(group, predictionId, revealed, iso(parts.now()));
    await keepReveals(parts.consensus, reveals);
  } catch (error) {
    if (isProblem(error) && error.kind === 'no-quorum')
      await closePrediction(parts.predictions, {
        id: predictionId,
        nowMs: parts.now(),
        as: 'void',
        reason: error.detail.slice(0, 200),
      });
    throw error;
  }
}

const isUnbound = ([{ prediction }, { commits }]: readonly [PredictionState, Evidence]): boolean =>
  prediction.closed === undefined && commits === undefined;

export function openPrediction(parts: ConsensusParts): Handler<typeof consensus.openPrediction> {
  return async (input, call) => {
    const { dataset, inputs: given, withinMs } = input.body;
    const row = readRow(cardOf(parts, dataset), given, '/body/inputs');
    const inputs = Object.fromEntries(
      Object.entries(row.inputs).filter(([name]) => !row.defaultsUsed.includes(name)),
    );
    const group = await readGroup(parts, dataset);
    const { idempotency } = identifyWrite(consensus.openPrediction, input, call);
    const opened = await open(parts.predictions, {
      dataset,
      inputs,
      nowMs: parts.now(),
      withinMs,
      idempotency,
    });
    const known = () =>
      Promise.all([readPrediction(parts.predictions, opened.id), readEvidence(parts.consensus, opened.id)]);
    const before = opened.replayed ? await known() : undefined;
    // Repeated after a failure before anybody was bound, it goes on from there.
    if (before === undefined || isUnbound(before)) await commitThenReveal(parts, group, opened.id, inputs);
    const [state, evidence] = await known();
    return {
      status: 201,
      headers: { Mirror: state.mirror, Location: `${call.baseUrl}/consensus/predictions/${opened.id}` },
      body: showPrediction(state, evidence),
    };
  };
}
