import type { ShopFollower } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { failureText } from './before-install/command-failure.mjs';
import { bringUp } from './bring-up.ts';
import { checkPort } from './check-port.ts';
import { processesOf, signalProcess } from './end-processes.ts';
import { linesOf } from './follow-file.ts';
import { parseLogLine, renderLogLine } from './function-log.ts';
import { functionsLogOf } from './localstack/settings.ts';
import { takeRun } from './own-run.ts';
import { type Phase, Phases } from './phases.ts';
import { readyBlock } from './ready-block.ts';
import { type Emulator, localstackLog } from './start-localstack.ts';
import { type RunState, readState, removeState } from './state-file.ts';
import type { LayersMode } from './synthesize-stacks.ts';

/** A terminal sends Ctrl-C to npm and to us, and npm passes it on: copies arrive together, a second one later. */
const secondSignalAfterMs = 700;
const packagesPhase = z.object({ seconds: z.number(), detail: z.string() });

export interface SuperviseOptions {
  readonly port: number;
  readonly listen: string;
  readonly stateFolder: string;
  readonly layers: LayersMode;
  readonly allowNet: readonly string[];
  readonly shopFollower: ShopFollower;
  readonly endpoint: string | undefined;
  readonly json: boolean;
  /** In the background, where nobody reads what functions log: npm run logs shows it. */
  readonly detached: boolean;
}

/** What `--json` prints, and what a detached run tells whoever waits for it. */
export interface ReadyReport {
  readonly state: RunState;
  readonly seconds: number;
  readonly phases: readonly Phase[];
}

/** What run.mjs measured before this process began. */
export function addPackagesPhase(phases: Phases): number {
  const text = process.env.TANDEM_PACKAGES_PHASE;
  const phase = text === undefined ? undefined : packagesPhase.safeParse(JSON.parse(text)).data;
  if (phase) phases.add({ name: 'packages', ...phase });
  return phase?.seconds ?? 0;
}

/**
 * Brings the system up and keeps it until a signal, or until LocalStack ends by itself.
 * @returns the exit code
 */
export async function supervise(
  options: SuperviseOptions,
  onReady: (report: ReadyReport) => void,
): Promise<number> {
  process.stdout.on('error', () => undefined);
  const out = options.json ? process.stderr : process.stdout;
  const phases = new Phases(out);
  const stop = new AbortController();
  let emulator: Emulator | undefined;
  listenForSignals(stop, phases, () => emulator, options.stateFolder);
  const { release, cleared } = await takeRun(options.stateFolder);
  if (cleared > 0) phases.say(`Cleared ${cleared} processes that a killed run had left.`);
  try {
    const report = await ready(options, phases, stop.signal, (made) => (emulator = made));
    onReady(report);
    return report.state.external ? 0 : await untilOver(options, stop, emulator);
  } catch (error) {
    if (stop.signal.aborted) return 0;
    process.stderr.write(failureText(error));
    return 1;
  } finally {
    // What still runs beside the step that failed.
    stop.abort();
    await tearDown(options.stateFolder, emulator, phases);
    release();
  }
}

async function ready(
  options: SuperviseOptions,
  phases: Phases,
  signal: AbortSignal,
  onEmulator: (emulator: Emulator) => void,
): Promise<ReadyReport> {
  if (options.endpoint === undefined) await checkPort(options.port, options.listen);
  const before = addPackagesPhase(phases);
  const state = await bringUp({ ...options, phases, signal, onEmulator });
  const seconds = before + phases.elapsed;
  if (!options.json) phases.say(readyBlock(state, seconds));
  return { state, seconds, phases: phases.done };
}

async function tearDown(stateFolder: string, emulator: Emulator | undefined, phases: Phases): Promise<void> {
  const external = readState(stateFolder)?.external === true && readState(stateFolder)?.ready === true;
  if (emulator) {
    const count = await emulator.stop();
    phases.say(`Stopped: LocalStack and what it ran, ${count} processes.`);
  }
  if (!external) removeState(stateFolder);
}

/** Shows the functions' events until a signal (0) or until LocalStack is gone (1). */
async function untilOver(
  options: SuperviseOptions,
  stop: AbortController,
  emulator: Emulator | undefined,
): Promise<number> {
  const showing = options.detached ? undefined : showLogs(options, stop.signal);
  const stopped = new Promise<number>((resolve) =>
    stop.signal.addEventListener('abort', () => resolve(0), { once: true }),
  );
  const ended = (emulator?.ended ?? stopped).then(() => 1);
  const code = stop.signal.aborted ? 0 : await Promise.race([stopped, ended]);
  if (code === 1) {
    process.stderr.write(`\nLocalStack ended by itself. Its log: ${localstackLog(options.stateFolder)}\n`);
    stop.abort();
  }
  await showing;
  return code;
}

async function showLogs({ stateFolder, json }: SuperviseOptions, signal: AbortSignal): Promise<void> {
  for await (const text of linesOf(functionsLogOf(stateFolder), { follow: true, signal })) {
    const entry = json ? undefined : parseLogLine(text);
    const line = json ? text : entry && renderLogLine(entry);
    if (line !== undefined) process.stdout.write(`${line}\n`);
  }
}

function listenForSignals(
  stop: AbortController,
  phases: Phases,
  emulator: () => Emulator | undefined,
  stateFolder: string,
): void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      phases.say('\nStopping (again to force) …');
      stop.abort();
      return;
    }
    if (performance.now() - firstAt > secondSignalAfterMs) void forceEnd(emulator(), stateFolder);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
}

async function forceEnd(emulator: Emulator | undefined, stateFolder: string): Promise<void> {
  const runId = readState(stateFolder)?.runId ?? '';
  const left = emulator ? await processesOf(emulator.identity, runId) : [];
  for (const { pid } of left) signalProcess(pid, 'SIGKILL');
  removeState(stateFolder);
  process.exit(130);
}
