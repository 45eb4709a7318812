import type { Context } from '@layers/domain/redundancy/context';
import type { Endpoint, Process } from './network.ts';
import type { Incident } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { startMs, type World } from './world.ts';

const visibilityMs = 150;

/** What people and machines do around the clients: faults of whole stores, probers, operators, the consumer. */
export class Surroundings {
  /** A fail-over was forced: acknowledged writes may be gone, by a person's decision. */
  forced = false;
  /** What was acknowledged as degraded may be gone: its only store was wiped. */
  degradedLost = false;
  /** A store was replaced by an older backup of itself. */
  restored = false;
  readonly lostKeys: (readonly string[] | undefined)[] = [];
  /** Stores that stay down until a backup has taken their place. */
  private readonly awaited = new Set<string>();
  private readonly world: World;
  private readonly protocol: Protocol;
  /** Messages that a consumer holds. */
  inFlight = 0;
  private over = false;
  /** All faults have ended: no store fails any more. */
  healed = false;
  /** Of other groups over the same stores: what is lost is lost to all of them. */
  readonly beside: Surroundings[];

  constructor(world: World, protocol: Protocol, beside: Surroundings[]) {
    this.world = world;
    this.protocol = protocol;
    this.beside = beside;
  }

  private get all(): readonly Surroundings[] {
    return [this, ...this.beside];
  }

  stop(): void {
    this.over = true;
  }

  private isOver(): boolean {
    return this.over;
  }

  schedule(incidents: readonly Incident[]): void {
    for (const incident of incidents) {
      this.world.scheduler.after(incident.atMs, () => this.happen(incident), true);
    }
  }

  /** A fresh process with the protocol loaded, as a function that starts cold. */
  context(name: string, faulty: boolean, onCrash?: () => void): { process: Process; context: Context } {
    const { world } = this;
    const process = world.createProcess(name, faulty);
    process.onCrash = onCrash;
    const environment = world.environment(process);
    return { process, context: this.protocol.createContext(environment, world.group.name, [world.group]) };
  }

  private storeOf(role: 'A' | 'B'): string | undefined {
    const { control, group } = this.world;
    return role === 'A' ? (control?.authority ?? group.authority) : control?.follower;
  }

  private happen({ kind, role, forMs }: Incident): void {
    const { world } = this;
    const store = this.storeOf(role);
    const endpoint = kind === 'control dead' ? world.controlEndpoint : world.endpoint(store ?? '');
    if (store === undefined || endpoint === undefined) return;
    if (kind === 'wipe') {
      if (this.all.every((each) => each.mayWipe(store))) world.wipe(store);
    } else if (kind === 'restore') {
      this.replaceByBackup(store, endpoint, forMs);
    } else if (kind === 'suspect') {
      this.act('suspect', ({ context }) => this.protocol.declareLost(context, store));
    } else if (kind === 'promote') {
      this.act('operator', ({ context }) => this.protocol.promote(context, false));
    } else if (kind === 'force') {
      this.force();
    } else {
      endpoint.state = kind === 'hang' ? 'hang' : 'dead';
      world.network.trace?.(`${endpoint.name}: ${endpoint.state}`);
      world.scheduler.after(forMs, () => this.restore(endpoint), false);
    }
  }

  private restore(endpoint: { name: string; state: 'up' | 'dead' | 'hang' }): void {
    if (this.awaited.has(endpoint.name)) return;
    if (endpoint.state !== 'up') this.world.network.trace?.(`${endpoint.name}: up`);
    endpoint.state = 'up';
  }

  /**
   * The store fails for good, a backup of some time before takes its place. A person does that to a store that does not
   * decide (the authority once documents stand in, a follower once the authority goes on alone), and that has been silent
   * for so long that nobody who saw it well before is still about to say so.
   */
  private replaceByBackup(store: string, endpoint: Endpoint, forMs: number): void {
    const { world } = this;
    const rows = world.rows.get(store)?.memory;
    const documents = world.documents.get(store)?.memory;
    const [ofRows, ofDocuments] = [rows?.backup(), documents?.backup()];
    const fail = (): void => {
      if (this.healed) return;
      this.awaited.add(endpoint.name);
      endpoint.state = 'dead';
    };
    world.scheduler.after(forMs / 2, fail, false);
    const back = (): void => {
      this.awaited.delete(endpoint.name);
      if (this.healed) return;
      if (this.all.every((each) => each.mayRestore(store))) {
        if (ofRows !== undefined) rows?.restore(ofRows);
        if (ofDocuments !== undefined) documents?.restore(ofDocuments);
        endpoint.replaced += 1;
        for (const each of this.all) each.restored = true;
        world.network.trace?.(`${store} is replaced by a backup`);
      }
      this.restore(endpoint);
    };
    world.scheduler.after(forMs / 2 + world.network.decisionMaxMs, back, false);
  }

  private mayRestore(store: string): boolean {
    const { control } = this.world;
    if (control === undefined) return false;
    // Losing both is nobody's to survive.
    const isIntact = ([name, found]: [string, string]) => this.world.incarnation(name) === found;
    if (!Object.entries(control.incarnations).every(isIntact)) return false;
    // Whoever believes in the mode before must have let go of it: a backup would take his writes for the next ones.
    const { leaseMs, leaseMarginMs } = this.world.settings;
    const sinceMs = this.world.changes.at(-1)?.atMs ?? 0;
    if (this.world.scheduler.now() < sinceMs + leaseMs + leaseMarginMs) return false;
    const isReplaced =
      store === control.authority && control.mode === 'READ_ONLY' && control.followerComplete;
    return isReplaced || (store === control.follower && control.mode === 'A_ONLY');
  }

