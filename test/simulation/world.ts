import type { Control, ControlStore } from '@layers/domain/redundancy/control';
import type { Environment, RedundancyEvent } from '@layers/domain/redundancy/environment';
import type { Group } from '@layers/domain/redundancy/groups';
import type { RecordRow } from '@layers/domain/redundancy/rows';
import type { Settings } from '@layers/domain/redundancy/settings';
import {
  type ChangeMessage,
  type DocumentStore,
  type RowStore,
  StoreFailure,
} from '@layers/domain/redundancy/store';
import type { Entity } from '@layers/domain/redundancy/transaction';
import { breachesOfControl, mirrorPromised } from './control-rules.ts';
import { documentPort } from './document-port.ts';
import { type Step, stepOfWrite } from './faults.ts';
import { breachesOfStrict } from './held-copies.ts';
import { MemoryDocuments } from './memory-documents.ts';
import { MemoryRows } from './memory-rows.ts';
import { type Endpoint, Network, type Process } from './network.ts';
import type { Operation } from './operations.ts';
import { createStream, type Stream } from './random.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';

/** One change of the control row, in true time. That a change was seen (`stampInForce`) is none. */
interface Change {
  readonly atMs: number;
  readonly control: Control;
}

/** A rule that was broken, as seen when or after it happened. */
export interface Violation {
  readonly rule: string;
  readonly atMs: number;
  readonly detail: string;
}

const createEndpoint = (name: string): Endpoint => ({ name, state: 'up', replaced: 0 });

/** Far from 0, so that no process's clock is negative. */
export const startMs = 1_000_000;

/** How the machines of a history are, beside its group and settings. */
export interface Machines {
  /** Each clock is off by at most this, either way. */
  readonly skewMaxMs: number;
  /** How far an index is behind its table. */
  readonly indexLagMs: number;
  /** Another group's machines, whose time, network and stores this one shares. */
  readonly shared: World | undefined;
}

/** All machines of one history, as one group sees them. */
export class World {
  readonly scheduler: Scheduler;
  readonly stream: Stream;
  readonly network: Network;
  readonly group: Group;
  readonly settings: Settings;
  readonly rows = new Map<string, { memory: MemoryRows; endpoint: Endpoint }>();
  readonly documents = new Map<string, { memory: MemoryDocuments; endpoint: Endpoint }>();
  readonly controlEndpoint: Endpoint;
  readonly queueEndpoint: Endpoint;
  readonly changes: Change[] = [];
  readonly messages: ChangeMessage[] = [];
  /** The revision of the control row that a process read last. */
  readonly believed = new Map<Process, number>();
  readonly events: RedundancyEvent[] = [];
  readonly violations: Violation[] = [];
  /** Every version that a transaction put into an authority, in the order of their commits. */
  readonly commits: RecordRow[] = [];
  private readonly machines: Machines;
  private current: Control | undefined;
  private ids = 0;
  private operations = 0;

  constructor(seed: number, group: Group, settings: Settings, machines: Machines) {
    const { shared } = machines;
    this.group = group;
    this.settings = settings;
    this.machines = machines;
    this.stream = createStream(seed, shared === undefined ? 1 : 4);
    this.scheduler = shared?.scheduler ?? createScheduler();
    const network = { timeoutMs: 20, latencyMaxMs: 3, lateMaxMs: 250 };
    this.network = shared?.network ?? new Network(this.scheduler, createStream(seed, 2), network);
    this.controlEndpoint = shared?.controlEndpoint ?? createEndpoint('control');
    this.queueEndpoint = shared?.queueEndpoint ?? createEndpoint('queue');
    const structures = new Map([[group.authority, 'rows']]);
    for (const copy of [group.follower, ...group.replicas]) {
      if (copy !== undefined) structures.set(copy.store, copy.structure);
    }
    const time = { lagMs: machines.indexLagMs, now: () => this.scheduler.now() };
    for (const [name, structure] of structures) {
      const endpoint = createEndpoint(name);
      if (structure === 'rows') {
        this.rows.set(name, shared?.rows.get(name) ?? { memory: new MemoryRows(time), endpoint });
      } else {
        this.documents.set(name, shared?.documents.get(name) ?? { memory: new MemoryDocuments(), endpoint });
      }
    }
  }

