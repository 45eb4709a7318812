import { cappedReputation, reputationRule } from '@layers/domain/consensus/reputation';
import { api } from '../../api.ts';
import { formatNumber, formatPercent, formatUnits } from '../../formats.ts';
import { type LedgerEntry, roundsIn } from '../consensus/stakes.ts';
import { readCopies } from '../redundancy/copies.tsx';
import { shopper } from '../shop/shopper.ts';

/** What a look at the real system found. */
export interface Found {
  readonly done: boolean;
  readonly evidence: string;
  /** What was seen on the way, for lessons that take two looks. */
  readonly seen?: string;
}

const flower = { sepalLengthCm: '5.9', sepalWidthCm: '2.8', petalLengthCm: '4.3', petalWidthCm: '1.3' };
const familiesMin = 5;
const ledgerPagesMax = 20;
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

export async function askEveryModel(): Promise<Found> {
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

export async function askTogether(): Promise<Found> {
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

/** Whether each counts as its stake times its capped reputation says. */
export async function compareWeightings(): Promise<Found> {
  const { members, outcomes } = (await api.readWeights({ query: { dataset: 'iris' } })).body;
  const counting = members.filter(({ probation }) => probation === 0);
  const dueOf = (member: (typeof members)[number]) => Number(member.stake) * cappedReputation(member);
  const sum = counting.reduce((total, member) => total + dueOf(member), 0);
  const off = Math.max(...counting.map((member) => Math.abs(member.weight - dueOf(member) / sum)));
  const [most] = counting.toSorted((one, other) => other.weight - one.weight);
  const evidence = `After ${formatNumber(outcomes)} outcomes each of ${formatNumber(counting.length)} members counts as its stake × reputation, at most ${formatNumber(reputationRule.cap)}, says; the most: ${most?.name ?? 'nobody'} with ${formatPercent(most?.weight ?? 0)}.`;
  return { done: off < 1e-3, evidence };
}

async function readLedger(): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let pages = 0; pages < ledgerPagesMax; pages += 1) {
    const { items, next } = (await api.listLedger({ query: { limit: 100, cursor: entries.at(-1)?.seq } }))
      .body;
    entries.push(...items);
    if (next === undefined) break;
  }
  return entries;
}

/** Who lost most in the rounds of a data set, by the name that its history knows. */
async function greatestLoss(dataset: string, entries: readonly LedgerEntry[]) {
  const losses = roundsIn(entries, dataset).flatMap(({ round, toPlace, before, after }) =>
    [...before].map(([key, stake]) => ({ key, round, toPlace, lost: stake - (after.get(key) ?? 0) })),
  );
  const [most] = losses.toSorted((one, other) => other.lost - one.lost);
  if (most === undefined || most.lost <= 0) return undefined;
  const { items } = (await api.listWeights({ query: { dataset, after: most.toPlace - 1, limit: 1 } })).body;
  const name = items[0]?.members.find(({ key }) => key === most.key)?.name ?? most.key.slice(0, 8);
  return { ...most, name };
}

/** Whether a stake fell in a settled round, nothing came from nowhere, and the balances are a JSON document. */
export async function lookAtStakes(): Promise<Found> {
  const { datasets, conserved } = (await api.readSupply()).body;
  const [dataset] = Object.keys(datasets).filter((name) => (datasets[name]?.rounds ?? 0) > 0);
  if (dataset === undefined) return { done: false, evidence: 'No round was settled yet.' };
  const most = await greatestLoss(dataset, await readLedger());
  if (most === undefined) return { done: false, evidence: `No stake in ${dataset} has fallen yet.` };
  const balances = await compareCopies('head/ledger', 'follower', 'documents');
  const evidence = `In round ${formatNumber(most.round)} of ${dataset} ${most.name} lost ${formatUnits(most.lost)} units; ${conserved ? 'no unit came from nowhere or vanished' : 'the supply is broken'}. Of the balances ${balances.evidence}`;
  return { done: conserved && balances.done, evidence };
}

export async function greet(): Promise<Found> {
  const { message } = (await api.sayHello()).body;
  return { done: message === 'Hello World', evidence: `GET / says “${message}”.` };
}

export async function findServer(): Promise<Found> {
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

export async function lookForOrder(): Promise<Found> {
  const order = await latestOrder();
  if (order === undefined) return notYet;
  const what = order.items.map(({ name, quantity }) => `${formatNumber(quantity)} × ${name}`).join(', ');
  return { done: true, evidence: `Your order is there: ${what}.` };
}

export async function lookIntoDatabase(): Promise<Found> {
  const order = await latestOrder();
  if (order === undefined) return notYet;
  const { copies } = await readCopies(`orders/${order.userId}/${order.id}`);
  const own = copies.find(({ role }) => role === 'authority');
  const { version } = own ?? {};
  if (own === undefined || version === undefined)
    return { done: false, evidence: 'No database has your order.' };
  return { done: true, evidence: `${own.store} holds your order, version ${version.epoch}.${version.ver}.` };
}

export async function matchDocument(): Promise<Found> {
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

export async function watchServer(seen: string | undefined): Promise<Found> {
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
export async function compareCopies(
  id: string | undefined,
  role: Role,
  structure: Structure,
): Promise<Found> {
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

export async function compareRegistry(): Promise<Found> {
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

export async function orderId(): Promise<string | undefined> {
  const order = await latestOrder();
  return order === undefined ? undefined : `orders/${order.userId}/${order.id}`;
}

export async function stockId(): Promise<string | undefined> {
  const [line] = (await latestOrder())?.items ?? [];
  return line === undefined ? undefined : `stock/${line.productId}`;
}

export const buy = 'Put something into the cart and place the order.';
