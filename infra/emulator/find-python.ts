import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { tryTool } from './run-tool.ts';

/** LocalStack 4.14 imports on no other: 3.12 fails at import, and its dependencies fit no later one. */
export const pythonVersion = '3.13';

/** Where a Python 3.13 may be, best first. pyenv's shims are passed by: they answer for whatever version is chosen. */
export function pythonCandidates(environment: NodeJS.ProcessEnv, home = homedir()): string[] {
  const pyenvRoots = [environment.PYENV_ROOT, join(home, '.pyenv')].filter((folder) => folder !== undefined);
  const fromPyenv = [...new Set(pyenvRoots)].flatMap((folder) => versionsIn(join(folder, 'versions')));
  const path = (environment.PATH ?? '')
    .split(':')
    .filter((folder) => folder !== '' && !folder.endsWith('/.pyenv/shims'));
  const names = [`python${pythonVersion}`, 'python3'];
  const fromPath = names.flatMap((name) => path.map((folder) => join(folder, name)));
  return [...fromPyenv, ...new Set(fromPath)].filter((program) => existsSync(program));
}

function versionsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).filter(
    (name) => name === pythonVersion || name.startsWith(`${pythonVersion}.`),
  );
  return found
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name, 'bin', 'python3'));
}

/** The first candidate that really is a Python 3.13, or undefined. */
export async function findPython(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const program of pythonCandidates(environment)) {
    const question = 'import sys, venv; print("%d.%d" % sys.version_info[:2])';
    const answer = await tryTool(program, ['-c', question], { timeoutMs: 10_000, env: environment });
    if (answer.code === 0 && answer.stdout.trim() === pythonVersion) return program;
  }
  return undefined;
}
