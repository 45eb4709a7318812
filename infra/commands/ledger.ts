import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { staking } from '@layers/contract/staking';
import { commitmentText, commitText, outcomeText, revealText } from '@layers/domain/consensus/claims';
import type { ModelCard } from '@layers/domain/models/card';
import { emptyBooks, isConserved, supplyOf } from '@layers/domain/staking/books';
import { claimPaths } from '@layers/domain/staking/claims';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { type Auditor, replayEntry } from '@layers/domain/staking/replay';
import type { PredictionEvidence, RoundEvidence } from '@layers/domain/staking/round';
import { digestOf, verifyText } from '@layers/http/claims';
import { signRequest, verifyRequest } from '@layers/http/signed-request';
import { modelsFolder, readCatalogue } from '@layers/onnx-runtime/catalogue';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { trustedKey } from '../key-files.ts';

const usage = `
npm run ledger -- [options]
  --replay          recomputes every balance from the chain, its signatures and its evidence, and compares (the default)
  --follow URL      the same with a copy kept in .tandem/ledger, which notices a chain that was rewritten since
  --open DATASET    opens a data set's books with its founders' deposits, signed by this laptop's operator
  --credit KEY      credits --amount micro-units to a key, signed by this laptop's operator
  --amount N        100000000 unless told
  --oracle KEY      whose outcomes count, to check their signatures too
`;

const options = {
  replay: { type: 'boolean' },
  follow: { type: 'string' },
  open: { type: 'string' },
  credit: { type: 'string' },
  amount: { type: 'string', default: '100000000' },
  oracle: { type: 'string' },
} as const;

type Api = Client<typeof staking>;
const timeoutMs = 30_000;
const pagesMax = 100_000;

function apiUrlOf(follow: string | undefined): string {
  const found = follow ?? readState(stateFolderFrom(process.env))?.apiUrl;
  if (found !== undefined) return found.replace(/\/$/, '');
  throw new CommandFailure({
    what: 'No tandem is running here.',
    next: 'npm start -- --detach   or   npm run ledger -- --follow URL',
  });
}

async function readChain(api: Api): Promise<EntryEntity[]> {
  const entries: EntryEntity[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const { body } = await api.listLedger({
      query: { limit: '100', ...(cursor === undefined ? {} : { cursor }) },
    });
    entries.push(...(body.items as EntryEntity[]));
    if (body.next === undefined) break;
    cursor = body.next;
  }
  return entries;
}

type Committed = NonNullable<PredictionEvidence['commits']>['members'][number];

/** What a member's own signatures and commitment prove wrong. */
function doubtsOfMember(
  evidence: PredictionEvidence,
  { key, name, commitment, signature }: Committed,
): string[] {
  const predictionId = evidence.prediction.id;
  if (commitment === undefined) return [];
  const doubts = verifyText(key, commitText({ commitment, predictionId }), String(signature))
    ? []
    : [`the commitment of ${name} to ${predictionId} is not signed by its key.`];
  const revealed = evidence.reveals?.members.find((each) => each.key === key);
  if (revealed?.answer === undefined || revealed.salt === undefined) return doubts;
  const { answer, salt, status } = revealed;
  if (!verifyText(key, revealText({ answer, predictionId, salt }), String(revealed.signature)))
    doubts.push(`the reveal of ${name} to ${predictionId} is not signed by its key.`);
  const fits = digestOf(commitmentText({ answer, key, predictionId, salt })) === commitment;
  if (fits !== (status === 'answered'))
    doubts.push(`${name} is said to have ${status} in ${predictionId}; its commitment says otherwise.`);
  return doubts;
}

function doubtsOf(evidence: PredictionEvidence, oracle: string | undefined): string[] {
  const { prediction, outcome, commits } = evidence;
  const { id: predictionId } = prediction;
  const doubts = (commits?.members ?? []).flatMap((member) => doubtsOfMember(evidence, member));
  if (outcome === undefined || oracle === undefined) return doubts;
  const text = outcomeText({ predictionId, truth: outcome.truth });
  if (!verifyText(oracle, text, outcome.signature))
    doubts.push(`the outcome of ${predictionId} is not the oracle’s.`);
  return doubts;
}

const isSigned = ({ claim }: EntryEntity, path: string): boolean => {
  if (claim === undefined) return false;
  const { signer, signedAtMs, signature, body } = claim;
  try {
    verifyRequest(signer, { method: 'POST', path, body }, `t=${signedAtMs},ed25519=${signature}`, signedAtMs);
    return true;
  } catch {
    return false;
  }
};

