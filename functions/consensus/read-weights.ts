import type { consensus } from '@layers/contract/consensus';
import {
  historyPrefix,
  type WeightsEntity,
  weightsEntity,
  weightsKey,
  weightsOf,
} from '@layers/domain/consensus/after-prediction';
import type { Handler } from '@layers/http/serve';
import type { ConsensusParts } from './consensus-parts.ts';
import { cardOf, readGroup } from './read-group.ts';

export function readWeights(parts: ConsensusParts): Handler<typeof consensus.readWeights> {
  return async ({ query: { dataset } }) => {
    const { roster, stakes, mirror } = await readGroup(parts, dataset);
    const founders = new Set(roster.seats.filter(({ founder }) => founder).map(({ key }) => key));
    const members = weightsOf(roster, stakes).map((member) => ({
      ...member,
      founder: founders.has(member.key),
      stake: String(stakes.get(member.key) ?? 0n),
    }));
    const { outcomes, applied } = roster;
    return { status: 200, headers: { Mirror: mirror }, body: { dataset, outcomes, applied, members } };
  };
}

const linesUnlessTold = 100;

function showLine({ place, predictionId, truth, at, members }: WeightsEntity) {
  return {
    place,
    predictionId,
    truth,
    at,
    members: members.map(({ name, key, reputation, probation, weight, loss }) => ({
      name,
      key,
      reputation,
      probation,
      weight,
      ...(loss === undefined ? {} : { loss }),
    })),
  };
}

export function listWeights(parts: ConsensusParts): Handler<typeof consensus.listWeights> {
  return async ({ query: { dataset, after = 0, limit = linesUnlessTold } }) => {
    cardOf(parts, dataset);
    const cursor = after === 0 ? undefined : weightsKey(dataset, after);
    const page = await parts.consensus.list(historyPrefix(dataset), { cursor, limit });
    const items = page.items.map(({ image }) => showLine(weightsEntity.parse(JSON.parse(image))));
    const last = items.at(-1)?.place;
    return {
      status: 200,
      headers: { Mirror: page.mirror },
      body: { items, ...(page.next === undefined || last === undefined ? {} : { next: last }) },
    };
  };
}
