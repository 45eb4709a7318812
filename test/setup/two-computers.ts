import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../infra/emulator/paths.ts';
import { endpoint } from './stack.ts';

const program = join(root, 'infra', 'emulator', 'run.mjs');
const startMaxMs = 240_000;
const stopMaxMs = 60_000;

/** Two computers on one network: the emulator runs on the first, a server of the shop on the second. */
export interface TwoComputers {
  /** Of the emulator, as both computers reach it. */
  readonly endpoint: string;
  readonly secondAddress: string;
  /** Body of an answer to GET, asked on the second computer. */
  readonly get: (url: string) => Promise<unknown>;
  /** Runs a command of the project on the second computer until `stop`, which lets it end in order. */
  readonly startOnSecond: (args: readonly string[]) => { readonly stop: () => Promise<void> };
  readonly remove: () => Promise<void>;
}

const getProgram = 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)';

/** @param within what a command is run by to run on a computer: `ip netns exec name` */
function computers(within: readonly string[], environment: NodeJS.ProcessEnv) {
  const inside = (args: readonly string[]) => [...within, process.execPath, ...args] as const;
  const get = async (url: string): Promise<unknown> => {
    const [file, ...args] = inside(['-e', getProgram, url]);
    const { stdout } = await promisify(execFile)(file ?? '', args, { timeout: 35_000 });
    return JSON.parse(stdout) as unknown;
  };
  const startOnSecond = (given: readonly string[]) => {
    const [file, ...args] = inside([program, ...given]);
    const child = spawn(file ?? '', args, { env: environment, stdio: 'ignore' });
    const ended = once(child, 'close');
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { stop };
  };
  return { get, startOnSecond };
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

/** Two network namespaces with a cable between them. @throws Error where they are not allowed. */
function makeNamespaces() {
  const [first, second] = [`tandem-a-${process.pid}`, `tandem-b-${process.pid}`];
  const remove = () => {
    for (const name of [first, second]) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was never made.
      }
    }
  };
  try {
    for (const name of [first, second]) ip('netns', 'add', name);
    ip('-n', first, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', second);
    for (const [name, address] of [
      [first, '10.77.0.1'],
      [second, '10.77.0.2'],
    ] as const) {
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'cable');
      for (const device of ['lo', 'cable']) ip('-n', name, 'link', 'set', device, 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  const inside = (name: string) => ['ip', 'netns', 'exec', name];
  return { first: inside(first), second: inside(second), remove };
}

/** With an emulator of their own on the first, listening to the network between them. */
async function inNamespaces(network: ReturnType<typeof makeNamespaces>): Promise<TwoComputers> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'tandem-computers-'));
  const environment = { ...process.env, TANDEM_STATE_FOLDER: stateFolder };
  const onFirst = async (args: readonly string[], timeout: number) => {
    const [file, ...rest] = [...network.first, process.execPath, program, ...args];
    await promisify(execFile)(file ?? '', rest, { env: environment, timeout, maxBuffer: 2 ** 24 });
  };
  const remove = async () => {
    await onFirst(['stop'], stopMaxMs);
    network.remove();
    rmSync(stateFolder, { recursive: true, force: true });
  };
  try {
    const reachable = ['--listen', '10.77.0.1', '--allow-net', '10.77.0.0/24'];
    await onFirst(['start', '--detach', '--port', '4666', ...reachable], startMaxMs);
  } catch (error) {
    await remove();
    throw error;
  }
  const second = computers(network.second, environment);
  return { endpoint: 'http://10.77.0.1:4666', secondAddress: '10.77.0.2', ...second, remove };
}

/** Two network namespaces; where they are not allowed, the emulator under test and another loopback address. */
export async function makeTwoComputers(): Promise<TwoComputers> {
  let network: ReturnType<typeof makeNamespaces>;
  try {
    network = makeNamespaces();
  } catch {
    const here = computers([], process.env);
    return { endpoint, secondAddress: '127.0.0.2', ...here, remove: () => Promise.resolve() };
  }
  return inNamespaces(network);
}
