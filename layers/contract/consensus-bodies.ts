import { aggregators } from '@layers/domain/consensus/aggregate';
import { memberStatuses } from '@layers/domain/consensus/compose';
import { digest, memberName, protocols, publicKey, signature } from '@layers/domain/consensus/member';
import { outcomeWithinMs, outcomeWithinMsMin } from '@layers/domain/consensus/settings';
import { weightings } from '@layers/domain/consensus/weightings';
import { classPrediction, valuePrediction } from '@layers/domain/models/answer';
import { modelName } from '@layers/domain/models/card';
import { datasetNameCharsMax, predictionIdPattern } from '@layers/domain/predictions/prediction';
import * as z from 'zod/mini';

const share = z.number().check(z.gte(0), z.lte(1));
const prediction = z.lazy(() => z.union([classPrediction, valuePrediction]));
export const dataset = modelName.check(
  z.maxLength(datasetNameCharsMax),
  z.meta({ description: 'The name of a data set.', examples: ['iris', 'titanic'] }),
);

export const predictionId = z
  .string()
  .check(
    z.regex(predictionIdPattern),
    z.meta({ description: 'The id of a counting prediction.', examples: ['iris-000000001'] }),
  );

const microUnits = z
  .string()
  .check(
    z.regex(/^(?:0|[1-9][0-9]{0,29})$/),
    z.meta({ description: 'Micro-units, as text: 100000000 is 100.' }),
  );

export const weightingName = z.enum(weightings.map(({ name }) => name));
export const aggregatorName = z.enum(aggregators.map(({ name }) => name));
const method = z.lazy(() => z.object({ weighting: z.string(), aggregator: z.string() }));

// Of answers alone, and a function checks none of its own answers: they are built where they are documented.
const askedMember = () =>
  z.object({
    name: memberName,
    weight: share.check(
      z.meta({
        description: 'Those of an answer sum to 1; 0 for whoever gave no valid answer, or is on probation.',
      }),
    ),
    stake: microUnits,
    status: z.enum(memberStatuses),
    detail: z.optional(z.string()).check(z.meta({ description: 'What was wrong with its answer.' })),
    probation: z.optional(z.int().check(z.gte(0))).check(z.meta({ description: 'Batches until it counts.' })),
    latencyMs: z.number().check(z.gte(0)),
    prediction: z.optional(prediction),
  });

const quorum = () =>
  z.object({
    members: z.int().check(z.gte(0), z.meta({ description: 'Members that count.' })),
    answered: z.int().check(z.gte(0)),
    share: share.check(z.meta({ description: 'Of what they stand for; 2/3 are needed, and 3 members.' })),
  });

const together = () => ({
  prediction,
  members: z.array(askedMember()),
  quorum: quorum(),
  disagreement: share.check(
    z.meta({
      description:
        'Weighted mean distance of the members from the consensus, as losses are measured: 0 is unanimous.',
    }),
  ),
  method,
});

export const consensusAnswer = z.lazy(() =>
  z
    .object({
      dataset: z.string(),
      inputs: z.record(z.string(), z.union([z.number(), z.string()])),
      defaultsUsed: z.array(z.string()),
      warnings: z.array(z.object({ argument: z.string(), detail: z.string() })),
      ...together(),
    })
    .check(z.meta({ id: 'ConsensusAnswer' })),
);

export const newMember = z.lazy(() =>
  z
    .strictObject({
      name: memberName.check(
        z.meta({ description: 'Belongs to its key for good.', examples: ['my-forest'] }),
      ),
      dataset,
      url: z.string().check(
        z.minLength(1),
        z.maxLength(500),
        z.meta({
          description:
            'Where it answers; never published. https to a public address, without query. It is asked once, now.',
          examples: ['https://models.example.com'],
        }),
      ),
      model: z
        .optional(modelName)
        .check(z.meta({ description: 'Asked for by this name where the URL serves several models.' })),
      publicKey: publicKey.check(z.meta({ description: 'Ed25519, 32 bytes in base64url.' })),
      protocol: z.enum(protocols).check(
        z.meta({
          description:
            '`plain`: GET /predict. `committed`: POST /commit and POST /reveal, which stake asks for.',
        }),
      ),
    })
    .check(z.meta({ id: 'NewMember' })),
);

export const memberView = z.lazy(() =>
  z
    .object({
      name: memberName,
      dataset: z.string(),
      publicKey,
      founder: z.boolean().check(z.meta({ description: 'One of the deployment’s own models.' })),
      protocol: z.enum(protocols),
      joinedAt: z.optional(z.iso.datetime()),
      stake: microUnits,
      reputation: z.number().check(z.gte(0)),
      probation: z
        .int()
        .check(z.gte(0), z.meta({ description: 'Batches until it counts; 0 for those that do.' })),
      weight: share,
    })
    .check(z.meta({ id: 'Member' })),
);

