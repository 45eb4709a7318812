import { api } from '../../api.ts';
import { formatNumber, formatPercent } from '../../formats.ts';
import { readLab } from '../../lab.ts';
import { readCopies } from '../redundancy/copies.tsx';
import { shopper } from '../shop/shopper.ts';

/** What a look at the real system found. */
export interface Found {
  readonly done: boolean;
  readonly evidence: string;
  /** What was seen on the way, for lessons that take two looks. */
  readonly seen?: string;
}

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

const flower = { sepalLengthCm: '5.9', sepalWidthCm: '2.8', petalLengthCm: '4.3', petalWidthCm: '1.3' };
const familiesMin = 5;
const givenPaths = [
  '/',
  '/predict',
  '/getServer',
  '/products',
  '/products/{id}',
  '/orders',
  '/orders/{userId}',
  '/cart/{userId}',
];

async function askEveryModel(): Promise<Found> {
  const { items } = (await api.listModels()).body;
  const asked = items.filter(({ dataset }) => dataset === 'iris');
  const answers = await Promise.all(
    asked.map(({ name }) => api.predict({ query: { model: name, ...flower } })),
  );
  const families = new Set(answers.map(({ body }) => body.model.family));
  const scored = asked.filter(({ scores }) => scores !== undefined).length;
  const evidence = `${formatNumber(answers.length)} models of ${formatNumber(families.size)} families answered in the standard form; ${formatNumber(scored)} have scores out of fold.`;
  return { done: families.size >= familiesMin && scored === asked.length, evidence };
}

async function askTogether(): Promise<Found> {
  const [{ body: answer }, { body: report }] = await Promise.all([
    api.askTogether({ query: { dataset: 'iris', ...flower } }),
    api.readReport({ query: { dataset: 'iris' } }),
  ]);
  const { answered, members, share } = answer.quorum;
  const best = report.outOfFold?.best;
  const assessed =
    best === undefined
      ? `${formatNumber(report.live.outcomes)} live outcomes assess it so far.`
      : `Out of fold the best member is ${best.member}, the best way of combining ${best.method}.`;
  const evidence = `${formatNumber(answered)} of ${formatNumber(members)} members answered, ${formatPercent(share)} of what they stand for. ${assessed}`;
  return { done: answered >= 3 && share >= 2 / 3, evidence };
}

/** Whether each counts as its stake times its reputation, capped at 1, says. */
async function compareWeightings(): Promise<Found> {
  const { members, outcomes } = (await api.readWeights({ query: { dataset: 'iris' } })).body;
  const counting = members.filter(({ probation }) => probation === 0);
  const dueOf = ({ stake, reputation }: (typeof members)[number]) => Number(stake) * Math.min(reputation, 1);
  const sum = counting.reduce((total, member) => total + dueOf(member), 0);
  const off = Math.max(...counting.map((member) => Math.abs(member.weight - dueOf(member) / sum)));
  const [most] = counting.toSorted((one, other) => other.weight - one.weight);
  const evidence = `After ${formatNumber(outcomes)} outcomes each of ${formatNumber(counting.length)} members counts as its stake × min(reputation, 1) says; the most: ${most?.name ?? 'nobody'} with ${formatPercent(most?.weight ?? 0)}.`;
  return { done: off < 1e-3, evidence };
}

async function greet(): Promise<Found> {
  const { message } = (await api.sayHello()).body;
  return { done: message === 'Hello World', evidence: `GET / says “${message}”.` };
}

async function findServer(): Promise<Found> {
  const [{ body: picked }, { body: list }] = await Promise.all([api.getServer(), api.listServers()]);
  const live = list.items.filter(({ status }) => status === 'live').length;
  return {
    done: live >= 2,
    evidence: `GET /getServer named ${picked.id}, of ${formatNumber(live)} that live.`,
  };
}

/** The reader's latest order, if there is one. */
async function latestOrder() {
  return (await api.listOrders({ path: { userId: shopper.get() }, query: { limit: 1 } })).body.items[0];
}

const notYet: Found = { done: false, evidence: 'You have not ordered anything yet.' };

