import { StoreFailure } from '@layers/domain/redundancy/store';
import { type Cell, cellNumber, conflictSteps, drawn, type Fault, type Step } from './faults.ts';
import type { Stream } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export type StoreState = 'up' | 'dead' | 'hang';

/** A machine that answers calls. */
export interface Endpoint {
  readonly name: string;
  state: StoreState;
}

/** A machine that makes calls: it can be paused and can crash, and its clock is off by `skewMs`. */
export interface Process {
  readonly name: string;
  readonly skewMs: number;
  crashed: boolean;
  pausedUntilMs: number;
  /** Faults are drawn for its calls. */
  readonly faulty: boolean;
  onCrash: (() => void) | undefined;
}

export interface Call {
  readonly process: Process;
  readonly endpoint: Endpoint;
  readonly step: Step;
}

/** A directed schedule's word on a call: a fault, or `hold` until the schedule lets it go. */
export type Direction = (call: Call) => Fault | 'hold' | undefined;

export interface NetworkSettings {
  readonly timeoutMs: number;
  readonly latencyMaxMs: number;
  /** Late requests and duplicates land, and paused processes wake, within this: several leases. */
  readonly lateMaxMs: number;
}

const never = new Promise<never>(() => undefined);

/** Carries calls between processes and stores, and decides by its stream what becomes of each. */
export class Network {
  faultRate = 0;
  /** Cells that this history is to meet more often than by chance, and how often. */
  focus: readonly Cell[] = [];
  focusRate = 0;
  direction: Direction | undefined;
  /** Ordinals of faults that are left out, to shrink a history. */
  suppressed: ReadonlySet<number> = new Set();
  readonly met = new Map<number, number>();
  readonly happened: number[] = [];
  calls = 0;
  trace: ((text: string) => void) | undefined;
  private ordinal = 0;
  private held: { readonly name: string; readonly go: () => void }[] = [];
  private readonly scheduler: Scheduler;
  private readonly stream: Stream;
  private readonly settings: NetworkSettings;

  constructor(scheduler: Scheduler, stream: Stream, settings: NetworkSettings) {
    this.scheduler = scheduler;
    this.stream = stream;
    this.settings = settings;
  }

  /** Lets held calls of processes with this start of their names go on to their stores. */
  release(who: string): void {
    const going = this.held.filter(({ name }) => name.startsWith(who));
    this.held = this.held.filter(({ name }) => !name.startsWith(who));
    for (const { go } of going) go();
  }

  get heldCount(): number {
    return this.held.length;
  }

  call<Result>(call: Call, effect: () => Result, conflict: (() => Result) | undefined): Promise<Result> {
    const { process, endpoint } = call;
    if (process.crashed) return never;
    this.calls += 1;
    const fate = this.direction?.(call) ?? this.draw(call);
    if (fate === 'hold') return this.hold(call, effect);
    if (fate === 'crash before') return this.crash(call, fate);
    return new Promise((resolve, reject) => {
      this.send({ call, effect, conflict, resolve, reject }, fate, endpoint.state);
    });
  }

  sleep(process: Process, ms: number): Promise<void> {
    if (process.crashed) return never;
    return new Promise((resolve) => {
      this.scheduler.after(ms, () => this.deliver(process, resolve), true);
    });
  }

  private send<Result>(sent: Sent<Result>, fate: Fault | undefined, state: StoreState): void {
    const fault = state === 'up' ? fate : state;
    if (fault !== undefined) this.count(sent.call, fault);
    const { timeoutMs, latencyMaxMs, lateMaxMs } = this.settings;
    const thereMs = 1 + this.stream.below(latencyMaxMs);
    const backMs = 1 + this.stream.below(latencyMaxMs);
    const lateMs = timeoutMs + this.stream.below(lateMaxMs);
    this.suffer(sent, fault, { thereMs, backMs, lateMs });
  }

