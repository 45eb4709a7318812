#!/usr/bin/env node
// Runs one of the project's commands. Plain JavaScript with Node's own modules only: in a fresh clone nothing is
// installed yet, and the machine's Node may be 20. The commands themselves are TypeScript and run on the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure, failureText } from './before-install/command-failure.mjs';
import { installPackages, nodeProgram, packagesProblem } from './before-install/install-packages.mjs';
import { isAlive } from './before-install/process-identity.mjs';
import { answerWithoutPackages, commandsThatOnlyLook } from './before-install/without-packages.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const oldestNodeMajor = 20;
const flagsOfStart = ['port', 'listen', 'allow-net', 'shop-follower', 'detach', 'endpoint'];

function checkMachine() {
  if (process.platform === 'win32') {
    throw new CommandFailure({
      what: 'Windows itself is not supported.',
      why: 'LocalStack without Docker needs Linux or macOS.',
      next: 'Use a Linux shell of WSL 2 and clone the project there.',
    });
  }
  if (Number(process.versions.node.split('.')[0]) >= oldestNodeMajor) return;
  throw new CommandFailure({
    what: `Node ${process.version} is too old.`,
    why: `npm and the installer need Node ${oldestNodeMajor} or later.`,
    next: 'Install Node 20 or later and run the same command again.',
  });
}

function programOf(command) {
  const file = `${command.replaceAll(':', '-')}.ts`;
  const folders = [join(root, 'infra', 'emulator', 'commands'), join(root, 'infra', 'commands')];
  const found = /^[a-z][a-z:-]*$/.test(command)
    ? folders.map((folder) => join(folder, file)).find(existsSync)
    : undefined;
  if (found) return found;
  throw new CommandFailure({
    what: `There is no command "${command}".`,
    next: 'npm run   lists what there is.',
  });
}

/** The `npm start` of this clone, if it runs. */
function runner() {
  try {
    const { supervisor } = JSON.parse(readFileSync(join(root, '.tandem', 'run', 'state.json'), 'utf8'));
    return isAlive(supervisor) ? supervisor : undefined;
  } catch {
    return undefined;
  }
}

/** Of `npm start --port 4779`, without the `--` in between, npm hands on no more than 4779. */
function refuseWhatNpmTook(command, args) {
  const taken = flagsOfStart.filter((flag) => {
    const told = process.env[`npm_config_${flag.replaceAll('-', '_')}`];
    return command === 'start' && told !== undefined && !args.includes(`--${flag}`);
  });
  if (taken.length === 0) return;
  const flags = taken.map((flag) => `--${flag}`).join(' and ');
  throw new CommandFailure({
    what: `npm took ${flags} for itself.`,
    why: 'What is meant for the command stands behind two hyphens.',
    next: `npm start -- ${taken.map((flag) => `--${flag}${flag === 'detach' ? '' : ' …'}`).join(' ')}`,
  });
}

/** Passes signals on, so that the command may end in order, and answers its exit code. */
function runOnPinnedNode(program, args, environment) {
  const child = spawn(nodeProgram(root), ['--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  // A terminal sends Ctrl-C to every process itself; the command tells the copies from a second one by their time.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === 'SIGKILL' ? 9 : 15)));
  });
}

async function main([command = '', ...args]) {
  checkMachine();
  const program = programOf(command);
  refuseWhatNpmTook(command, args);
  // Words for people go to stderr when a program reads stdout.
  const print = (text) => (args.includes('--json') ? process.stderr : process.stdout).write(`${text}\n`);
  if (commandsThatOnlyLook.includes(command)) {
    const problem = packagesProblem(root);
    if (problem) return answerWithoutPackages(command, args, { problem, run: runner() });
    return runOnPinnedNode(program, args, {});
  }
  const packages = await installPackages(root, { command, print, runsHere: runner });
  return runOnPinnedNode(program, args, { TANDEM_PACKAGES_PHASE: JSON.stringify(packages) });
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(failureText(error));
  return 1;
});
