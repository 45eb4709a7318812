import { Problem } from '@layers/domain/problem';
import type {
  Entity,
  MirroredGroup,
  MirrorState,
  Transaction,
  WriteOutcome,
} from '@layers/domain/redundancy/transaction';

interface Kept {
  readonly ver: number;
  readonly image: string | undefined;
}

/**
 * A group in memory that keeps the promises a caller sees: transactions one after another, versions that only rise,
 * answers remembered by key. How two stores are kept alike is the protocol's own tests' matter.
 */
export class MemoryGroup implements MirroredGroup {
  readonly records = new Map<string, Kept>();
  private readonly answers = new Map<string, { payloadHash: string; answer: string }>();
  epoch = 1;
  mirror: MirrorState = 'synced';

  private entity(id: string): Entity | undefined {
    const kept = this.records.get(id);
    if (kept?.image === undefined) return undefined;
    return { id, version: { epoch: this.epoch, ver: kept.ver }, image: kept.image };
  }

  write(transaction: Transaction): Promise<WriteOutcome> {
    return Promise.resolve().then(() => this.commit(transaction));
  }

  private commit(transaction: Transaction): WriteOutcome {
    const { keys, idempotency } = transaction;
    if (new Set(keys).size !== keys.length) throw new Problem('invalid-request', 'A key is named twice.');
    const known = idempotency === undefined ? undefined : this.answers.get(idempotency.id);
    if (known !== undefined) {
      if (known.payloadHash !== idempotency?.payloadHash)
        throw new Problem('idempotency-mismatch', 'Other payload.');
      return { answer: known.answer, replayed: true, mirror: this.mirror };
    }
    const next = (id: string) => ({ epoch: this.epoch, ver: (this.records.get(id)?.ver ?? 0) + 1 });
    const { changes, answer } = transaction.decide(new Map(keys.map((id) => [id, this.entity(id)])), next);
    for (const { id, image } of changes) {
      if (!keys.includes(id)) throw new Problem('invalid-request', `${id} is not among the keys.`);
      this.records.set(id, { ver: next(id).ver, image });
    }
    if (idempotency !== undefined && changes.length > 0)
      this.answers.set(idempotency.id, { payloadHash: idempotency.payloadHash, answer });
    return { answer, replayed: false, mirror: this.mirror };
  }

  read(ids: readonly string[]) {
    return Promise.resolve({
      entities: new Map(ids.map((id) => [id, this.entity(id)])),
      mirror: this.mirror,
    });
  }

  list(prefix: string, page: { cursor: string | undefined; limit: number }) {
    const ids = [...this.records.keys()].filter((id) => id.startsWith(prefix)).sort();
    const rest = ids.filter((id) => id > (page.cursor ?? ''));
    const shown = rest.slice(0, page.limit);
    const items = shown.map((id) => this.entity(id)).filter((entity) => entity !== undefined);
    return Promise.resolve({
      items,
      next: rest.length > shown.length ? shown.at(-1) : undefined,
      mirror: this.mirror,
    });
  }
}
