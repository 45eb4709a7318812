import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailure } from './command-failure.mjs';
import { isAlive } from './process-identity.mjs';

/** Commands that look at a run must answer in a fresh clone too, without installing a gigabyte first. */
export const commandsThatOnlyLook = ['status', 'stop', 'logs', 'doctor'];

const stopMaxMs = 30_000;
const pollMs = 100;

/**
 * What a looking command answers before anything is installed, or when the packages have changed since `run` (the process
 * of `npm start`, if it lives) was started with others: none of the commands could be loaded.
 * @returns {Promise<number>} the exit code
 */
export async function answerWithoutPackages(command, args, { problem, run }) {
  const json = args.includes('--json');
  if (command === 'status') return statusWithoutPackages(json, problem, run);
  if (command === 'stop') return stopWithoutPackages(run);
  if (command === 'doctor') return doctorWithoutPackages(json, problem);
  throw new CommandFailure({
    what: 'The logs cannot be shown.',
    why: `npm packages: ${problem}.`,
    next: run ? 'npm stop\nnpm start' : 'npm start',
  });
}

function statusWithoutPackages(json, problem, run) {
  const cause = `npm packages: ${problem}`;
  const state = run ? { state: 'broken', cause } : { state: 'stopped' };
  const text = run
    ? `broken: process ${run.pid} runs, but the packages changed since (${problem}). Next: npm stop`
    : 'stopped. Start it with: npm start';
  console.log(json ? JSON.stringify(state) : text);
  return run ? 1 : 0;
}

/** The run ends what it started by itself, with the code that it has loaded. */
async function stopWithoutPackages(run) {
  if (!run) {
    console.log('Nothing is running.');
    return 0;
  }
  process.kill(run.pid, 'SIGTERM');
  const deadline = Date.now() + stopMaxMs;
  while (isAlive(run) && Date.now() < deadline) await sleep(pollMs);
  if (isAlive(run))
    throw new CommandFailure({ what: `Process ${run.pid} does not end.`, next: `kill -9 ${run.pid}` });
  console.log('Stopped. The packages changed since it was started: npm start installs them.');
  return 0;
}

function doctorWithoutPackages(json, problem) {
  const checks = [
    { name: 'node', ok: true, detail: process.version },
    gitCheck(),
    { name: 'npm packages', ok: false, detail: problem, mend: 'npm ci' },
  ];
  if (json) console.log(JSON.stringify({ ok: false, checks }));
  else
    for (const { name, ok, detail, mend } of checks)
      console.log(
        `${ok ? 'ok     ' : 'MISSING'}  ${name}: ${detail}${mend ? `\n         mend: ${mend}` : ''}`,
      );
  return 1;
}

function gitCheck() {
  try {
    return {
      name: 'git',
      ok: true,
      detail: execFileSync('git', ['--version'], { encoding: 'utf8', timeout: 5000 }).trim(),
    };
  } catch {
    return { name: 'git', ok: false, detail: 'not found', mend: 'install git with your system’s packages' };
  }
}