export const newPrediction = z.lazy(() =>
  z
    .strictObject({
      dataset,
      inputs: z.record(
        z.string().check(z.maxLength(80)),
        z.union([z.string().check(z.maxLength(200)), z.number()]),
      ),
      withinMs: z.optional(z.int().check(z.gte(outcomeWithinMsMin), z.lte(outcomeWithinMs))).check(
        z.meta({
          description: 'How long the outcome may take; 24 hours unless told. Without one it is void.',
        }),
      ),
    })
    .check(z.meta({ id: 'NewPrediction' })),
);

export const predictionView = z.lazy(() =>
  z
    .object({
      id: predictionId,
      dataset: z.string(),
      inputs: z.record(z.string(), z.union([z.number(), z.string()])),
      state: z.enum(['asked', 'revealed', 'judged', 'void']).check(
        z.meta({
          description:
            'asked: members commit; revealed: it waits for its outcome; judged; void: it counts for nobody.',
        }),
      ),
      openedAt: z.iso.datetime(),
      deadlineAt: z.iso.datetime(),
      commitments: z.array(
        z.object({ name: memberName, status: z.enum(memberStatuses), commitment: z.optional(digest) }),
      ),
      consensus: z
        .optional(z.object(together()))
        .check(z.meta({ description: 'There is none before the reveal.' })),
      outcome: z.optional(
        z.object({ truth: z.union([z.string(), z.number()]), reportedAt: z.iso.datetime() }),
      ),
      reason: z.optional(z.string()).check(z.meta({ description: 'Why it is void.' })),
    })
    .check(z.meta({ id: 'CountingPrediction' })),
);

export const newOutcome = z.lazy(() =>
  z
    .strictObject({
      truth: z
        .union([z.string().check(z.minLength(1), z.maxLength(80)), z.number()])
        .check(z.meta({ description: 'A label, or a value in the unit of the data set.' })),
      signature: signature.check(
        z.meta({
          description:
            'Ed25519 by the oracle over the canonical JSON of {claim: "outcome", predictionId, truth}.',
        }),
      ),
    })
    .check(z.meta({ id: 'NewOutcome' })),
);

const scores = z.lazy(() => z.record(z.string(), z.number()));
const scored = () =>
  z.object({
    name: z.string(),
    outcomes: z.int().check(z.gte(0)),
    scores,
    calibrationError: z.optional(z.number().check(z.gte(0))),
    calibration: z.optional(
      z.array(
        z.object({ from: share, to: share, count: z.int().check(z.gte(1)), given: share, seen: share }),
      ),
    ),
  });

const comparison = () =>
  z.object({
    than: z.string().check(z.meta({ description: 'The best member.' })),
    score: z.string(),
    difference: z.number(),
    interval: z.tuple([z.number(), z.number()]).check(z.meta({ description: 'Paired bootstrap, 95 %.' })),
  });

const assessed = () =>
  z.object({
    dataset: z.string(),
    task: z.enum(['classification', 'regression']),
    rows: z.int().check(z.gte(1)),
    members: z.array(scored()),
    methods: z.array(z.extend(scored(), { title: z.string(), comparison: z.optional(comparison()) })),
    best: z.object({ member: z.string(), method: z.string() }),
  });

export const assessedDataset = z.lazy(assessed);

export type AssessedDataset = z.output<typeof assessedDataset>;

export const report = z.lazy(() =>
  z
    .object({
      dataset: z.string(),
      outOfFold: z.optional(z.omit(assessed(), { dataset: true })).check(
        z.meta({
          description: 'Of the deployment’s own models, each row answered by models that never saw it.',
        }),
      ),
      live: z
        .object({ outcomes: z.int().check(z.gte(0)), members: z.array(scored()), methods: z.array(scored()) })
        .check(z.meta({ description: 'Of counting predictions, as their outcomes came.' })),
      guarantee: z
        .optional(
          z.object({
            outcomes: z.int().check(z.gte(1)),
            members: z.int().check(z.gte(2)),
            regret: z.number(),
            bound: z.number(),
          }),
        )
        .check(
          z.meta({
            description:
              'Loss of the shadow mixture beyond that of its best member, and what it can be at most (ln N ÷ ½). Only where the theorem holds: classification, members present and answering from the start, one prediction at a time.',
          }),
        ),
    })
    .check(z.meta({ id: 'ConsensusReport' })),
);

const weighted = () =>
  z.object({
    name: memberName,
    key: publicKey,
    reputation: z.number().check(z.gte(0)),
    probation: z.int().check(z.gte(0)),
    weight: share,
  });

export const currentWeights = z.lazy(() =>
  z
    .object({
      dataset: z.string(),
      outcomes: z.int().check(z.gte(0)),
      applied: z
        .int()
        .check(
          z.gte(0),
          z.meta({ description: 'Place of the last prediction whose outcome or voidness counts.' }),
        ),
      members: z.array(z.extend(weighted(), { founder: z.boolean(), stake: microUnits })),
    })
    .check(z.meta({ id: 'Weights' })),
);

export const weightsLine = z.lazy(() =>
  z
    .object({
      place: z.int().check(z.gte(1)),
      predictionId,
      truth: z.union([z.string(), z.number()]),
      at: z.iso.datetime(),
      members: z.array(z.extend(weighted(), { loss: z.optional(share) })),
    })
    .check(z.meta({ id: 'WeightsLine' })),
);
