import { api } from '../../api.ts';
import { readLab } from '../../lab.ts';
import {
  askEveryModel,
  askTogether,
  buy,
  compareCopies,
  compareRegistry,
  compareWeightings,
  type Found,
  findServer,
  greet,
  lookAtStakes,
  lookForOrder,
  lookIntoDatabase,
  matchDocument,
  orderId,
  stockId,
  watchServer,
} from './evidence.ts';

/** A question of the exercise, as something to do. Another lesson is another entry. */
export interface Lesson {
  readonly id: string;
  readonly title: string;
  readonly todo: readonly string[];
  readonly expect: string;
  readonly why: string;
  /** Where it is done. */
  readonly room: string;
  /** @param seen what the last look saw on the way. */
  readonly check: (seen: string | undefined) => Promise<Found>;
}

export const lessons: readonly { readonly part: string; readonly lessons: readonly Lesson[] }[] = [
  {
    part: 'Predict together',
    lessons: [
      {
        id: 'models',
        title: 'Q1 Diverse models, one standard answer',
        todo: [
          'Open the Consensus room and move the sliders of Iris.',
          'Compare what single models say in the table.',
        ],
        expect:
          'Models of at least five families answer the same flower, each in the same form, and each has scores on flowers it never saw.',
        why: 'A group can only correct its members if they err differently: different families do.',
        room: 'consensus?dataset=iris',
        check: askEveryModel,
      },
      {
        id: 'consensus',
        title: 'Q2 A consensus of the group, assessed',
        todo: ['Ask a flower between two species.', 'Read the column “Without it”.'],
        expect:
          'At least three members and two thirds of the weight answer; the report says how good members and ways of combining them are.',
        why: 'A quorum makes one slow or dead member a detail instead of a failure.',
        room: 'consensus?dataset=iris',
        check: askTogether,
      },
      {
        id: 'weights',
        title: 'Q3 Weights by accuracy',
        todo: ['Look at “What each member counts”.', 'Compare each weight with its reputation.'],
        expect: 'Weights sum to 1; each outcome moves them from those that erred to those that did not.',
        why: 'A vote where everybody counts alike is as good as its worst third.',
        room: 'consensus?dataset=iris',
        check: compareWeightings,
      },
      {
        id: 'stakes',
        title: 'Q4 Stakes, rewards and slashing',
        todo: [
          'In the Consensus room start a round with a liar, and wait until it is settled.',
          'Read “Rewards and slashes”; then invite a member that breaks its commitment.',
        ],
        expect:
          'The liar’s stake falls and what it loses goes to those who were right; whoever breaks a commitment is slashed and put out. Each change is an entry of the ledger, the balances are a JSON document.',
        why: 'Words are free, stakes are not: whoever wants to be heard pays for being wrong, and for cheating much more.',
        room: 'consensus?dataset=iris',
        check: lookAtStakes,
      },
    ],
  },
  {
    part: 'Sell without losing anything',
    lessons: [
      {
        id: 'hello',
        title: 'Q1 A Hello World server',
        todo: ['Nothing: this page asks GET / for you.'],
        expect: 'It greets.',
        why: 'The smallest thing that proves the whole chain: gateway, function, answer.',
        room: 'shop',
        check: greet,
      },
      {
        id: 'registry',
        title: 'Q2 A registry that names a server',
        todo: ['Open the Registry room and ask for a server a few times.'],
        expect: 'Two servers live, and both are named about as often.',
        why: 'Clients that ask where to go survive the loss of any one place.',
        room: 'registry',
        check: findServer,
      },
      {
        id: 'database',
        title: 'Q3 A database',
        todo: [buy],
        expect: 'Your order is a record with a version in DynamoDB.',
        why: 'What is written must outlive the function that wrote it.',
        room: 'shop',
        check: lookIntoDatabase,
      },
      {
        id: 'contract',
        title: 'Q4 The server matches the API',
        todo: ['Nothing: this page compares the document with the answers.'],
        expect: 'Every given path is documented, and answers fit their schemas.',
        why: 'One list of routes makes gateway, router, document and this page: they cannot disagree.',
        room: 'shop',
        check: matchDocument,
      },
      {
        id: 'front-end',
        title: 'Q5 A front-end',
        todo: [buy],
        expect: 'Your order is in the history.',
        why: 'Double clicks and lost replies are harmless: each order carries a key, and one key makes one order.',
        room: 'shop',
        check: lookForOrder,
      },
      {
        id: 'server-issue',
        title: 'Q6 A server fails, and is mended',
        todo: ['In the Registry room silence a server.', 'Come back here when it has left.', 'Mend it.'],
        expect: 'It leaves within seconds, is named no more, and comes back by itself once it is well.',
        why: 'Its health decides, not its word: a server that hangs cannot say that it does.',
        room: 'registry',
        check: watchServer,
      },
      {
        id: 'mirror-same',
        title: 'Q7 Synchronous mirroring, same structure',
        todo: ['In the Redundancy room choose registry and press Repair.'],
        expect: 'Both DynamoDB tables hold the same records; nothing differs.',
        why: 'The second table has every acknowledged write, so that it can be promoted without a loss.',
        room: 'redundancy?group=registry',
        check: compareRegistry,
      },
      {
        id: 'replica-same',
        title: 'Q8 Asynchronous replication, same structure',
        todo: [buy, 'Look at the stock record’s copies in the Redundancy room.'],
        expect: 'The stock in dynamodb-secondary reaches the authority’s version within seconds.',
        why: 'The order did not wait for it: cheaper, and the newest seconds may be lost.',
        room: 'redundancy?group=shop',
        check: async () => compareCopies(await stockId(), 'replica', 'rows'),
      },
      {
        id: 'mirror-different',
        title: 'Q7-bis Synchronous mirroring, another structure',
        todo: [buy, 'Break S3 in the Redundancy room, order again, mend it, and watch it catch up.'],
        expect: 'The order in DynamoDB and its JSON document in S3 have one version, also after an outage.',
        why: 'A document of another kind survives what would break every table at once.',
        room: 'redundancy?group=shop',
        check: async () => compareCopies(await orderId(), 'follower', 'documents'),
      },
      {
        id: 'replica-different',
        title: 'Q8-bis Asynchronous replication, another structure',
        todo: [buy, 'Pause the queue in the Redundancy room, order again, resume it.'],
        expect: 'The order’s copy in the second bucket comes after it, and reaches its version.',
        why: 'The message names what changed and never carries it: lost or doubled messages do no harm.',
        room: 'redundancy?group=shop',
        check: async () => compareCopies(await orderId(), 'replica', 'documents'),
      },
    ],
  },
];

/** Mends what was broken on purpose, where that can be. */
export async function resetLab(): Promise<void> {
  if ((await readLab()) !== 'absent') await api.resetLab();
}