  /** What each fault does to a call that was sent. */
  private suffer<Result>(sent: Sent<Result>, fault: Fault | undefined, times: Times): void {
    const { call, effect } = sent;
    const { thereMs, backMs, lateMs } = times;
    if (fault === undefined || fault === 'crash before') {
      this.reach(sent, thereMs, backMs);
      return;
    }
    const { timeoutMs } = this.settings;
    const landAfter = (ms: number, how: string) =>
      this.scheduler.after(ms, () => this.land(call, effect, how), false);
    const timeout = () => this.fail(sent, timeoutMs, 'timeout', 'unknown');
    const reach = () => this.reach(sent, thereMs, backMs);
    const fates: Readonly<Record<Exclude<Fault, 'crash before'>, () => void>> = {
      dead: () => this.fail(sent, thereMs, 'unavailable', 'none'),
      hang: timeout,
      'lost request': timeout,
      'late request': () => {
        landAfter(lateMs, 'late');
        timeout();
      },
      'lost reply': () => {
        landAfter(thereMs, 'reply lost');
        timeout();
      },
      duplicate: () => {
        landAfter(lateMs, 'again');
        reach();
      },
      slow: () => this.reach(sent, thereMs * 3, Math.min(backMs * 3, timeoutMs - 1)),
      pause: () => {
        call.process.pausedUntilMs = this.scheduler.now() + lateMs;
        reach();
      },
      'crash after': () => {
        landAfter(thereMs, 'crashed');
        void this.crash(call, undefined);
      },
      conflict: () => this.reach({ ...sent, effect: sent.conflict ?? effect }, thereMs, backMs),
    };
    fates[fault]();
  }

  /** Draws as much from the stream whether a fault is left out or not, so that this changes as little as possible. */
  private draw({ process, step }: Call): Fault | undefined {
    if (!process.faulty || this.faultRate === 0) return undefined;
    const chance = this.stream.next();
    const focused = this.focus.find((cell) => cell.step === step);
    if (chance >= (focused === undefined ? this.faultRate : this.focusRate)) return undefined;
    const other = this.stream.pick(drawn);
    const fault = focused?.fault ?? other;
    this.ordinal += 1;
    if (this.suppressed.has(this.ordinal)) return undefined;
    this.happened.push(this.ordinal);
    return fault === 'conflict' && !conflictSteps.has(step) ? 'lost reply' : fault;
  }

  private count({ process, step }: Call, fault: Fault): void {
    const cell = cellNumber({ fault, step });
    this.met.set(cell, (this.met.get(cell) ?? 0) + 1);
    this.trace?.(`${process.name} ${step}: ${fault}`);
  }

  private hold<Result>(call: Call, effect: () => Result): Promise<Result> {
    this.trace?.(`${call.process.name} ${call.step}: held`);
    return new Promise((resolve, reject) => {
      const sent: Sent<Result> = { call, effect, conflict: undefined, resolve, reject };
      this.held.push({ name: call.process.name, go: () => this.reach(sent, 1, 1) });
    });
  }

  private crash({ process, step }: Call, fault: Fault | undefined): Promise<never> {
    if (fault !== undefined) this.count({ process, step, endpoint: { name: '', state: 'up' } }, fault);
    process.crashed = true;
    if (process.onCrash !== undefined) this.scheduler.after(1, process.onCrash, true);
    return never;
  }

  /** A request arrives: a store that died meanwhile does nothing. */
  private land({ process, endpoint, step }: Call, effect: () => unknown, how: string): void {
    if (endpoint.state !== 'up') return;
    this.trace?.(`${process.name} ${step} lands, ${how}`);
    try {
      effect();
    } catch {
      // Nobody waits for this reply.
    }
  }

  private reach<Result>(sent: Sent<Result>, there: number, back: number): void {
    const { call, effect, resolve, reject } = sent;
    const { process, endpoint, step } = call;
    const land = (): void => {
      if (endpoint.state !== 'up') {
        const hangs = endpoint.state === 'hang';
        const delayMs = hangs ? this.settings.timeoutMs : back;
        this.fail(sent, delayMs, hangs ? 'timeout' : 'unavailable', 'unknown');
        return;
      }
      try {
        const result = effect();
        this.trace?.(`${process.name} ${step}`);
        this.scheduler.after(back, () => this.deliver(process, () => resolve(result)), true);
      } catch (error) {
        this.scheduler.after(back, () => this.deliver(process, () => reject(error as Error)), true);
      }
    };
    this.scheduler.after(there, land, false);
  }

  private fail<Result>(
    { call, reject }: Sent<Result>,
    delayMs: number,
    reason: 'timeout' | 'unavailable',
    effect: 'none' | 'unknown',
  ): void {
    const { process, endpoint } = call;
    const failure = () => reject(new StoreFailure(endpoint.name, reason, effect));
    this.scheduler.after(delayMs, () => this.deliver(process, failure), true);
  }

  /** To a process that crashed nothing is delivered; to a paused one, when it wakes. */
  private deliver(process: Process, receive: () => void): void {
    if (process.crashed) return;
    const wait = process.pausedUntilMs - this.scheduler.now();
    if (wait > 0) this.scheduler.after(wait, () => this.deliver(process, receive), true);
    else receive();
  }
}

interface Times {
  readonly thereMs: number;
  readonly backMs: number;
  readonly lateMs: number;
}

interface Sent<Result> {
  readonly call: Call;
  readonly effect: () => Result;
  readonly conflict: (() => Result) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}
