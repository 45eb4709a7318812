import { Client, stock, stockAtFirst } from './client.ts';
import { Surroundings } from './incidents.ts';
import { judgeHistory } from './judge-history.ts';
import type { Operation } from './operations.ts';
import { type Plan, settings } from './plan.ts';
import type { Protocol } from './protocol.ts';
import { watchStores } from './watch-stores.ts';
import { type Violation, World } from './world.ts';

export interface HistoryOptions {
  /** Ordinals of faults, incidents (from 0) and intents (`<client>:<index>`) that are left out, to shrink a history. */
  readonly withoutFaults: ReadonlySet<number>;
  readonly withoutIncidents: ReadonlySet<number>;
  readonly withoutIntents: ReadonlySet<string>;
  readonly trace: ((atMs: number, text: string) => void) | undefined;
}

export const everything: HistoryOptions = {
  withoutFaults: new Set(),
  withoutIncidents: new Set(),
  withoutIntents: new Set(),
  trace: undefined,
};

export interface HistoryResult {
  readonly violations: readonly Violation[];
  readonly operations: number;
  readonly calls: number;
  /** Fault × step, by `faults.indexOf(fault) * steps.length + steps.indexOf(step)`. */
  readonly met: ReadonlyMap<number, number>;
  readonly faultsHappened: readonly number[];
  readonly modes: readonly string[];
  readonly forced: boolean;
}

/** Virtual time given to the group to become NORMAL once all faults have ended. */
export const livenessMs = 4_000;

/** Longer than a request may be late, and than a circuit counts failures. */
const quietAfterMs = 300;

/** Runs one history from its plan; the same plan and options give the same history, bit for bit. */
export async function runHistory(
  plan: Plan,
  protocol: Protocol,
  options: HistoryOptions = everything,
): Promise<HistoryResult> {
  const world = new World(plan.seed, plan.group, plan.settings, plan.machines);
  const { scheduler, network } = world;
  const { trace } = options;
  if (trace !== undefined) network.trace = (text) => trace(scheduler.now(), text);
  network.suppressed = options.withoutFaults;
  const lanes = [createLane(protocol, options, world, plan.clients, 'c')];
  if (plan.neighbours.length > 0) {
    const group = { ...plan.group, name: 'neighbours' };
    const beside = new World(plan.seed, group, plan.settings, { ...plan.machines, shared: world });
    lanes.push(createLane(protocol, options, beside, plan.neighbours, 'n'));
  }
  for (const lane of lanes) {
    for (const other of lanes) if (other !== lane) lane.surroundings.beside.push(other.surroundings);
    await setUp(lane.world, protocol, lane.surroundings);
    watchStores(lane.world);
  }
  network.faultRate = plan.faultRate;
  network.focus = new Map(plan.focus.map(({ step, fault }) => [step, fault]));
  network.focusRate = plan.focusRate;
  const incidents = plan.incidents.filter((_, index) => !options.withoutIncidents.has(index));
  lanes[0]?.surroundings.schedule(incidents);
  for (const lane of lanes) startLane(lane, plan);
  const started = scheduler.now();
  await scheduler.run(() => false, started + plan.healAtMs);
  heal(world);
  for (const { surroundings } of lanes) surroundings.healed = true;
  // By then what was sent before has arrived, and who slept has woken and said what he knew.
  const quietFromMs = scheduler.now() + quietAfterMs;
  const isQuiet = () =>
    scheduler.now() >= quietFromMs &&
    lanes.every((lane) => lane.clients.every((client) => client.finished) && lane.world.isAtRest);
  await scheduler.run(isQuiet, started + plan.healAtMs + livenessMs);
  for (const lane of lanes) {
    const { control } = lane.world;
    if (!isQuiet())
      lane.world.violate('liveness', `${control?.mode} ${livenessMs} ms after all faults ended`);
    else await judgeHistory(lane.world, protocol, lane.surroundings, lane.operations);
  }
  return {
    violations: lanes.flatMap((lane) => lane.world.violations),
    operations: lanes.reduce((sum, { operations }) => sum + operations.length, 0),
    calls: network.calls,
    met: network.met,
    faultsHappened: network.happened,
    modes: world.changes.map(({ control }) => control.mode),
    forced: lanes.some(({ surroundings }) => surroundings.forced),
  };
}

/** One group's people, over stores that others may use too. */
interface Lane {
  readonly world: World;
  readonly surroundings: Surroundings;
  readonly clients: readonly Client[];
  readonly operations: Operation[];
}

function createLane(
  protocol: Protocol,
  options: HistoryOptions,
  world: World,
  intents: Plan['clients'],
  name: string,
): Lane {
  const operations: Operation[] = [];
  const clients = intents.map((each, index) => {
    const kept = each.filter((_, number) => !options.withoutIntents.has(`${name}${index}:${number}`));
    return new Client(world, protocol, `${name}${index}`, kept, (operation) => operations.push(operation));
  });
  return { world, surroundings: new Surroundings(world, protocol, []), clients, operations };
}

function startLane({ world, surroundings, clients }: Lane, plan: Plan): void {
  for (const client of clients) client.start();
  const startProbers = () => {
    for (let index = 0; index < plan.probers; index += 1) surroundings.startProber(`prober-${index}`);
  };
  world.scheduler.after(plan.probersFromMs, startProbers, true);
  for (let index = 0; index < plan.operators; index += 1) surroundings.startOperator(`operator-${index}`);
  surroundings.startSweeper();
  surroundings.startConsumer();
  if (plan.settings.idempotencyMs < settings.idempotencyMs) surroundings.startExpiry();
  for (let index = 0; index < plan.comparers; index += 1) surroundings.startComparer();
}

async function setUp(world: World, protocol: Protocol, surroundings: Surroundings): Promise<void> {
  const { context } = surroundings.context('setup', false);
  let ready = false;
  const first = async () => {
    await protocol.initialise(context.env, world.group);
    await protocol.openGroup(context).write({
      keys: [stock],
      idempotency: undefined,
      decide: () => ({ changes: [{ id: stock, image: String(stockAtFirst) }], answer: '' }),
    });
    ready = true;
  };
  void first();
  await world.scheduler.run(() => ready, Number.POSITIVE_INFINITY);
}

function heal(world: World): void {
  world.network.faultRate = 0;
  world.controlEndpoint.state = 'up';
  for (const { endpoint } of [...world.rows.values(), ...world.documents.values()]) endpoint.state = 'up';
  world.network.trace?.('all faults end');
}
