import type { consensus } from '@layers/contract/consensus';
import { guaranteeOf } from '@layers/domain/consensus/shadow';
import { calibrationError, calibrationOf, scoresOf, type Tally } from '@layers/domain/consensus/tally';
import type { Handler } from '@layers/http/serve';
import type { ConsensusParts } from './consensus-parts.ts';
import { readGroup } from './read-group.ts';

function scored(tallies: Readonly<Record<string, Tally>>) {
  return Object.entries(tallies).map(([name, tally]) => {
    const error = calibrationError(tally);
    return {
      name,
      outcomes: tally.outcomes,
      scores: { ...scoresOf(tally) },
      ...(error === undefined ? {} : { calibrationError: error, calibration: calibrationOf(tally) }),
    };
  });
}

export function readReport(parts: ConsensusParts): Handler<typeof consensus.readReport> {
  return async ({ query: { dataset } }) => {
    const { roster, mirror } = await readGroup(parts, dataset);
    const { dataset: _, ...outOfFold } = parts.readAssessed().find((each) => each.dataset === dataset) ?? {};
    const guarantee = roster.shadow === undefined ? undefined : guaranteeOf(roster.shadow);
    return {
      status: 200,
      headers: { Mirror: mirror },
      body: {
        dataset,
        ...('rows' in outOfFold ? { outOfFold } : {}),
        live: {
          outcomes: roster.outcomes,
          members: scored(roster.members),
          methods: scored(roster.methods),
        },
        ...(guarantee === undefined ? {} : { guarantee }),
      },
    };
  };
}