  /** Only while another copy holds what was acknowledged: losing both is nobody's to survive. */
  private mayWipe(store: string): boolean {
    const { control } = this.world;
    if (control?.follower === undefined) return false;
    const role = this.world.role(store);
    if (role === 'R') return false;
    const isIntact = (store: string) => this.world.incarnation(store) === control.incarnations[store];
    if (role === 'A') {
      if (control.mode === 'REBUILD') return isIntact(control.follower);
      return control.mode !== 'CATCHUP' && control.followerComplete && isIntact(control.follower);
    }
    if (control.mode === 'READ_ONLY' || control.mode === 'REBUILD') return false;
    return isIntact(control.authority);
  }

  private act(name: string, work: (acting: { context: Context }) => Promise<unknown>): void {
    void work(this.context(name, true)).catch(() => undefined);
  }

  /** A person who will not wait. */
  private force(): void {
    this.act('forcing', async ({ context }) => {
      if (this.world.group.follower?.structure !== 'rows') return;
      this.forced = true;
      this.lostKeys.push((await this.protocol.promote(context, true)).lost);
    });
  }

  startProber(name: string): void {
    const { process, context } = this.context(name, true, () => this.startProber(name));
    // As in life: now and then while all is well, again and again while it is not.
    const isWell = () => this.world.control?.mode === 'NORMAL';
    void this.repeat(
      process,
      () => (isWell() ? [50, 140] : [20, 50]),
      () => this.protocol.probe(context),
    );
  }

  startSweeper(): void {
    const { process, context } = this.context('sweeper', true, () => this.startSweeper());
    void this.repeat(process, between(70, 120), () => this.protocol.sweep(context));
  }

  /** Takes messages in any order, sometimes twice, and gives back what failed. */
  startConsumer(): void {
    const { world, protocol } = this;
    const { process, context } = this.context('consumer', true, () => this.startConsumer());
    void this.repeat(process, between(8, 15), async () => {
      const { messages, stream } = world;
      const message = messages.splice(stream.below(messages.length), 1)[0];
      if (message === undefined) return;
      if (stream.chance(0.1)) messages.push(message);
      let done = false;
      this.inFlight += 1;
      // The visibility timeout: a consumer that failed, crashed or was too slow does not keep the message.
      world.scheduler.after(
        visibilityMs,
        () => {
          this.inFlight -= 1;
          if (!done) messages.push(message);
        },
        false,
      );
      await protocol.consume(context, message);
      done = true;
    });
  }

  /** A person, or a drill, that sees a store gone for good and asks for a rebuild, or forces what cannot go otherwise. */
  startOperator(name: string): void {
    const { world } = this;
    const { process, context } = this.context(name, true, () => this.startOperator(name));
    void this.repeat(process, between(60, 120), async () => {
      const { control } = world;
      if (control === undefined || world.endpoint(control.authority)?.state !== 'up') return;
      const isSame = world.incarnation(control.authority) === control.incarnations[control.authority];
      // Of an authority that answers and is not taken back a person learns that it is older.
      if (isSame && !(this.restored && control.mode === 'READ_ONLY')) return;
      if (control.mode === 'READ_ONLY') await this.protocol.startRebuild(context);
      else if (control.sourceEra !== undefined && control.mode !== 'REBUILD') {
        this.degradedLost = true;
        await this.protocol.startRebuild(context);
      } else if (control.mode === 'A_ONLY' || control.mode === 'CATCHUP' || control.mode === 'PROMOTING') {
        this.forced = true;
        if (world.group.follower?.structure === 'documents') await this.protocol.forceReadOnly(context);
        else this.lostKeys.push((await this.protocol.promote(context, true)).lost);
      }
    });
  }

  /** DynamoDB's time to live, some time after the time named. */
  startExpiry(): void {
    const { world } = this;
    const drop = (): void => {
      const beforeMs = startMs + world.scheduler.now() - world.stream.below(300);
      for (const { memory } of world.rows.values()) memory.expire(beforeMs);
      if (!this.over) world.scheduler.after(100, drop, false);
    };
    drop();
  }

  /** Anti-entropy and backfill beside live traffic. */
  startComparer(): void {
    const { group } = this.world;
    const { process, context } = this.context('comparer', true, () => this.startComparer());
    void this.repeat(process, between(100, 300), async () => {
      for (const replica of group.replicas) {
        await this.protocol.compareReplica(context, replica, true);
        await this.protocol.backfill(context, replica, undefined);
      }
      await this.protocol.compareFollower(context, true);
    });
  }

  private async repeat(
    process: Process,
    waitMs: () => readonly [from: number, to: number],
    work: () => Promise<unknown>,
  ): Promise<void> {
    const { network, stream } = this.world;
    while (!this.isOver()) {
      const [fromMs, toMs] = waitMs();
      await network.sleep(process, fromMs + stream.below(toMs - fromMs));
      if (this.isOver()) return;
      await work().catch((error: unknown) => {
        // Refusals are part of the game; anything else is a defect of the protocol.
        if (!isExpected(error)) this.world.violate('no defect', String((error as Error).stack ?? error));
      });
    }
  }
}

const between = (fromMs: number, toMs: number) => () => [fromMs, toMs] as const;

function isExpected(error: unknown): boolean {
  return error instanceof Error && ['Problem', 'StoreFailure', 'StaleLease'].includes(error.name);
}
