import { ApiProblem, makeClient } from '@layers/contract/client';
import { staking } from '@layers/contract/staking';
import { entryKey } from '@layers/domain/staking/ledger';
import { publicKeyOf } from '@layers/http/derived-keys';
import { trustedKey } from '../../key-files.ts';
import { findEntry, readAccount, readSupply, signCredit } from '../../ledger/send-claim.ts';
import {
  attempt,
  insistently,
  newRun,
  readAllOn,
  timeoutMs,
  type Workload,
  type Write,
  workload,
  writeOn,
} from './workload.ts';

/** Whoever is credited again and again takes one of the ledger's accounts: the operator itself, a micro-unit at a time. */
const amount = '1';

const isUsed = (error: unknown) => error instanceof ApiProblem && error.status === 403;

function claimOf({ headers, body }: ReturnType<typeof signCredit>, signer: string) {
  const [, time, signature] = /^t=(\d+),ed25519=(.+)$/.exec(headers['tandem-signature']) ?? [];
  return { signer, signedAtMs: Number(time), signature, body };
}

/** The operator, who credits and signs one entry after the other, since an older signature is refused; and one who reads. */
export async function startOperator(apiUrl: string): Promise<Workload> {
  const client = makeClient(staking, { baseUrl: apiUrl, timeoutMs });
  const running = newRun();
  const operator = publicKeyOf(trustedKey('operator'));
  const settledOf = async () => Number((await insistently(() => readAccount(apiUrl, operator))).settled);
  const before = await settledOf();
  /** Signatures that were given up, which may have counted all the same. */
  let replaced = 0;
  const credit = (): Write => {
    let signed = signCredit(operator, amount);
    const send = async (): Promise<{ seq: number; headers?: Headers; mirror?: string }> => {
      try {
        const { body, headers } = await client.deposit(signed);
        return { ...body, headers };
      } catch (error) {
        if (!isUsed(error)) throw error;
        const seq = await findEntry(apiUrl, signed.headers);
        // Readers of a strict group are shown what is in both stores alone.
        if (seq !== undefined) return { seq, mirror: 'synced' };
        // A minute old, or overtaken by what the operator signed elsewhere.
        signed = signCredit(operator, amount);
        replaced += 1;
        throw error;
      }
    };
    return async () => {
      const done = await attempt(running, 'write', send);
      if (done === undefined) return undefined;
      const { seq } = done.answer;
      const fields = { seq, kind: 'deposit', claim: claimOf(signed, operator) };
      return [{ recordId: entryKey(seq), fields, counter: 0, mirror: done.mirror, atMs: Date.now() }];
    };
  };
  const look = () => attempt(running, 'read', () => client.readSupply({}));
  const audit = async () => {
    const answered = new Set(running.acknowledged.map(({ recordId }) => recordId)).size;
    const credited = (await settledOf()) - before;
    const { deposits, withdrawals, balances, insurance } = await insistently(() => readSupply(apiUrl));
    const open = running.open + replaced;
    return [
      ...(answered === running.acknowledged.length
        ? []
        : [`${running.acknowledged.length} credits were answered with ${answered} entries`]),
      ...(credited < answered || credited > answered + open
        ? [`${credited} credits are in the account, ${answered} were answered, ${open} are open`]
        : []),
      ...(BigInt(balances) + BigInt(insurance) === BigInt(deposits) - BigInt(withdrawals)
        ? []
        : [
            `balances ${balances} + insurance ${insurance} ≠ deposits ${deposits} − withdrawals ${withdrawals}`,
          ]),
    ];
  };
  return workload(running, [writeOn(running, credit), ...readAllOn(running, look)], audit);
}
