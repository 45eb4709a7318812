import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shopFollowers } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { isAlive } from './before-install/process-identity.mjs';

const identity = z.object({ pid: z.int().check(z.positive()), startTime: z.string() });

/** What a run leaves in its folder for every other command: where it answers and which processes are its own. */
const runState = z.object({
  runId: z.uuid(),
  phase: z.string(),
  ready: z.boolean(),
  port: z.int(),
  listen: z.string(),
  endpoint: z.url(),
  apiUrl: z.url(),
  startedAt: z.iso.datetime(),
  /** Where faults are set and cleared; only of an emulator of ours. */
  labUrl: z.optional(z.url()),
  /** Of the fault proxy. */
  proxyPort: z.optional(z.int()),
  /** A LocalStack that somebody else started: never ended by us. */
  external: z.boolean(),
  /** Networks beside loopback whose servers may register. */
  allowNet: z._default(z.array(z.string()), []),
  shopFollower: z._default(z.enum(shopFollowers), 'documents'),
  /** Whether functions find the shared code in a layer. */
  layers: z._default(z.enum(['mounted', 'inline']), 'mounted'),
  supervisor: identity,
  emulator: z.optional(identity),
});
export type RunState = z.infer<typeof runState>;

export interface RunStatus {
  /** broken: a process of the run is gone, or its API does not answer; the next start or stop cleans it up. */
  readonly state: 'running' | 'starting' | 'stopped' | 'broken';
  readonly run?: RunState;
  readonly cause?: string;
}

const statePath = (folder: string): string => join(folder, 'state.json');
const healthMaxMs = 5000;

/** The API's address: fixed, since the RestApi carries the id `tandem`. */
export function apiUrlAt(endpoint: string): string {
  return `${endpoint}/_aws/execute-api/tandem/local`;
}

export function writeState(folder: string, state: RunState): void {
  mkdirSync(folder, { recursive: true });
  const temporary = `${statePath(folder)}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(runState.parse(state), undefined, 2)}\n`);
  renameSync(temporary, statePath(folder));
}

export function readState(folder: string): RunState | undefined {
  try {
    return runState.safeParse(JSON.parse(readFileSync(statePath(folder), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function removeState(folder: string): void {
  rmSync(statePath(folder), { force: true });
}

/**
 * The body of the API's health, or why there is none. The body counts: an API that is not deployed falls through to
 * S3 in LocalStack, which answers 200 to some methods.
 */
export async function readHealth(
  apiUrl: string,
  maxMs = healthMaxMs,
): Promise<{ status?: string; problem?: string }> {
  try {
    const answer = await fetch(`${apiUrl}/health`, { signal: AbortSignal.timeout(maxMs) });
    const text = await answer.text();
    const body = z.object({ status: z.enum(['pass', 'warn', 'fail']) }).safeParse(JSON.parse(text));
    return body.success
      ? body.data
      : { problem: `GET /health answered ${answer.status}: ${text.slice(0, 200)}` };
  } catch (error) {
    return {
      problem: `GET /health: ${String(error instanceof Error ? (error.cause ?? error) : error).slice(0, 200)}`,
    };
  }
}

/** Whether the run's own processes live; those of an external LocalStack are not ours to know. */
function livesOf(run: RunState): { supervised: boolean; emulated: boolean } {
  if (run.external) return { supervised: true, emulated: true };
  return { supervised: isAlive(run.supervisor), emulated: isAlive(run.emulator) };
}

/** Looks at the processes and at the API, not at what the file claims. */
export async function statusOf(folder: string): Promise<RunStatus> {
  const run = readState(folder);
  if (!run) return { state: 'stopped' };
  const { supervised, emulated } = livesOf(run);
  if (!supervised && !emulated) return { state: 'stopped' };
  if (!supervised)
    return { state: 'broken', run, cause: `its supervisor, process ${run.supervisor.pid}, is gone` };
  if (!run.ready) return { state: 'starting', run };
  if (!emulated) return { state: 'broken', run, cause: 'LocalStack is gone' };
  const { problem } = await readHealth(run.apiUrl);
  return problem === undefined ? { state: 'running', run } : { state: 'broken', run, cause: problem };
}
