import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pinnedNode, root } from '../emulator/paths.ts';

const program = join(root, 'infra', 'commands', 'member.ts');
const joinedWithinMs = 30_000;
const endedWithinMs = 8_000;

export interface MemberProcess {
  readonly name: string;
  /** Ends it as if its computer were switched off: it does not leave. */
  kill(): Promise<void>;
  /** Ends it in order: it leaves the group. */
  stop(): Promise<void>;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const impatient = setTimeout(() => child.kill('SIGKILL'), endedWithinMs);
  await exited;
  clearTimeout(impatient);
}

/** A member in a process of its own, once it has joined. @throws Error with what it said if it does not. */
export async function startMember(member: {
  readonly name: string;
  readonly model: string;
  readonly port: number;
  readonly behave: string;
  readonly apiUrl: string;
}): Promise<MemberProcess> {
  const { name, model, port, behave, apiUrl } = member;
  const args = [
    '--model',
    model,
    '--port',
    String(port),
    '--name',
    name,
    '--behave',
    behave,
    '--api',
    apiUrl,
  ];
  const child = spawn(pinnedNode, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const giveUp = setTimeout(() => failed('it did not join in time'), joinedWithinMs);
    const failed = (why: string) => {
      clearTimeout(giveUp);
      child.kill('SIGKILL');
      reject(new Error(`${name}: ${why}. ${said.slice(-500)}`));
    };
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000);
        if (!said.includes('Joined the members')) return;
        clearTimeout(giveUp);
        resolve();
      });
    child.once('exit', () => failed('it ended'));
    child.once('error', (error) => failed(error.message));
  });
  return { name, kill: () => ended(child, 'SIGKILL'), stop: () => ended(child, 'SIGTERM') };
}
