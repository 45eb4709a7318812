import { isProblem } from '@layers/domain/problem';
import type { Context } from '@layers/domain/redundancy/context';
import type { Policy } from '@layers/domain/redundancy/control';
import type { Settings } from '@layers/domain/redundancy/settings';
import { Client, type Intent, single, stock, stockAtFirst } from './client.ts';
import type { Fault, Step } from './faults.ts';
import { Surroundings } from './incidents.ts';
import type { Call } from './network.ts';
import type { Operation } from './operations.ts';
import { ordinary, settings, type Variant, variants } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { watchStores } from './watch-stores.ts';
import { startMs, World } from './world.ts';

/** None of those that clients write, whose every write is judged. */
const keyedRecord = 'carts/keyed';

/** How the stores of a history by hand are set up. */
export interface Setting {
  readonly variant: Variant;
  readonly policy?: Policy;
  readonly settings?: Partial<Settings>;
}

/** Runs machines by hand, call by call, to places that random histories seldom reach. */
export class Director {
  readonly world: World;
  readonly surroundings: Surroundings;
  readonly operations: Operation[] = [];
  private readonly protocol: Protocol;
  private directions: { matches: (call: Call) => boolean; fate: Fault | 'hold'; left: number }[] = [];

  constructor(protocol: Protocol, { variant, policy = 'available', settings: changed = {} }: Setting) {
    this.protocol = protocol;
    this.world = new World(1, { ...variants[variant], policy }, { ...settings, ...changed }, ordinary);
    this.surroundings = new Surroundings(this.world, protocol, []);
    this.world.network.direction = (call) => this.direct(call);
  }

  async setUp(): Promise<void> {
    const { context } = this.surroundings.context('setup', false);
    await this.protocol.initialise(context.env, this.world.group);
    await this.protocol.openGroup(context).write({
      keys: [stock],
      idempotency: undefined,
      decide: () => ({ changes: [{ id: stock, image: String(stockAtFirst) }], answer: '' }),
    });
    watchStores(this.world);
    // The first change of mode has to wait until the leases of the making have lapsed.
    await this.pass(this.world.settings.leaseMs + 2 * this.world.settings.leaseMarginMs);
  }

  /** Lets virtual time go by. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.world.scheduler.after(ms, resolve, true));
  }

  async until(condition: () => boolean, withinMs = 2_000): Promise<void> {
    const end = this.world.scheduler.now() + withinMs;
    while (!condition() && this.world.scheduler.now() < end) await this.pass(1);
  }

  /** A client that does one thing. */
  start(name: string, kind: Intent['kind'], key: string = single, keyed = false): Client {
    return this.intend(name, { kind, key, keyed, again: false, thinkMs: 0 });
  }

  intend(name: string, intent: Intent): Client {
    const client = new Client(this.world, this.protocol, name, [intent], (operation) => {
      this.operations.push(operation);
    });
    client.start();
    return client;
  }

  async finish(name: string, kind: Intent['kind'], key: string = single, keyed = false): Promise<void> {
    const client = this.start(name, kind, key, keyed);
    await this.until(() => client.finished);
  }

  /** The next `count` calls of a process (by the start of its name) at a step meet this fate. */
  meet(who: string, step: Step, fate: Fault | 'hold', count = 1, skip = 0): void {
    let toSkip = skip;
    this.directions.push({
      matches: (call) => call.process.name.startsWith(who) && call.step === step && toSkip-- <= 0,
      fate,
      left: count,
    });
  }

  /** Until somebody is held. */
  held(count = 1): Promise<void> {
    return this.until(() => this.world.network.heldCount >= count);
  }

  release(): void {
    this.world.network.release('');
  }

  /** Lets one process (by the start of its name) go on. */
  async releaseOnly(who: string): Promise<void> {
    this.world.network.release(who);
    await this.pass(0);
  }

  /** An operator or a prober that does one thing; failures are its own. */
  act(name: string, work: (context: Context) => Promise<unknown>): { done: boolean } {
    const acting = { done: false };
    const end = () => {
      acting.done = true;
    };
    void work(this.surroundings.context(name, false).context).then(end, end);
    return acting;
  }

  async acted(name: string, work: (context: Context) => Promise<unknown>): Promise<void> {
    const acting = this.act(name, work);
    await this.until(() => acting.done);
  }

  /** Probes by one process until the group is in a mode. */
  async probeTo(mode: string, name = 'prober'): Promise<void> {
    for (let round = 0; round < 40 && this.world.control?.mode !== mode; round += 1) {
      await this.acted(name, (context) => this.protocol.probe(context));
      await this.pass(10);
    }
  }

  async suspect(role: 'A' | 'B'): Promise<void> {
    const { control } = this.world;
    const store = role === 'A' ? control?.authority : control?.follower;
    await this.acted('suspect', (context) => this.protocol.declareLost(context, store ?? ''));
  }

