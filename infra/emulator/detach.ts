import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from './follow-file.ts';
import { startLog } from './own-run.ts';
import type { ReadyReport } from './supervise.ts';

/**
 * Runs a program of ours in the background, in a session of its own, and shows what it prints until it says that it is
 * ready. Its output goes on into the state folder's start.log, which stays that of the run that is: another start at the
 * same time, which is refused, has a file of its own until it knows.
 * @returns what it reported, or undefined when it ended before
 */
export async function startDetached(
  program: string,
  args: readonly string[],
  { stateFolder, out }: { stateFolder: string; out: NodeJS.WriteStream },
): Promise<{ report?: ReadyReport; code: number }> {
  mkdirSync(stateFolder, { recursive: true });
  const path = join(stateFolder, `start-${process.pid}.log`);
  const log = openSync(path, 'w');
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, TANDEM_DETACHED: '1' },
  });
  closeSync(log);
  const over = new AbortController();
  const showing = showLines(path, out, over.signal);
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass);
  const result = await new Promise<{ report?: ReadyReport; code: number }>((resolve) => {
    child.once('message', (message) => resolve({ report: message as ReadyReport, code: 0 }));
    child.once('error', () => resolve({ code: 1 }));
    child.once('exit', (code) => resolve({ code: code ?? 1 }));
  });
  over.abort();
  await showing;
  if (result.report) renameSync(path, startLog(stateFolder));
  else rmSync(path);
  if (child.connected) child.disconnect();
  child.unref();
  return result;
}

async function showLines(path: string, out: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  for await (const line of linesOf(path, { follow: true, signal })) out.write(`${line}\n`);
}