  /** One store's rows of this group. */
  table(store: string): ReturnType<MemoryRows['of']> | undefined {
    return this.rows.get(store)?.memory.of(this.group.name);
  }

  /** A store was wiped, or is an older backup of itself. */
  get wiped(): boolean {
    for (const { memory } of this.rows.values()) if (memory.lost.length > 0) return true;
    for (const { memory } of this.documents.values()) if (memory.lost.length > 0) return true;
    return false;
  }

  violate(rule: string, detail: string): void {
    this.violations.push({ rule, atMs: this.scheduler.now(), detail });
    this.network.trace?.(`VIOLATION of ${rule}: ${detail}`);
  }

  nextOperation(): number {
    this.operations += 1;
    return this.operations;
  }

  /** I8: at most two neighbouring modes are live, the older one no longer than a lease. What is told fits a mode of its time. */
  judgeAcknowledgement(operation: Operation): void {
    const { believedRevision, id, client, invokedAtMs, mirror } = operation;
    const gone = this.changes.findIndex(({ control }) => control.revision > believedRevision);
    this.network.trace?.(`${client} op ${id} answered, ${mirror}`);
    const since = this.changes.findLastIndex(({ atMs }) => atMs <= invokedAtMs);
    const lived = this.changes.slice(Math.max(0, since)).map(({ control }) => control);
    if (mirror !== undefined && !lived.some((control) => mirrorPromised(control) === mirror)) {
      this.violate(
        'mirror',
        `op ${id} was answered as ${mirror} in ${lived.map(({ mode }) => mode).join(', ')}`,
      );
    }
    const [change] = this.changes.slice(gone);
    if (gone < 0 || change === undefined) return;
    // Where the follower is fenced, or the authority alone decides, the store's own fence was asked instead.
    const leased = operation.kind !== 'write' || (operation.mirror === 'synced' && this.documents.size > 0);
    const ageMs = this.scheduler.now() - change.atMs;
    if (leased && this.group.follower?.structure === 'documents' && ageMs > this.settings.leaseMs) {
      this.violate('I8', `op ${operation.id} answered ${ageMs} ms after its mode ended`);
    }
  }

  judgeStrict(operation: Operation, seen: readonly (Entity | undefined)[]): void {
    for (const detail of breachesOfStrict(this, operation, seen)) this.violate('strict', detail);
  }

  /** NORMAL, and rightly so: a wiped store that nobody has noticed yet is no rest. */
  get isAtRest(): boolean {
    const { control } = this;
    if (control?.mode !== 'NORMAL') return false;
    return Object.entries(control.incarnations).every(([store, found]) => this.incarnation(store) === found);
  }

  /** Commits of an old authority may have been left behind: then one key may rightly commit again. */
  get forked(): boolean {
    return this.changes.some(({ control }) => control.mode === 'REBUILD' || control.mode === 'PROMOTING');
  }

  get control(): Control | undefined {
    return this.current;
  }

  endpoint(store: string): Endpoint | undefined {
    return (this.rows.get(store) ?? this.documents.get(store))?.endpoint;
  }

  wipe(store: string): void {
    (this.rows.get(store) ?? this.documents.get(store))?.memory.wipe();
    this.network.trace?.(`${store} is wiped`);
  }

  /** What the store says that it is; read without a call. */
  incarnation(store: string): string | undefined {
    const row = this.table(store)?.get('incarnation', 'store');
    if (row?.kind === 'incarnation') return row.incarnation;
    const stored = this.documents.get(store)?.memory.get(`${this.group.name}/INCARNATION.json`);
    return stored?.body.kind === 'incarnation' ? stored.body.incarnation : undefined;
  }

