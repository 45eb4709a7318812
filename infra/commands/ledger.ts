import { join } from 'node:path';
import { isConserved, supplyOf } from '@layers/domain/staking/books';
import type { EntryEntity } from '@layers/domain/staking/ledger';
import { digestOf } from '@layers/http/claims';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { root, stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { interruption } from '../interruption.ts';
import { askedOf } from '../ledger/asked.ts';
import { followOnce, goOnFollowing } from '../ledger/follow-ledger.ts';
import { type Replay, readTrusted, replayLedger } from '../ledger/replay-ledger.ts';
import { creditKey, openBooks } from '../ledger/send-claim.ts';

const usage = `
npm run ledger -- [options]
  --replay          recomputes every balance from the chain, its signatures and its evidence, and compares (the default)
  --follow URL      the same with a copy kept in .tandem/ledger, which notices a chain that was rewritten since, and goes
                    on with what comes until Ctrl-C
  --once            follow, but do not go on
  --operator KEY    whose deposits count, and
  --oracle KEY      whose outcomes: those that the deployment shows when it is first seen, unless told
  --open DATASET    opens a data set's books with its founders' deposits, signed by this laptop's operator
  --credit KEY      credits --amount micro-units to a key, signed by this laptop's operator
  --amount N        100000000 unless told
`;

const options = {
  replay: { type: 'boolean' },
  follow: { type: 'string' },
  once: { type: 'boolean', default: false },
  operator: { type: 'string' },
  oracle: { type: 'string' },
  open: { type: 'string' },
  credit: { type: 'string' },
  amount: { type: 'string', default: '100000000' },
} as const;

function apiUrlOf(follow: string | undefined): string {
  if (follow !== undefined && !URL.canParse(follow))
    throw new CommandFailure({
      what: `--follow ${follow} is no address.`,
      why: 'It takes the URL of an API, as npm start prints it.',
      next: 'npm run ledger -- --help',
    });
  const found = follow ?? readState(stateFolderFrom(process.env))?.apiUrl;
  if (found !== undefined) return found.replace(/\/$/, '');
  throw new CommandFailure({
    what: 'No tandem is running here.',
    next: 'npm start -- --detach   or   npm run ledger -- --follow URL',
  });
}

const show = ({ seq, kind, dataset = '', round, hash }: EntryEntity) =>
  console.log(
    `${String(seq).padStart(6)}  ${kind.padEnd(10)} ${dataset} ${String(round ?? '')} ${hash.slice(0, 12)}`,
  );

function sum({ entries, books, same }: Replay): number {
  const supply = supplyOf(books);
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

interface Keys {
  readonly operator?: string | undefined;
  readonly oracle?: string | undefined;
}

async function replay(apiUrl: string, { operator, oracle }: Keys): Promise<number> {
  const shown = await readTrusted(apiUrl);
  const trusted = { operator: operator ?? shown.operator, oracle: oracle ?? shown.oracle };
  return sum(await replayLedger({ apiUrl, trusted, onEntry: show }));
}

async function follow(apiUrl: string, { operator, oracle }: Keys, once: boolean): Promise<number> {
  const stop = interruption();
  const path = join(root, '.tandem', 'ledger', `${digestOf(apiUrl).slice(0, 16)}.json`);
  const following = { apiUrl, path, operator, oracle, onEntry: show };
  const first = await followOnce(following);
  const code = sum(first);
  if (once) return code;
  console.log(`The copy is ${path}. Following; Ctrl-C ends it.`);
  await goOnFollowing(following, first, stop);
  return 0;
}

async function open(apiUrl: string, dataset: string): Promise<number> {
  const { seq, founders } = await openBooks(apiUrl, dataset);
  console.log(`Entry ${seq}: ${founders.length} founders of ${dataset} have 100 units at stake each.`);
  return 0;
}

async function credit(apiUrl: string, publicKey: string, amount: string): Promise<number> {
  const seq = await creditKey(apiUrl, publicKey, amount);
  console.log(`Entry ${seq}: ${amount} micro-units are credited to ${publicKey}.`);
  return 0;
}

await runCommand(usage, options, ({ values }) => {
  const apiUrl = apiUrlOf(values.follow);
  return askedOf(apiUrl, () => {
    if (values.open !== undefined) return open(apiUrl, values.open);
    if (values.credit !== undefined) return credit(apiUrl, values.credit, values.amount);
    if (values.follow !== undefined) return follow(apiUrl, values, values.once);
    return replay(apiUrl, values);
  });
});
