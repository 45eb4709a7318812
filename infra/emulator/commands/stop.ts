import { CommandFailure } from '../before-install/command-failure.mjs';
import { isAlive } from '../before-install/process-identity.mjs';
import { runCommand } from '../command-line.ts';
import { processesOf, signalProcess, waitUntil } from '../end-processes.ts';
import { clearLeftovers } from '../own-run.ts';
import { stateFolderFrom } from '../paths.ts';
import { type RunState, readState, removeState } from '../state-file.ts';

const usage = `
npm stop
  Ends this clone's emulator with everything it started, and what a killed run left behind.
`;
const stopMaxMs = 20_000;

async function endSupervisor({ supervisor }: RunState): Promise<void> {
  signalProcess(supervisor.pid, 'SIGTERM');
  if (await waitUntil(() => !isAlive(supervisor), stopMaxMs)) return;
  signalProcess(supervisor.pid, 'SIGKILL');
  await waitUntil(() => !isAlive(supervisor), stopMaxMs);
}

await runCommand(usage, {}, async () => {
  const stateFolder = stateFolderFrom(process.env);
  const run = readState(stateFolder);
  if (!run) {
    console.log('Nothing is running.');
    return 0;
  }
  if (run.external) {
    removeState(stateFolder);
    console.log(`Forgot the LocalStack at ${run.endpoint}. It was not started here, so it was left running.`);
    return 0;
  }
  const started = run.emulator ? await processesOf(run.emulator, run.runId) : [];
  if (isAlive(run.supervisor)) await endSupervisor(run);
  await clearLeftovers(stateFolder);
  const left = started.filter(isAlive).map(({ pid }) => pid);
  if (left.length > 0) {
    throw new CommandFailure({
      what: `These processes did not end: ${left.join(', ')}.`,
      next: `kill -9 ${left.join(' ')}`,
    });
  }
  console.log(`Stopped ${run.apiUrl}: no process of it is left.`);
  return 0;
});
