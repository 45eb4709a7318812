import { isProblem, Problem } from '@layers/domain/problem';
import type { Decision, MirroredGroup, Transaction, Version } from '@layers/domain/redundancy/transaction';
import type { Process } from './network.ts';
import { createOperation, type Operation, type Value } from './operations.ts';
import type { Protocol } from './protocol.ts';
import type { Stream } from './random.ts';
import type { World } from './world.ts';

/** What a client is to do; drawn before the history runs, so that leaving one out changes nothing of the others. */
export interface Intent {
  /** `derive` reads both of the pair and writes one: what it only read must hold when it commits. */
  readonly kind: 'put' | 'pair' | 'derive' | 'delete' | 'read' | 'read pair' | 'buy' | 'list';
  readonly key: string;
  readonly keyed: boolean;
  /** Sends the same key once more although the answer is known. */
  readonly again: boolean;
  readonly thinkMs: number;
}

export const pair = ['carts/p', 'carts/q'] as const;
export const single = 'carts/s';
export const stock = 'stock/a';
export const stockAtFirst = 20;

/** Weights by repetition. */
const kinds: readonly Intent['kind'][] = [
  ...(['put', 'put', 'put', 'pair', 'pair', 'pair', 'derive', 'delete'] as const),
  ...(['read', 'read', 'read pair', 'read pair', 'buy', 'buy', 'list'] as const),
];

export function drawIntents(stream: Stream, count: number, thinkMaxMs: number): Intent[] {
  return Array.from({ length: count }, () => ({
    kind: stream.pick(kinds),
    key: stream.pick([single, pair[0], pair[1]]),
    keyed: stream.chance(0.5),
    again: stream.chance(0.2),
    thinkMs: stream.below(thinkMaxMs),
  }));
}

/** Runs one client's intents in one process after another: a crash ends a process, and the next goes on after it. */
export class Client {
  finished = false;
  private next = 0;
  private generation = 0;
  private retrying: { operation: Operation; transaction: Transaction } | undefined;
  private readonly world: World;
  private readonly protocol: Protocol;
  private readonly name: string;
  private readonly intents: readonly Intent[];
  private readonly record: (operation: Operation) => void;

  constructor(
    world: World,
    protocol: Protocol,
    name: string,
    intents: readonly Intent[],
    record: (operation: Operation) => void,
  ) {
    this.world = world;
    this.protocol = protocol;
    this.name = name;
    this.intents = intents;
    this.record = record;
  }

  start(): void {
    this.generation += 1;
    const { world } = this;
    const process = world.createProcess(`${this.name}.${this.generation}`, true);
    process.onCrash = () => this.start();
    const environment = world.environment(process);
    const context = this.protocol.createContext(environment, world.group.name, [world.group]);
    void this.run(process, this.protocol.openGroup(context)).catch((error: unknown) => {
      world.violate('no defect', String((error as Error).stack ?? error));
    });
  }

  private async run(process: Process, group: MirroredGroup): Promise<void> {
    const { network } = this.world;
    if (this.retrying !== undefined) await this.retry(process, group);
    while (this.next < this.intents.length) {
      const intent = this.intents[this.next] as Intent;
      this.next += 1;
      await network.sleep(process, intent.thinkMs);
      await this.perform(process, group, intent);
    }
    this.finished = true;
  }

  private async perform(process: Process, group: MirroredGroup, intent: Intent): Promise<void> {
    const id = this.world.nextOperation();
    if (intent.kind === 'list') return this.list(process, group, id);
    if (intent.kind === 'read') return this.read(process, group, id, [intent.key]);
    if (intent.kind === 'read pair') return this.read(process, group, id, pair);
    const operation = this.begin(id, 'write', keysOf(intent, id), intent.keyed ? `k${id}` : undefined);
    const transaction = transactionOf(intent, operation);
    this.retrying = intent.keyed ? { operation, transaction } : undefined;
    await this.write(process, group, operation, transaction);
    if (operation.outcome === 'unknown' && intent.keyed) await this.retry(process, group);
    else if (operation.outcome === 'ok' && intent.again && this.isRemembered(operation)) {
      await this.askAgain(process, group, operation, transaction);
    }
    this.retrying = undefined;
  }