function auditorOf(api: Api, operatorKey: string, oracle: string | undefined): Auditor {
  const cards = new Map<string, ModelCard>(
    readCatalogue(modelsFolder).cards.map((card) => [card.dataset, card]),
  );
  return {
    hash: digestOf,
    isSigned,
    operatorKey,
    cardOf: (dataset) => cards.get(dataset),
    evidenceOf: async ({ dataset = '', fromPlace = 1, toPlace = 1 }) => {
      const path = { dataset, fromPlace: String(fromPlace) };
      const query = { predictions: String(toPlace - fromPlace + 1) };
      const { body } = await api.readRoundEvidence({ path, query });
      return body as unknown as RoundEvidence;
    },
    doubts: ({ predictions }) => predictions.flatMap((each) => doubtsOf(each, oracle)),
  };
}

/** The copy of before must still be how the chain begins. */
function compareCopy(path: string, entries: readonly EntryEntity[]): void {
  let known: readonly string[] = [];
  try {
    known = JSON.parse(readFileSync(path, 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const differs = known.findIndex((hash, index) => entries[index]?.hash !== hash);
  if (differs < 0) return;
  throw new CommandFailure({
    what: `The chain was rewritten: entry ${differs + 1} is not the one that was here before.`,
    why: `It was ${known[differs] ?? ''}, now it is ${entries[differs]?.hash ?? 'gone'}.`,
    next: `Keep ${path}: it is the proof.`,
  });
}

const lineOf = ({ seq, kind, dataset = '', round, hash }: EntryEntity) =>
  `${String(seq).padStart(6)}  ${kind.padEnd(10)} ${dataset} ${String(round ?? '')} ${hash.slice(0, 12)}`;

async function replay(apiUrl: string, follow: boolean, oracle: string | undefined): Promise<number> {
  const api = makeClient(staking, { baseUrl: apiUrl, timeoutMs });
  const { body: said } = await api.readSupply({});
  const entries = await readChain(api);
  const folder = join(root, '.tandem', 'ledger');
  const path = join(folder, `${digestOf(apiUrl).slice(0, 16)}.json`);
  if (follow) compareCopy(path, entries);
  const auditor = auditorOf(api, said.operator ?? '', oracle);
  let books = emptyBooks;
  for (const entry of entries) {
    books = await replayEntry(books, entry, auditor);
    console.log(lineOf(entry));
  }
  if (follow) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, JSON.stringify(entries.map(({ hash }) => hash)));
  }
  const supply = supplyOf(books);
  const same = books.hash === said.hash && String(supply.balances) === said.balances;
  console.log(
    `\n${entries.length} entries follow from their claims and evidence; conserved: ${isConserved(supply)}`,
  );
  console.log(
    `balances ${supply.balances} + insurance ${supply.insurance} = deposits ${supply.deposits} − withdrawals ${supply.withdrawals}`,
  );
  console.log(
    same
      ? 'The books are those that the deployment shows.'
      : 'The deployment has gone on, or shows other books.',
  );
  return same ? 0 : 1;
}

const signedBy = (path: string, body: object) => ({
  'tandem-signature': signRequest(trustedKey('operator'), { method: 'POST', path, body }, Date.now()),
});

async function open(apiUrl: string, dataset: string): Promise<number> {
  const members = makeClient(consensus, { baseUrl: apiUrl, timeoutMs });
  const { items } = (await members.listMembers({ query: { dataset } })).body;
  const founders = items.filter(({ founder }) => founder).map(({ publicKey }) => publicKey);
  const body = { dataset, founders };
  const api = makeClient(staking, { baseUrl: apiUrl, timeoutMs });
  const { seq } = (await api.openBooks({ headers: signedBy(claimPaths.open, body), body })).body;
  console.log(`Entry ${seq}: ${founders.length} founders of ${dataset} have 100 units at stake each.`);
  return 0;
}

async function credit(apiUrl: string, publicKey: string, amount: string): Promise<number> {
  const body = { publicKey, amount };
  const api = makeClient(staking, { baseUrl: apiUrl, timeoutMs });
  const { seq } = (await api.deposit({ headers: signedBy(claimPaths.deposit, body), body })).body;
  console.log(`Entry ${seq}: ${amount} micro-units are credited to ${publicKey}.`);
  return 0;
}

await runCommand(usage, options, ({ values }) => {
  const apiUrl = apiUrlOf(values.follow);
  if (values.open !== undefined) return open(apiUrl, values.open);
  if (values.credit !== undefined) return credit(apiUrl, values.credit, values.amount);
  return replay(apiUrl, values.follow !== undefined, values.oracle);
});
