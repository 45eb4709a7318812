import { execFileSync } from 'node:child_process';
import { CommandFailure } from './command-failure.mjs';

/** Commands that look at a run must answer in a fresh clone too, without installing a gigabyte first. */
export const commandsThatOnlyLook = ['status', 'stop', 'logs', 'doctor'];

/**
 * What a looking command answers before anything is installed: nothing can be running yet.
 * @returns {number} the exit code
 */
export function answerWithoutPackages(command, args, problem) {
  const json = args.includes('--json');
  if (command === 'status') {
    console.log(json ? JSON.stringify({ state: 'stopped' }) : 'stopped. Start it with: npm start');
    return 0;
  }
  if (command === 'stop') {
    console.log('Nothing is running.');
    return 0;
  }
  if (command === 'doctor') return doctorWithoutPackages(json, problem);
  throw new CommandFailure({
    what: 'There are no logs yet.',
    why: 'Nothing was ever started in this clone.',
    next: 'npm start',
  });
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