  /** An unknown outcome is resolved by the same key; sometimes what is known is asked again too. */
  private async retry(process: Process, group: MirroredGroup): Promise<void> {
    for (let attempt = 0; attempt < 3 && this.retrying !== undefined; attempt += 1) {
      const { operation, transaction } = this.retrying;
      if (!this.isFresh(operation)) break;
      await this.world.network.sleep(process, 10 + attempt * 40);
      await this.write(process, group, operation, transaction);
      if (operation.outcome !== 'unknown') break;
    }
    this.retrying = undefined;
  }

  /** A key may be sent again while it is surely remembered: well within its lifetime, as its promise says. */
  private isFresh({ invokedAtMs }: Operation): boolean {
    const { idempotencyMs } = this.world.settings;
    return this.world.scheduler.now() - invokedAtMs < idempotencyMs - 450;
  }

  /** What changed nothing is not remembered under its key. */
  private isRemembered({ idempotencyKey, changes }: Operation): boolean {
    return idempotencyKey !== undefined && changes.at(-1)?.size !== 0;
  }

  /** One key, one answer, however late it is asked again. */
  private async askAgain(
    process: Process,
    group: MirroredGroup,
    operation: Operation,
    transaction: Transaction,
  ): Promise<void> {
    this.retrying = undefined;
    await this.world.network.sleep(process, this.world.stream.below(200));
    if (!this.isFresh(operation)) return this.useAgain(process, group, operation);
    const neverAsked: Transaction = {
      ...transaction,
      decide() {
        operation.answers.push('decided twice');
        throw new Problem('version-conflict', 'the simulator asked again for an answer it knows');
      },
    };
    try {
      const { answer, mirror } = await group.write(neverAsked);
      operation.answers.push(answer);
      const believedRevision = this.world.believed.get(process) ?? 0;
      this.world.judgeAcknowledgement({ ...operation, mirror, believedRevision });
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
  }

  /** A key that has expired is anybody's: a new request with it has its own effect and its own answer. */
  private async useAgain(
    process: Process,
    group: MirroredGroup,
    { keys, idempotencyKey }: Operation,
  ): Promise<void> {
    const { network, settings } = this.world;
    await network.sleep(process, settings.idempotencyMs + settings.leaseMarginMs);
    const id = this.world.nextOperation();
    const operation = this.begin(id, 'write', keys.slice(0, 1), idempotencyKey);
    const intent: Intent = { kind: 'put', key: keys[0] ?? single, keyed: true, again: false, thinkMs: 0 };
    await this.write(process, group, operation, transactionOf(intent, operation));
    if (operation.replayed) this.world.violate('I10', `op ${id} was answered from a key that had expired`);
  }

  private begin(
    id: number,
    kind: Operation['kind'],
    keys: readonly string[],
    idempotencyKey: string | undefined,
  ): Operation {
    const invokedAtMs = this.world.scheduler.now();
    const operation = createOperation({ id, client: this.name, kind, keys, idempotencyKey, invokedAtMs });
    this.record(operation);
    return operation;
  }

  private answered(process: Process, operation: Operation): void {
    operation.outcome = 'ok';
    operation.returnedAtMs = this.world.scheduler.now();
    operation.believedRevision = this.world.believed.get(process) ?? 0;
    this.world.judgeAcknowledgement(operation);
  }

  private async write(
    process: Process,
    group: MirroredGroup,
    operation: Operation,
    transaction: Transaction,
  ): Promise<void> {
    const wasUnknown = operation.changes.length > 0;
    try {
      const outcome = await group.write(transaction);
      operation.mirror = outcome.mirror;
      operation.replayed = operation.replayed || outcome.replayed || wasUnknown;
      operation.answers.push(outcome.answer);
      this.answered(process, operation);
      this.world.judgeStrict(operation, []);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (error.kind === 'idempotency-mismatch')
        this.world.violate('I10', `op ${operation.id}: ${error.kind}`);
      const refused = error.kind !== 'outcome-unknown' && !wasUnknown;
      operation.outcome = refused ? 'refused' : 'unknown';
      if (refused) operation.returnedAtMs = this.world.scheduler.now();
      this.world.network.trace?.(`${process.name} op ${operation.id}: ${error.kind}`);
    }
  }

  private async read(
    process: Process,
    group: MirroredGroup,
    id: number,
    keys: readonly string[],
  ): Promise<void> {
    const operation = this.begin(id, 'read', keys, undefined);
    try {
      const { entities, mirror } = await group.read(keys);
      operation.mirror = mirror;
      operation.views.push(new Map(keys.map((key) => [key, entities.get(key)?.image])));
      this.answered(process, operation);
      this.world.judgeStrict(operation, [...entities.values()]);
    } catch (error) {
      if (!isProblem(error)) throw error;
      operation.outcome = 'refused';
    }
  }

  private async list(process: Process, group: MirroredGroup, id: number): Promise<void> {
    const operation = this.begin(id, 'list', [...pair, single], undefined);
    try {
      const seen = new Map<string, Value>(operation.keys.map((key) => [key, undefined]));
      let cursor: string | undefined;
      do {
        const page = await group.list('carts/', { cursor, limit: 2 });
        for (const item of page.items) seen.set(item.id, item.image);
        operation.mirror = page.mirror === 'stale' ? 'stale' : (operation.mirror ?? page.mirror);
        cursor = page.next;
      } while (cursor !== undefined);
      operation.views.push(seen);
      this.answered(process, operation);
    } catch (error) {
      if (!isProblem(error)) throw error;
      operation.outcome = 'refused';
    }
  }
}

function keysOf(intent: Intent, id: number): readonly string[] {
  if (intent.kind === 'pair' || intent.kind === 'derive') return pair;
  if (intent.kind === 'buy') return [`orders/u/o${id}`, stock];
  return [intent.key];
}

/** Decides as the intent says, and notes each time what it saw and would put. */
function transactionOf(intent: Intent, operation: Operation): Transaction {
  const { id, keys, idempotencyKey } = operation;
  return {
    keys,
    idempotency: idempotencyKey === undefined ? undefined : { id: idempotencyKey, payloadHash: `p${id}` },
    decide(current, next): Decision {
      const view = new Map(keys.map((key) => [key, current.get(key)?.image]));
      const put = decideValues(intent, id, view);
      operation.views.push(view);
      operation.changes.push(put);
      const versions = new Map([...put.keys()].map((key): [string, Version] => [key, next(key)]));
      operation.versions.push(versions);
      const changes = [...put].map(([key, image]) => ({ id: key, image }));
      return { changes, answer: `op ${id} at ${JSON.stringify([...versions])}` };
    },
  };
}

function decideValues(intent: Intent, id: number, view: ReadonlyMap<string, Value>): Map<string, Value> {
  if (intent.kind === 'delete') {
    return new Map(view.get(intent.key) === undefined ? [] : [[intent.key, undefined]]);
  }
  if (intent.kind === 'pair') return new Map(pair.map((key) => [key, `v${id}`]));
  if (intent.kind === 'derive') return new Map([[pair[1], `v${id}`]]);
  if (intent.kind === 'put') return new Map([[intent.key, `v${id}`]]);
  const units = Number(view.get(stock) ?? '0');
  if (units < 1) throw new Problem('insufficient-stock', 'sold out');
  return new Map([
    [`orders/u/o${id}`, '1'],
    [stock, String(units - 1)],
  ]);
}
