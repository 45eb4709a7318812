import { type Client, makeClient } from '@layers/contract/client';
import { consensus } from '@layers/contract/consensus';
import { staking } from '@layers/contract/staking';
import type { ModelCard } from '@layers/domain/models/card';
import { type Books, emptyBooks, supplyOf } from '@layers/domain/staking/books';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { type Auditor, Disbelief, replayEntry } from '@layers/domain/staking/replay';
import type { RoundEvidence } from '@layers/domain/staking/round';
import { digestOf } from '@layers/http/claims';
import { readCatalogue } from '@layers/onnx-runtime/catalogue';
import { modelsFolder } from '@layers/onnx-runtime/models-folder';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { doubtsOf, isSigned } from './doubts.ts';

const timeoutMs = 30_000;
const pagesMax = 100_000;

/** Whose signatures the chain is held to. */
export interface Trusted {
  readonly operator: string;
  /** `undefined`: the deployment has none, and no outcome is believed or doubted. */
  readonly oracle: string | undefined;
}

export interface Replay {
  /** Those read now, in order. */
  readonly entries: readonly EntryEntity[];
  readonly books: Books;
  /** Whether the deployment shows the same end of the chain and the same balances. */
  readonly same: boolean;
}

interface Replaying {
  readonly apiUrl: string;
  readonly trusted: Trusted;
  /** Recomputed before: only what came after is read. Nothing unless told. */
  readonly from?: Books;
  readonly onEntry?: (entry: EntryEntity) => void;
}

type Api = Client<typeof staking>;
const apiOf = (apiUrl: string): Api => makeClient(staking, { baseUrl: apiUrl, timeoutMs });

/** The keys that a deployment says it trusts: to be compared with what is known of it. */
export async function readTrusted(apiUrl: string): Promise<Trusted> {
  const { operator = '' } = (await apiOf(apiUrl).readSupply({})).body;
  const members = makeClient(consensus, { baseUrl: apiUrl, timeoutMs });
  return { operator, oracle: (await members.readConsensus()).body.oraclePublicKey };
}

/** The entries after `seq`, in order. */
async function readChain(api: Api, seq: number): Promise<EntryEntity[]> {
  const entries: EntryEntity[] = [];
  let cursor = seq === 0 ? undefined : String(seq);
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

function auditorOf(api: Api, { operator, oracle }: Trusted): Auditor {
  const cards = new Map<string, ModelCard>(
    readCatalogue(modelsFolder).cards.map((card) => [card.dataset, card]),
  );
  return {
    hash: digestOf,
    isSigned,
    operatorKey: operator,
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

/**
 * Recomputes the books of a deployment from its chain, its signatures and its evidence.
 * @throws CommandFailure for an entry that does not follow from them.
 */
export async function replayLedger({ apiUrl, trusted, from, onEntry }: Replaying): Promise<Replay> {
  const api = apiOf(apiUrl);
  const { body: said } = await api.readSupply({});
  let books = from ?? emptyBooks;
  const entries = (await readChain(api, books.seq)).filter(({ seq }) => seq <= said.seq);
  const auditor = auditorOf(api, trusted);
  for (const entry of entries) {
    books = await replayEntry(books, entry, auditor).catch((error: unknown) => {
      if (!(error instanceof Disbelief)) throw error;
      throw new CommandFailure({
        what: `The ledger at ${apiUrl} cannot be believed.`,
        why: error.message,
        next: `curl "${apiUrl}/staking/ledger?limit=1&cursor=${entry.seq - 1}"`,
      });
    });
    onEntry?.(entry);
  }
  const same = books.hash === said.hash && String(supplyOf(books).balances) === said.balances;
  return { entries, books, same };
}
