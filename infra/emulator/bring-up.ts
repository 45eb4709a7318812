import { randomUUID } from 'node:crypto';
import type { ShopFollower } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { seedCatalogue } from '../commands/seed.ts';
import { CommandFailure } from './before-install/command-failure.mjs';
import { identityOf } from './before-install/process-identity.mjs';
import { deployStacks } from './deploy-stacks.ts';
import { waitUntil } from './end-processes.ts';
import { startFaults } from './faults/start-faults.ts';
import { linesOf } from './follow-file.ts';
import { parseLogLine, renderLogLine } from './function-log.ts';
import { installJars } from './install-jars.ts';
import { installPython } from './install-python.ts';
import { functionsLogOf } from './localstack/settings.ts';
import type { Phases } from './phases.ts';
import {
  type Emulator,
  type EmulatorOptions,
  spawnLocalStack,
  untilLocalStackAnswers,
} from './start-localstack.ts';
import { apiUrlAt, type RunState, readHealth, writeState } from './state-file.ts';
import { type LayersMode, synthesizeStacks } from './synthesize-stacks.ts';
import { touchServices } from './touch-services.ts';

/** A busy machine takes longer; nobody waits in vain, since what does not come up is said with its cause. */
const healthyMaxMs = 90_000;

export interface BringUpOptions {
  readonly port: number;
  readonly listen: string;
  readonly stateFolder: string;
  readonly layers: LayersMode;
  /** Networks (CIDR) beside loopback whose servers may register. */
  readonly allowNet: readonly string[];
  readonly shopFollower: ShopFollower;
  readonly signal: AbortSignal;
  readonly phases: Phases;
  /** A LocalStack that is already running: nothing is installed or started. */
  readonly endpoint?: string | undefined;
  /** Hears of LocalStack as soon as it exists, so that an interrupted start can end it. */
  readonly onEmulator: (emulator: Emulator) => void;
}

/**
 * Installs, starts, deploys and seeds; what can overlap does.
 * @returns the state of the run, as written to its folder
 * @throws CommandFailure saying which step failed and what to do
 */
export async function bringUp(options: BringUpOptions): Promise<RunState> {
  const { port, listen, stateFolder, phases, signal } = options;
  const endpoint = options.endpoint ?? `http://127.0.0.1:${port}`;
  const supervisor = identityOf(process.pid);
  if (!supervisor) throw new Error('This process cannot find itself.');
  let state: RunState = {
    runId: randomUUID(),
    phase: 'install',
    ready: false,
    port,
    listen,
    endpoint,
    apiUrl: apiUrlAt(endpoint),
    startedAt: new Date().toISOString(),
    external: options.endpoint !== undefined,
    allowNet: [...options.allowNet],
    shopFollower: options.shopFollower,
    layers: options.layers,
    supervisor,
  };
  const enter = (change: Partial<RunState>): void => {
    state = { ...state, ...change };
    writeState(stateFolder, state);
  };
  enter({});
  // The stacks need neither Python nor LocalStack. A failure is heard below; until then it must not go unhandled.
  const synthesized = phases.run(
    'synth',
    (progress) => synthesizeStacks(options, { progress, signal }),
    ({ detail }) => detail,
  );
  synthesized.catch(() => undefined);
  if (options.endpoint === undefined) await startEmulator(options, state.runId, enter);
  signal.throwIfAborted();
  const { folder: assembly } = await synthesized;
  enter({ phase: 'deploy' });
  await phases.run(
    'deploy',
    (note) => deployStacks({ assembly, endpoint, stateFolder, signal, note }),
    (count) => `${count} resources`,
  );
  enter({ phase: 'seed' });
  await phases.run(
    'ready',
    () => untilHealthy(state.apiUrl, stateFolder, signal),
    (status) => `GET /health: ${status}`,
  );
  await Promise.all([
    phases.run(
      'seed',
      () => seedCatalogue(state.apiUrl),
      (made) => `${made} products`,
    ),
    phases.run(
      'servers',
      () => untilServersLive(state.apiUrl, signal),
      (live) => `GET /getServer: ${live} live`,
    ),
  ]);
  enter({ phase: 'ready', ready: true });
  return state;
}

async function startEmulator(
  options: BringUpOptions,
  runId: string,
  enter: (change: Partial<RunState>) => void,
): Promise<void> {
  const { phases, signal } = options;
  const python = await phases.run(
    'python',
    (progress) => installPython({ progress, signal }),
    ({ detail }) => detail,
  );
  signal.throwIfAborted();
  const jars = await phases.run(
    'jars',
    (progress) => installJars(python.folder, { progress, signal }),
    ({ detail }) => detail,
  );
  signal.throwIfAborted();
  await phases.run(
    'emulator',
    async () => {
      const faults = await startFaults(options.port, options.stateFolder);
      const settings: EmulatorOptions = {
        ...options,
        pythonFolder: python.folder,
        jarsFolder: jars.folder,
        runId,
        faults,
      };
      const spawned = spawnLocalStack(settings);
      const stop = async (): Promise<number> => {
        faults.close();
        return spawned.stop();
      };
      const emulator = { ...spawned, stop };
      options.onEmulator(emulator);
      enter({
        phase: 'emulator',
        emulator: emulator.identity,
        labUrl: faults.labUrl,
        proxyPort: faults.diversion.proxyPort,
      });
      await untilLocalStackAnswers(emulator, settings);
    },
    () => `LocalStack 4.14.0 on port ${options.port}`,
  );
  // Goes on while the stacks are synthesized; the deployment would wait for the same services anyway.
  void touchServices(`http://127.0.0.1:${options.port}`);
}

async function untilHealthy(apiUrl: string, stateFolder: string, signal: AbortSignal): Promise<string> {
  let status: string | undefined;
  let problem: string | undefined;
  const healthy = await waitUntil(async () => {
    signal.throwIfAborted();
    ({ status, problem } = await readHealth(apiUrl, 30_000));
    return status !== undefined && status !== 'fail';
  }, healthyMaxMs);
  if (healthy && status !== undefined) return status;
  throw new CommandFailure({
    what: 'The API was deployed but is not healthy.',
    why: [problem ?? `GET ${apiUrl}/health says ${status}`, ...(await lastErrors(stateFolder))].join('\n'),
    next: 'npm run logs -- system',
  });
}

const picked = z.object({ pickedFrom: z.int() });

/** The registry asks its servers within a second, which their first start may take: nobody should meet that. */
async function untilServersLive(apiUrl: string, signal: AbortSignal): Promise<number> {
  let answer = '';
  let live: number | undefined;
  const found = await waitUntil(async () => {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${apiUrl}/getServer`, { signal: AbortSignal.timeout(30_000) });
      answer = await response.text();
      live = response.ok ? picked.parse(JSON.parse(answer)).pickedFrom : undefined;
    } catch (error) {
      answer = String(error);
    }
    return live !== undefined;
  }, healthyMaxMs);
  if (found && live !== undefined) return live;
  throw new CommandFailure({
    what: 'The registry knows no live server.',
    why: `GET ${apiUrl}/getServer answered ${answer.slice(0, 300)}`,
    next: 'npm run logs -- registry',
  });
}

/** What the functions last printed as errors: most often the cause. */
async function lastErrors(stateFolder: string): Promise<string[]> {
  const errors: string[] = [];
  const signal = AbortSignal.timeout(2000);
  for await (const text of linesOf(functionsLogOf(stateFolder), { follow: false, signal })) {
    const entry = parseLogLine(text);
    const line = entry && renderLogLine(entry);
    if (line !== undefined && / error /.test(line)) errors.push(line);
  }
  return errors.slice(-2);
}
