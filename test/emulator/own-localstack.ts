import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { jarsInstallation } from '../../infra/emulator/install-jars.ts';
import { type LocalstackOptions, localstackSettings } from '../../infra/emulator/localstack/settings.ts';
import { folderForLock, pinnedNode, pythonLock, root } from '../../infra/emulator/paths.ts';
import { freePort } from '../../infra/emulator/port-owner.ts';

const pollMs = 25;

/** A second LocalStack beside the one under test, for what ends it or needs other settings. */
export interface OwnLocalstack {
  readonly process: ChildProcess;
  readonly stateFolder: string;
  readonly endpoint: string;
  readonly lambda: LambdaClient;
  /** The processes that it started and that are alive: the guard, Java, functions. */
  readonly children: () => number[];
}

/** Await a condition, for at most `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come about within ${withinMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Live processes of a session, from /proc; LocalStack is the leader of its own. */
function processesOfSession(session: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, , , sessionOfPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(sessionOfPid) === session && state !== 'Z' && state !== 'X';
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_localstack/health`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** Start one on a free port and wait until it answers. */
export async function startOwnLocalstack(options: Partial<LocalstackOptions> = {}): Promise<OwnLocalstack> {
  const port = await freePort();
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'own-localstack-'));
  const { command, args, env } = localstackSettings({
    pythonFolder: folderForLock('python', pythonLock),
    jarsFolder: jarsInstallation().folder,
    stateFolder,
    port,
    nodePath: pinnedNode,
    sdkFolder: root,
    ...options,
  });
  const child = spawn(command, args, { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const session = child.pid ?? 0;
  const endpoint = `http://127.0.0.1:${port}`;
  await until(() => answers(endpoint), 60_000);
  return {
    process: child,
    stateFolder,
    endpoint,
    lambda: new LambdaClient({ endpoint, maxAttempts: 1 }),
    children: () => processesOfSession(session).filter((pid) => pid !== session),
  };
}

/** End it whatever state it is in, and remove what it wrote. */
export async function removeOwnLocalstack(own: OwnLocalstack): Promise<void> {
  own.lambda.destroy();
  own.process.kill('SIGKILL');
  await until(() => own.children().length === 0, 10_000);
  rmSync(own.stateFolder, { recursive: true, force: true });
}