  createProcess(name: string, faulty: boolean): Process {
    const { skewMaxMs } = this.machines;
    const skewMs = this.stream.below(2 * skewMaxMs + 1) - skewMaxMs;
    return { name, skewMs, crashed: false, pausedUntilMs: 0, faulty, onCrash: undefined };
  }

  role(store: string): 'A' | 'B' | 'R' {
    const { control } = this;
    if (store === (control?.authority ?? this.group.authority)) return 'A';
    return store === (control?.follower ?? this.group.follower?.store) ? 'B' : 'R';
  }

  /** Everything the protocol may touch, as one process sees it. */
  environment(process: Process): Environment {
    const { network, scheduler, stream, settings } = this;
    const rows: Record<string, RowStore> = {};
    const documents: Record<string, DocumentStore> = {};
    for (const [name, { memory, endpoint }] of this.rows) {
      rows[name] = this.rowPort(process, memory, endpoint);
    }
    for (const [name, { memory, endpoint }] of this.documents) {
      documents[name] = documentPort(network, this.role(name) === 'R', process, memory, endpoint);
    }
    return {
      clock: {
        now: () => startMs + scheduler.now() + process.skewMs,
        sleep: (ms) => network.sleep(process, ms),
      },
      random: {
        id: () => {
          this.ids += 1;
          return `${this.machines.shared === undefined ? 'o' : 'n'}${this.ids}`;
        },
        below: (max) => stream.below(max),
      },
      hash: (text) => text,
      rows,
      documents,
      control: this.controlPort(process),
      queue: {
        send: (message) =>
          network.call(
            { process, endpoint: this.queueEndpoint, step: 'Q.send' },
            () => void this.messages.push(message),
            undefined,
          ),
      },
      settings,
      report: (event) => {
        this.events.push(event);
        network.trace?.(`${process.name} ${event.event}: ${event.detail}`);
      },
    };
  }

  private rowPort(process: Process, memory: MemoryRows, endpoint: Endpoint): RowStore {
    const { network } = this;
    const name = endpoint.name;
    const call = <Result>(step: Step, effect: () => Result, conflict: (() => Result) | undefined) =>
      network.call({ process, endpoint, step }, effect, conflict);
    const busy = (): never => {
      throw new StoreFailure(name, 'conflict', 'none');
    };
    return {
      readRows: (group, ids) => {
        const role = this.role(name);
        const step: Step =
          ids[0]?.kind === 'incarnation' && role !== 'R' ? `${role}.incarnation` : `${role}.read`;
        return call(step, () => memory.readRows(group, ids), busy);
      },
      writeRows: (group, actions) =>
        call(
          stepOfWrite(this.role(name), actions),
          () => memory.writeRows(group, actions),
          () => ({ applied: false, refusals: [{ index: 0, why: 'conflict', row: undefined }] }),
        ),
      queryRecords: (group, prefix, page) =>
        call(`${this.role(name)}.scan`, () => memory.queryRecords(group, prefix, page), undefined),
      scanRecords: (group, segment, segments, page) =>
        call(`${this.role(name)}.scan`, () => memory.scanRecords(group, segment, segments, page), undefined),
      openTransactions: (group, before, page) =>
        call(`${this.role(name)}.scan`, () => memory.openTransactions(group, before, page), undefined),
    };
  }

  private controlPort(process: Process): ControlStore {
    const endpoint = this.controlEndpoint;
    return {
      readControl: async () => {
        const read = () => this.control;
        const control = await this.network.call({ process, endpoint, step: 'C.read' }, read, undefined);
        this.believed.set(process, control?.revision ?? 0);
        return control;
      },
      compareAndSet: (next) =>
        this.network.call({ process, endpoint, step: 'C.change' }, () => this.changeControl(next), undefined),
    };
  }

  private changeControl(next: Control): boolean {
    if ((this.current?.revision ?? 0) !== next.revision - 1) return false;
    for (const detail of breachesOfControl(this.current, next)) this.violate('I8', detail);
    this.current = next;
    if (next.inForceAtMs === undefined || next.revision === 1) {
      this.changes.push({ atMs: this.scheduler.now(), control: next });
    }
    return true;
  }
}
