import { weightsEntity, weightsKey } from '@layers/domain/consensus/after-prediction';
import { memberStatuses } from '@layers/domain/consensus/compose';
import { commitsEntity, commitsKey, revealsEntity, revealsKey } from '@layers/domain/consensus/evidence';
import { memberEntity, memberKey, protocols } from '@layers/domain/consensus/member';
import { rosterEntity, rosterKey } from '@layers/domain/consensus/roster';
import {
  outcomeEntity,
  outcomeKey,
  predictionEntity,
  predictionKey,
  queueEntity,
  queueKey,
} from '@layers/domain/predictions/prediction';
import { entryEntity, entryKey, headEntity, headKey } from '@layers/domain/staking/ledger';
import fc from 'fast-check';

import { goodsTypes } from './stored-goods.ts';
import {
  base64,
  both,
  finite,
  instant,
  list,
  maybe,
  micro,
  type StoredType,
  share,
  text,
} from './stored-parts.ts';

const place = fc.integer({ min: 1 });
const posting = fc.record({ account: fc.string({ minLength: 1, maxLength: 50 }), amount: micro });
const modelNamed = fc.constantFrom('iris-lda', 'titanic-forest');
const datasetNamed = fc.constantFrom('iris', 'titanic');
const standing = {
  key: base64(43),
  reputation: share,
  probation: fc.nat(5),
};
const answer = fc.oneof(
  share.map((p) => ({ label: 'died', probabilities: { died: p, survived: 1 - p } })),
  fc.nat(500_000).map((value) => ({ value, unit: 'USD' })),
);
const asked = { name: modelNamed, key: base64(43), status: fc.constantFrom(...memberStatuses) };
const classTally = fc.record({
  task: fc.constant('classification'),
  outcomes: fc.nat(),
  correct: fc.nat(),
  brier: share,
  logLoss: share,
  bins: list(fc.tuple(fc.nat(), share, fc.nat()), 10, 10),
});

