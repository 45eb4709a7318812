import { StoreFailure } from '@layers/domain/redundancy/store';
import { cellNumber, conflictSteps, drawn, type Fault, type Step } from './faults.ts';
import type { Stream } from './random.ts';
import type { Scheduler } from './scheduler.ts';

type StoreState = 'up' | 'dead' | 'hang';

/** A machine that answers calls. */
export interface Endpoint {
  readonly name: string;
  state: StoreState;
  /** How often another machine has taken its place: what was sent to an earlier one does not reach it. */
  replaced: number;
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

const nowhere: Endpoint = { name: '', state: 'up', replaced: 0 };
const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);

/** Carries calls between processes and stores, and decides by its stream what becomes of each. */
export class Network {
  faultRate = 0;
  /** The fault that each of these steps is to meet more often than by chance, and how often. */
  focus: ReadonlyMap<Step, Fault> = new Map();
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

  /** Within this whoever saw something has acted on it or never will: it slept, and then its request was late. */
  get decisionMaxMs(): number {
    const { timeoutMs, lateMaxMs } = this.settings;
    return 2 * (timeoutMs + lateMaxMs);
  }

  get heldCount(): number {
    return this.held.length;
  }

  call<Result>(call: Call, effect: () => Result, conflict: (() => Result) | undefined): Promise<Result> {
    const { process, endpoint } = call;
    if (process.crashed) return never();
    this.calls += 1;
    const fate = this.direction?.(call) ?? this.draw(call);
    if (fate === 'hold') return this.hold(call, effect);
    if (fate === 'crash before') return this.crash(call, fate);
    const { state } = endpoint;
    const fault = state === 'up' ? fate : state;
    return new Promise((resolve, reject) => {
      const sent: Sent<Result> = { call, effect, conflict, resolve, reject };
      if (fault === undefined) this.reach(sent, this.latency(), this.latency());
      else this.suffer(sent, fault);
    });
  }

  sleep(process: Process, ms: number): Promise<void> {
    if (process.crashed) return never();
    return new Promise((resolve) => {
      this.scheduler.after(ms, () => this.deliver(process, resolve, undefined), true);
    });
  }

  private latency(): number {
    return 1 + this.stream.below(this.settings.latencyMaxMs);
  }

  /** What each fault does to a call that was sent. */
  private suffer<Result>(sent: Sent<Result>, fault: Fault): void {
    const { call, effect } = sent;
    this.count(call, fault);
    const { timeoutMs, lateMaxMs } = this.settings;
    const thereMs = this.latency();
    const backMs = this.latency();
    const lateMs = timeoutMs + this.stream.below(lateMaxMs);
    const landOf = (how: string) => this.landing(call, effect, how);
    const landAfter = (ms: number, how: string) => this.scheduler.after(ms, landOf(how), false);
    const timeout = () => this.fail(sent, timeoutMs, 'timeout', 'unknown');
    const reach = () => this.reach(sent, thereMs, backMs);
    const fates: Readonly<Record<Fault, () => void>> = {
      'crash before': () => undefined,
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
      // As behind a proxy that asks again: the caller hears of the second time alone.
      'answered twice': () => {
        landAfter(thereMs, 'the first of two');
        this.reach(sent, thereMs + 1, backMs);
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
    const focused = this.focus.get(step);
    if (chance >= (focused === undefined ? this.faultRate : this.focusRate)) return undefined;
    const other = this.stream.pick(drawn);
    const fault = focused ?? other;
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
    if (fault !== undefined) this.count({ process, step, endpoint: nowhere }, fault);
    process.crashed = true;
    if (process.onCrash !== undefined) this.scheduler.after(1, process.onCrash, true);
    return never();
  }

  /** A request arrives whose reply nobody waits for: a store that died or was replaced meanwhile does nothing. */
  private landing({ process, endpoint, step }: Call, effect: () => unknown, how: string): () => void {
    const { replaced } = endpoint;
    return () => {
      if (endpoint.state !== 'up' || endpoint.replaced !== replaced) return;
      this.trace?.(`${process.name} ${step} lands, ${how}`);
      try {
        effect();
      } catch {
        // Refused.
      }
    };
  }

  private reach<Result>(sent: Sent<Result>, there: number, back: number): void {
    const { replaced } = sent.call.endpoint;
    this.scheduler.after(there, () => this.land(sent, back, replaced), false);
  }

  private land<Result>(sent: Sent<Result>, back: number, replaced: number): void {
    const { call, effect, resolve, reject } = sent;
    const { process, endpoint, step } = call;
    if (endpoint.state !== 'up' || endpoint.replaced !== replaced) {
      const hangs = endpoint.state === 'hang';
      const delayMs = hangs ? this.settings.timeoutMs : back;
      this.fail(sent, delayMs, hangs ? 'timeout' : 'unavailable', 'unknown');
      return;
    }
    let result: Result;
    try {
      result = effect();
    } catch (error) {
      this.scheduler.after(back, () => this.deliver(process, reject, error as Error), true);
      return;
    }
    this.trace?.(`${process.name} ${step}`);
    this.scheduler.after(back, () => this.deliver(process, resolve, result), true);
  }

  private fail<Result>(
    { call, reject }: Sent<Result>,
    delayMs: number,
    reason: 'timeout' | 'unavailable',
    effect: 'none' | 'unknown',
  ): void {
    const { process, endpoint } = call;
    const failure = new StoreFailure(endpoint.name, reason, effect);
    this.scheduler.after(delayMs, () => this.deliver(process, reject, failure), true);
  }

  /** To a process that crashed nothing is delivered; to a paused one, when it wakes. */
  private deliver<Value>(process: Process, receive: (value: Value) => void, value: Value): void {
    if (process.crashed) return;
    const wait = process.pausedUntilMs - this.scheduler.now();
    if (wait > 0) this.scheduler.after(wait, () => this.deliver(process, receive, value), true);
    else receive(value);
  }
}

interface Sent<Result> {
  readonly call: Call;
  readonly effect: () => Result;
  readonly conflict: (() => Result) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}
