import { statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { packagesProblem } from './before-install/install-packages.mjs';
import { findPython, pythonVersion } from './find-python.ts';
import { isInstalled } from './install-folder.ts';
import { jarsInstallation } from './install-jars.ts';
import { pythonInstallation } from './install-python.ts';
import { uvInstallation } from './install-uv.ts';
import { root, stateFolderFrom } from './paths.ts';
import { freePortAfter, portOwner, tryPort } from './port-owner.ts';
import { tryTool } from './run-tool.ts';
import { readState, statusOf } from './state-file.ts';

/** One thing that this machine has or lacks; `mend` is the command that brings it. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly mend?: string;
}

const gigabyte = 1024 ** 3;
const diskFreshBytesMin = 3 * gigabyte;
const diskInstalledBytesMin = gigabyte / 2;
const memoryBytesMin = 2 * gigabyte;
const usualPort = 4566;

const gigabytes = (bytes: number): string => `${(bytes / gigabyte).toFixed(1)} GB`;

async function git(): Promise<Check> {
  const { code, stdout } = await tryTool('git', ['--version'], { timeoutMs: 5000 });
  if (code === 0) return { name: 'git', ok: true, detail: stdout.trim() };
  return { name: 'git', ok: false, detail: 'not found', mend: 'install git with your system’s packages' };
}

function packages(): Check {
  const problem = packagesProblem(root);
  if (problem === undefined) return { name: 'npm packages', ok: true, detail: 'as in package-lock.json' };
  return { name: 'npm packages', ok: false, detail: problem, mend: 'npm ci' };
}

async function python(): Promise<Check> {
  const name = `python ${pythonVersion}`;
  if (isInstalled(pythonInstallation())) return { name, ok: true, detail: 'in the emulator’s environment' };
  const found = await findPython(process.env);
  if (found !== undefined) return { name, ok: true, detail: found };
  const uv = isInstalled(uvInstallation()) ? 'uv may fetch one' : 'uv, once installed, may fetch one';
  return {
    name,
    ok: false,
    detail: `not found; ${uv} where the network allows it`,
    mend: `pyenv install ${pythonVersion}`,
  };
}

function installation(name: string, installed: boolean): Check {
  if (installed) return { name, ok: true, detail: 'complete' };
  return { name, ok: false, detail: 'not installed yet', mend: 'npm start' };
}

/** Free space and memory, against what an installation or a run takes. */
function space(name: string, freeBytes: number, neededBytes: number, mend: string): Check {
  const detail = `${gigabytes(freeBytes)} free, ${gigabytes(neededBytes)} needed`;
  return freeBytes >= neededBytes ? { name, ok: true, detail } : { name, ok: false, detail, mend };
}

function disk(): Check {
  const { bavail, bsize } = statfsSync(root);
  const needed = isInstalled(pythonInstallation()) ? diskInstalledBytesMin : diskFreshBytesMin;
  return space('disk', bavail * bsize, needed, `free some space on the disk of ${root}`);
}

function memory(): Check {
  // macOS counts cached files as used: there only the machine's size says something.
  const bytes = process.platform === 'darwin' ? totalmem() : Math.max(process.availableMemory(), freemem());
  return space('memory', bytes, memoryBytesMin, 'end other programs');
}

async function port(): Promise<Check> {
  const run = readState(stateFolderFrom(process.env));
  const name = `port ${usualPort}`;
  if ((await tryPort(usualPort, '127.0.0.1')) !== undefined) return { name, ok: true, detail: 'free' };
  if (run?.port === usualPort) return { name, ok: true, detail: 'held by this clone’s run' };
  const owner = await portOwner(usualPort);
  const other = await freePortAfter(usualPort, '127.0.0.1');
  const detail = owner
    ? `held by process ${owner.pid}: ${owner.program}`
    : 'held by a process of another user';
  return { name, ok: false, detail, mend: `npm start -- --port ${other ?? 'N'}` };
}

async function running(): Promise<Check> {
  const { state, run, cause } = await statusOf(stateFolderFrom(process.env));
  if (state === 'broken')
    return { name: 'emulator', ok: false, detail: `broken: ${cause}`, mend: 'npm stop' };
  return { name: 'emulator', ok: true, detail: run ? `${state} at ${run.apiUrl}` : state };
}

/** Everything that a start needs, in the order it needs it. */
export async function allChecks(): Promise<Check[]> {
  const pinned: Check = {
    name: 'node',
    ok: true,
    detail: `${process.version}, from npm, on ${process.platform} ${process.arch}`,
  };
  return [
    pinned,
    await git(),
    packages(),
    await python(),
    installation('emulator’s environment', isInstalled(pythonInstallation())),
    installation('DynamoDB Local', isInstalled(jarsInstallation())),
    disk(),
    memory(),
    await port(),
    await running(),
  ];
}