async function lookForOrder(): Promise<Found> {
  const order = await latestOrder();
  if (order === undefined) return notYet;
  const what = order.items.map(({ name, quantity }) => `${formatNumber(quantity)} × ${name}`).join(', ');
  return { done: true, evidence: `Your order is there: ${what}.` };
}

async function lookIntoDatabase(): Promise<Found> {
  const order = await latestOrder();
  if (order === undefined) return notYet;
  const { copies } = await readCopies(`orders/${order.userId}/${order.id}`);
  const own = copies.find(({ role }) => role === 'authority');
  const { version } = own ?? {};
  if (own === undefined || version === undefined)
    return { done: false, evidence: 'No database has your order.' };
  return { done: true, evidence: `${own.store} holds your order, version ${version.epoch}.${version.ver}.` };
}

async function matchDocument(): Promise<Found> {
  const { body: document } = await api.readOpenapi();
  const paths = Object.keys(document.paths ?? {});
  const missing = givenPaths.filter((path) => !paths.includes(path));
  // Each of these throws if its answer breaks the schema that the document was made from.
  await Promise.all([
    api.sayHello(),
    api.listProducts(),
    api.getServer(),
    api.listOrders({ path: { userId: shopper.get() } }),
  ]);
  const evidence = `${formatNumber(paths.length)} paths are documented, ${formatNumber(missing.length)} of the given ones are missing; four answers were checked against their schemas.`;
  return { done: missing.length === 0, evidence };
}

async function watchServer(seen: string | undefined): Promise<Found> {
  const { items } = (await api.listServers()).body;
  const gone = items.filter(({ status, kind }) => status !== 'live' && kind === 'probed').map(({ id }) => id);
  const [first] = gone;
  if (first !== undefined) {
    const named = await Promise.all(Array.from({ length: 6 }, () => api.getServer()));
    const others = named.every(({ body }) => !gone.includes(body.id));
    return {
      done: false,
      seen: others ? first : '',
      evidence: `${first} has left; six questions named others only. Now mend it.`,
    };
  }
  if (seen === undefined || seen === '') return { done: false, evidence: 'All servers live. Silence one.' };
  return { done: true, evidence: `${seen} left while it was silent, and is back.` };
}

type Role = 'follower' | 'replica';
type Structure = 'rows' | 'documents';

/** Whether a copy of a structure has the very version that the authority has. */
async function compareCopies(id: string | undefined, role: Role, structure: Structure): Promise<Found> {
  if (id === undefined) return notYet;
  const { copies } = await readCopies(id);
  const first = copies.find((copy) => copy.role === 'authority');
  const other = copies.find((copy) => copy.role === role && copy.structure === structure);
  if (first?.version === undefined || other === undefined)
    return { done: false, evidence: `Nobody keeps ${id} in that way.` };
  const text = ({ epoch, ver }: { epoch: number; ver: number }) => `${epoch}.${ver}`;
  const same = other.version !== undefined && text(other.version) === text(first.version);
  return {
    done: same,
    evidence: `${first.store} has version ${text(first.version)}, ${other.store} ${other.version === undefined ? 'none yet' : text(other.version)}.`,
  };
}

async function compareRegistry(): Promise<Found> {
  const { groups } = (await api.readRedundancy()).body;
  const group = groups.find(({ name }) => name === 'registry');
  const diff = group?.lastDiff;
  if (group?.follower === undefined || diff === undefined)
    return { done: false, evidence: 'It was not compared yet: press Repair.' };
  const evidence = `${group.authority} and ${group.follower.store}: ${formatNumber(diff.compared)} records compared, ${formatNumber(diff.differing)} differ; a write now is acknowledged as ${group.mirror}.`;
  return {
    done:
      group.follower.structure === 'rows' && diff.differing === diff.repaired && group.mirror === 'synced',
    evidence,
  };
}

async function orderId(): Promise<string | undefined> {
  const order = await latestOrder();
  return order === undefined ? undefined : `orders/${order.userId}/${order.id}`;
}

async function stockId(): Promise<string | undefined> {
  const [line] = (await latestOrder())?.items ?? [];
  return line === undefined ? undefined : `stock/${line.productId}`;
}

const buy = 'Put something into the cart and place the order.';

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