  /** Again and again, since a change may be refused for being too soon. */
  async suspectUntil(role: 'A' | 'B', mode: string): Promise<void> {
    for (let round = 0; round < 40 && this.world.control?.mode !== mode; round += 1) {
      await this.suspect(role);
      await this.pass(20);
    }
  }

  /** After whoever read under the old mode is done, the authority is given up for its follower. */
  async promoteFollower(): Promise<void> {
    await this.pass(120);
    await this.suspectUntil('A', 'PROMOTING');
    await this.probeTo('A_ONLY');
  }

  /** The authority's rows are gone; documents stand in. */
  async loseRows(): Promise<void> {
    this.world.wipe(this.world.control?.authority ?? '');
    await this.suspect('A');
    await this.pass(this.world.settings.leaseMs + 2 * this.world.settings.leaseMarginMs);
  }

  /** Everything in the authority's rows as it is now, to be put in their place later. */
  backUpRows(): () => Promise<void> {
    const store = this.world.control?.authority ?? '';
    const memory = this.world.rows.get(store)?.memory;
    const backup = memory?.backup();
    return async () => {
      await this.suspectUntil('A', 'READ_ONLY');
      await this.pass(this.world.settings.leaseMs + 2 * this.world.settings.leaseMarginMs);
      if (backup !== undefined) memory?.restore(backup);
      this.surroundings.restored = true;
    };
  }

  async rebuildToNormal(): Promise<void> {
    await this.acted('operator', (context) => this.protocol.startRebuild(context));
    await this.probeTo('NORMAL');
  }

  startRebuild(context: Context): Promise<unknown> {
    return this.protocol.startRebuild(context);
  }

  probe(context: Context): Promise<unknown> {
    return this.protocol.probe(context);
  }

  promote(context: Context): Promise<unknown> {
    return this.protocol.promote(context, false);
  }

  async force(context: Context): Promise<readonly string[] | undefined> {
    this.surroundings.forced = true;
    return (await this.protocol.promote(context, true)).lost;
  }

  forceReadOnly(context: Context): Promise<unknown> {
    return this.protocol.forceReadOnly(context);
  }

  sweep(context: Context): Promise<unknown> {
    return this.protocol.sweep(context);
  }

  /** One consumer takes the messages that are there now. */
  async consume(context: Context): Promise<void> {
    for (const message of this.world.messages.splice(0)) await this.protocol.consume(context, message);
  }

  async compareCopies(context: Context): Promise<void> {
    await this.protocol.compareFollower(context, true);
    for (const replica of this.world.group.replicas)
      await this.protocol.compareReplica(context, replica, true);
  }

  /** Sends a write of one record under a key of the caller's choice. Gives back the answer or the kind of the problem. */
  async writeKeyed(context: Context, key: string, payloadHash: string): Promise<string> {
    const idempotency = { id: key, payloadHash };
    const decide = () => ({ changes: [{ id: keyedRecord, image: payloadHash }], answer: payloadHash });
    const group = this.protocol.openGroup(context);
    try {
      return (await group.write({ keys: [keyedRecord], idempotency, decide })).answer;
    } catch (error) {
      return isProblem(error) ? error.kind : String(error);
    }
  }

  /** What the authority holds of the record that `writeKeyed` writes. */
  imageOfKeyed(): string | undefined {
    const row = this.world.table(this.world.control?.authority ?? '')?.get('record', keyedRecord);
    return row?.kind === 'record' ? row.image : undefined;
  }

  /** Somebody changes a store's copy of a record past the protocol: its version stays. */
  alter(store: string, id: string): void {
    const { name } = this.world.group;
    const set = { image: 'altered' };
    this.world.table(store)?.write([{ type: 'update', target: { kind: 'record', id }, set, expect: { id } }]);
    const documents = this.world.documents.get(store)?.memory;
    for (const [path, { body, tag }] of documents?.documents ?? []) {
      if (body.kind !== 'record' || body.record.id !== id || !path.startsWith(`${name}/`)) continue;
      documents?.put(path, { kind: 'record', record: { ...body.record, ...set } }, { tag });
    }
  }

  /** The stores drop what has expired by now. */
  expire(): void {
    for (const { memory } of this.world.rows.values()) memory.expire(startMs + this.world.scheduler.now());
  }

  /** How many transactions the authority keeps as divergence. */
  get divergences(): number {
    return this.world.table(this.world.control?.authority ?? '')?.rows.get('divergence')?.size ?? 0;
  }

  /** Says so if the last operation was not answered: nobody has to wait here for a prober or a person. */
  requireAnswered(): void {
    const last = this.operations.at(-1);
    if (last?.outcome !== 'ok')
      this.world.violate('service', `op ${last?.id} was not answered: ${last?.outcome}`);
  }

  require(holds: boolean, rule: string, detail: string): void {
    if (!holds) this.world.violate(rule, detail);
  }

  private direct(call: Call): Fault | 'hold' | undefined {
    for (const direction of this.directions) {
      if (direction.left <= 0 || !direction.matches(call)) continue;
      direction.left -= 1;
      return direction.fate;
    }
    return undefined;
  }
}
