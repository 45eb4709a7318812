import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure, failureOfTool } from './command-failure.mjs';
import { identityOf, isAlive } from './process-identity.mjs';
import { withLock } from './process-lock.mjs';

const progressEveryMs = 5000;
const installMaxMs = 900_000;
const orphanPollMs = 200;
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Why the installed packages are not those of the lock file, or undefined when they are. npm writes
 * `node_modules/.package-lock.json` last, so an interrupted install is seen; extra packages do no harm.
 * @param {string} root
 */
export function packagesProblem(root) {
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!locked) return 'package-lock.json cannot be read';
  if (!installed) return 'not installed';
  for (const [path, entry] of Object.entries(locked)) {
    if (!path.startsWith('node_modules/')) continue;
    const found = installed[path];
    if (!found && !entry.optional && !entry.devOptional && !entry.peer) return `${path.slice(13)} is missing`;
    if (found && found.version !== entry.version) return `${path.slice(13)} has another version`;
    if (found && !existsSync(join(root, path, 'package.json'))) return `${path.slice(13)} is half-made`;
  }
  return existsSync(nodeProgram(root)) ? undefined : 'the pinned Node is missing';
}

/** The Node that the project pins, from npm; TypeScript runs on it directly. @param {string} root */
export function nodeProgram(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/**
 * Installs the npm packages of the lock file unless they are there, one process at a time.
 * @returns {Promise<{seconds: number, detail: string}>}
 */
export async function installPackages(root, { command, print, runsHere = () => undefined }) {
  const started = performance.now();
  if (packagesProblem(root) === undefined)
    return { seconds: (performance.now() - started) / 1000, detail: 'up to date' };
  const folder = join(root, '.tandem', 'locks');
  const onWait = (holder) =>
    print(`waiting for process ${holder.pid} (${holder.command}), which installs the packages`);
  const detail = await withLock({ folder, name: 'packages', command, onWait }, async () => {
    await untilOrphanEnds(orphanPath(root), print);
    const problem = packagesProblem(root);
    if (problem === undefined) return 'installed by another command';
    refuseUnderARun(runsHere(), problem);
    print(`npm packages: ${problem}; installing with npm ci (about 430 packages, 1 GB)`);
    await npmCi(root, print);
    return 'installed';
  });
  return { seconds: (performance.now() - started) / 1000, detail };
}

function refuseUnderARun(runner, problem) {
  if (!runner) return;
  throw new CommandFailure({
    what: 'The npm packages changed while `npm start` runs in this clone.',
    why: `${problem}; npm ci would take them away under process ${runner.pid}.`,
    next: 'npm stop',
  });
}

/** Names the npm ci that runs, for who comes after a kill -9 of the command that started it. */
const orphanPath = (root) => join(root, '.tandem', 'locks', 'npm-ci.json');

/** Two of them would take each other's folders away. */
async function untilOrphanEnds(path, print) {
  const orphan = readJson(path);
  if (!isAlive(orphan)) return;
  print(`npm packages: waiting for npm ci of a command that was killed (process ${orphan.pid})`);
  const deadline = Date.now() + installMaxMs;
  while (isAlive(orphan)) {
    if (Date.now() > deadline)
      throw new CommandFailure({
        what: `npm ci (process ${orphan.pid}) of a command that was killed does not end.`,
        next: `kill ${orphan.pid}`,
      });
    await sleep(orphanPollMs);
  }
}

async function npmCi(root, print) {
  const npmCli = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  const [program, ...first] = npmCli;
  // Dev dependencies are the tools that run everything here, whatever NODE_ENV says outside.
  // What is in npm's cache is what the lock's hashes name: nothing has to be asked, which offline takes ten minutes.
  const options = ['--include=dev', '--prefer-offline', '--no-audit', '--no-fund'];
  const child = spawn(program, [...first, 'ci', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: installMaxMs,
  });
  if (child.pid !== undefined) writeFileSync(orphanPath(root), JSON.stringify(identityOf(child.pid) ?? {}));
  const pass = (signal) => child.kill(signal);
  for (const signal of endingSignals) process.on(signal, pass);
  const output = [];
  const keep = (chunk) => output.push(chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const started = Date.now();
  const ticker = setInterval(
    () => print(`npm packages: still installing, ${Math.round((Date.now() - started) / 1000)} s`),
    progressEveryMs,
  );
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(keep(error.message)));
    child.on('close', (exitCode, signal) => resolve(signal ?? exitCode));
  }).finally(() => {
    clearInterval(ticker);
    for (const signal of endingSignals) process.off(signal, pass);
    rmSync(orphanPath(root), { force: true });
  });
  if (code !== 0) throw failureOfTool(`npm ci failed (${code}).`, output.join(''));
  const left = packagesProblem(root);
  if (left === undefined) return;
  throw new CommandFailure({
    what: `npm ci ended well, but ${left}.`,
    why: 'npm may be set to skip install scripts here (ignore-scripts), which put the pinned Node in place.',
    next: 'npm rebuild node --ignore-scripts=false',
  });
}
