import type { consensusAnswer, memberView, predictionView } from '@layers/contract/consensus-bodies';
import { weightsOf } from '@layers/domain/consensus/after-prediction';
import type { Consensus } from '@layers/domain/consensus/compose';
import type { Evidence, RevealsEntity } from '@layers/domain/consensus/evidence';
import type { Protocol } from '@layers/domain/consensus/member';
import type { PredictionState } from '@layers/domain/predictions/predictions';
import type * as z from 'zod/mini';
import type { DatasetGroup } from './read-group.ts';

type Together = Pick<
  z.input<typeof consensusAnswer>,
  'prediction' | 'members' | 'quorum' | 'disagreement' | 'method'
>;

export function showTogether({ prediction, members, quorum, disagreement, method }: Consensus): Together {
  const { members: counting, answered, share } = quorum;
  return {
    prediction,
    members: members.map(
      ({ name, weight, stake, status, detail, probation, latencyMs, prediction: own }) => ({
        name,
        weight,
        stake: String(stake),
        status,
        ...(detail === undefined ? {} : { detail }),
        ...(probation === 0 ? {} : { probation }),
        latencyMs,
        ...(own === undefined ? {} : { prediction: own }),
      }),
    ),
    quorum: { members: counting, answered, share },
    disagreement,
    method: { ...method },
  };
}

function showReveals(reveals: RevealsEntity, stakes: ReadonlyMap<string, string>): Together {
  const { members, quorum } = reveals;
  return {
    prediction: reveals.prediction,
    members: members.map(({ name, key, weight, status, detail, latencyMs, answer }) => ({
      name,
      weight,
      stake: stakes.get(key) ?? '0',
      status,
      ...(detail === undefined ? {} : { detail }),
      latencyMs,
      ...(answer === undefined || status !== 'answered' ? {} : { prediction: answer }),
    })),
    quorum: { members: quorum.members, answered: quorum.answered, share: quorum.share },
    disagreement: reveals.disagreement,
    method: { weighting: reveals.method.weighting, aggregator: reveals.method.aggregator },
  };
}

type View = z.input<typeof predictionView>;

function stateOf({ prediction: { closed } }: PredictionState, { reveals }: Evidence): View['state'] {
  if (closed !== undefined) return closed.as;
  return reveals === undefined ? 'asked' : 'revealed';
}

/** A prediction with what may be seen of its evidence by now. */
export function showPrediction(state: PredictionState, evidence: Evidence): View {
  const { prediction, outcome } = state;
  const { id, dataset, inputs, openedAt, deadlineAt, closed } = prediction;
  const { commits, reveals } = evidence;
  const stakes = new Map(commits?.members.map(({ key, stake }) => [key, stake]));
  return {
    id,
    dataset,
    inputs,
    state: stateOf(state, evidence),
    openedAt,
    deadlineAt,
    commitments: (commits?.members ?? []).map(({ name, status, commitment }) => ({
      name,
      status,
      ...(commitment === undefined ? {} : { commitment }),
    })),
    ...(reveals === undefined ? {} : { consensus: showReveals(reveals, stakes) }),
    ...(outcome === undefined ? {} : { outcome: { truth: outcome.truth, reportedAt: outcome.reportedAt } }),
    ...(closed?.reason === undefined ? {} : { reason: closed.reason }),
  };
}

/** Everybody on the roster, without their addresses. */
export function showMembers(group: DatasetGroup): z.input<typeof memberView>[] {
  const { roster, stakes, members } = group;
  const weights = new Map(weightsOf(roster, stakes).map(({ key, weight }) => [key, weight]));
  return roster.seats.map(({ name, key, founder, reputation, probation }) => {
    const member = members.find((each) => each.publicKey === key);
    const protocol: Protocol = member?.protocol ?? 'committed';
    return {
      name,
      dataset: roster.dataset,
      publicKey: key,
      founder,
      protocol,
      ...(member === undefined ? {} : { joinedAt: member.joinedAt }),
      stake: String(stakes.get(key) ?? 0n),
      reputation,
      probation,
      weight: weights.get(key) ?? 0,
    };
  });
}