export const storedTypes: readonly StoredType[] = [
  ...goodsTypes,
  {
    name: 'prediction',
    id: predictionKey('p1'),
    schema: predictionEntity,
    entities: fc.record({
      id: base64(22),
      dataset: fc.constantFrom('iris', 'titanic'),
      inputs: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,12}$/), fc.oneof(text, finite())),
      openedAt: instant,
      deadlineAt: instant,
    }),
  },
  {
    name: 'outcome',
    id: outcomeKey('p1'),
    schema: outcomeEntity,
    entities: fc.record({
      predictionId: base64(22),
      truth: fc.oneof(fc.constantFrom('setosa', 'survived'), finite()),
      signature: base64(86),
      reportedAt: instant,
    }),
  },
  {
    name: 'queue of predictions',
    id: queueKey('iris'),
    schema: queueEntity,
    entities: fc.record({
      dataset: datasetNamed,
      opened: fc.nat(),
      open: list(fc.record({ id: base64(22), openedAt: instant, deadlineAt: instant }), 0, 5),
    }),
  },
  {
    name: 'member',
    id: memberKey('iris', 'iris-mine'),
    schema: memberEntity,
    entities: both(
      fc.record({
        ...{ name: modelNamed, dataset: datasetNamed, url: fc.webUrl(), publicKey: base64(43) },
        protocol: fc.constantFrom(...protocols),
        state: fc.constantFrom('joined', 'left'),
        joinedAt: instant,
        signedAtMs: fc.maxSafeNat(),
      }),
      fc.record({ model: modelNamed }, maybe),
    ),
  },
  {
    name: 'roster',
    id: rosterKey('titanic'),
    schema: rosterEntity,
    entities: both(
      fc.record({
        ...{ dataset: datasetNamed, applied: fc.nat(), outcomes: fc.nat() },
        seats: list(fc.record({ name: modelNamed, founder: fc.boolean(), ...standing }), 0, 8),
        members: fc.dictionary(modelNamed, classTally),
        methods: fc.dictionary(fc.constantFrom('mean/equal', 'consensus'), classTally),
      }),
      fc.record({ updatedAt: instant }, maybe),
    ),
  },
  {
    name: 'weights',
    id: weightsKey('titanic', 1),
    schema: weightsEntity,
    entities: fc.record({
      ...{ dataset: datasetNamed, place: fc.integer({ min: 1 }), predictionId: base64(22), at: instant },
      truth: fc.oneof(fc.constantFrom('setosa', 'survived'), finite()),
      members: list(fc.record({ name: modelNamed, weight: share, loss: share, ...standing }), 0, 8),
    }),
  },
  {
    name: 'commits',
    id: commitsKey('titanic-000000001'),
    schema: commitsEntity,
    entities: fc.record({
      ...{ predictionId: base64(22), dataset: datasetNamed, at: instant },
      members: list(
        fc.record({
          ...asked,
          founder: fc.boolean(),
          protocol: fc.constantFrom(...protocols),
          stake: fc.bigInt({ min: 0n, max: 10n ** 29n }).map(String),
          commitment: base64(43),
          signature: base64(86),
        }),
        0,
        8,
      ),
    }),
  },
  {
    name: 'reveals',
    id: revealsKey('titanic-000000001'),
    schema: revealsEntity,
    entities: fc.record({
      ...{ predictionId: base64(22), dataset: datasetNamed, at: instant },
      members: list(
        fc.record({
          ...asked,
          latencyMs: fc.nat(10_000),
          weight: share,
          answer,
          salt: base64(22),
          signature: base64(86),
        }),
        0,
        8,
      ),
      prediction: answer,
      disagreement: share,
      quorum: fc.record({ members: fc.nat(50), answered: fc.nat(50), share }),
      method: fc.record({ weighting: fc.constant('accuracy'), aggregator: fc.constant('trimmed-mean') }),
    }),
  },
  {
    name: 'ledger entry',
    id: entryKey(1),
    schema: entryEntity,
    entities: both(
      fc.record({
        seq: fc.integer({ min: 1 }),
        kind: fc.constantFrom('deposit', 'settlement'),
        postings: list(posting, 2, 40),
        evidence: list(base64(43), 0, 5),
        hash: base64(43),
        at: instant,
      }),
      fc.record(
        {
          previousHash: base64(43),
          dataset: datasetNamed,
          ...{ round: place, fromPlace: place, toPlace: place },
          claim: fc.record({
            ...{ signer: base64(43), signature: base64(86), signedAtMs: fc.maxSafeNat() },
            body: fc.record({ publicKey: base64(43), amount: micro }),
          }),
        },
        maybe,
      ),
    ),
  },
  {
    name: 'ledger head',
    id: headKey,
    schema: headEntity,
    entities: both(
      fc.record({
        seq: fc.nat(),
        balances: fc.dictionary(fc.string({ minLength: 1, maxLength: 50 }), micro),
      }),
      fc.record(
        {
          hash: base64(43),
          datasets: fc.dictionary(
            datasetNamed,
            fc.record({
              ...{ rounds: fc.nat(), nextPlace: place },
              members: fc.dictionary(
                base64(43),
                both(
                  fc.record({ deposit: micro, state: fc.constantFrom('staked', 'leaving', 'ejected') }),
                  fc.record({ unlockRound: place }, maybe),
                ),
              ),
              mismatched: list(micro, 0, 19),
            }),
          ),
          credited: fc.dictionary(base64(43), micro),
          signed: fc.dictionary(base64(43), fc.maxSafeNat()),
        },
        maybe,
      ),
    ),
  },
];

/** One of canonical JSON, one of lines, two of any image, three of each type. */
const propertiesCount = 4 + 3 * storedTypes.length;
const casesMin = Number(process.env.MAPPING_CASES ?? 1_500);

/** How often each property is tried: few times in the tests, more on demand (MAPPING_CASES=100000, of all together). */
export const runs = { numRuns: Math.ceil(casesMin / propertiesCount) };
export const propertyTimeoutMs = 600_000;
