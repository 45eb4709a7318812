import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { CommandFailure } from './before-install/command-failure.mjs';
import { tryTool } from './run-tool.ts';

export interface PortOwner {
  readonly pid: number;
  readonly program: string;
}

const listening = '0A';

/** Inodes of the sockets that listen on a port, from the text of /proc/net/tcp or tcp6. */
export function listeningInodes(table: string, port: number): string[] {
  const portHex = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening && fields[1]?.endsWith(`:${portHex}`))
    .flatMap((fields) => fields[9] ?? []);
}

/** Pid and program from `lsof -Fpc`. */
export function ownerFromLsof(output: string): PortOwner | undefined {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const program = /^c(.+)$/m.exec(output)?.[1];
  return pid === undefined ? undefined : { pid: Number(pid), program: program ?? 'unknown' };
}

/** Who listens on a port; undefined when that is nobody, or a process of another user. */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  if (process.platform === 'linux') return ownerOnLinux(port);
  const { stdout } = await tryTool('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    timeoutMs: 10_000,
  });
  return ownerFromLsof(stdout);
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function ownerOnLinux(port: number): PortOwner | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readOr(path, ''));
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = pids.find((one) => holdsOneOf(one, sockets));
  if (pid === undefined) return undefined;
  const program = readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ').trim();
  return {
    pid: Number(pid),
    program: program.slice(0, 120) || readOr(`/proc/${pid}/comm`, 'unknown').trim(),
  };
}

function holdsOneOf(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkTarget(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Whether one can listen there. 0 asks for any free port; answers the port, or undefined. */
export async function tryPort(port: number, address: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: address, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' ? bound?.port : undefined));
    });
  });
}

/** Below those that systems give to outgoing connections: from 32768 on (Linux), from 49152 on (macOS). */
const listenersPorts = { from: 20_000, count: 12_000 };
const freePortAttemptsMax = 100;

/**
 * A free port for somebody who will listen on it by its number in a while, at random among those that no outgoing
 * connection takes meanwhile. @throws CommandFailure if there is none
 */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (let attempts = 0; attempts < freePortAttemptsMax; attempts += 1) {
    const port = listenersPorts.from + Math.floor(Math.random() * listenersPorts.count);
    if ((await tryPort(port, address)) !== undefined) return port;
  }
  throw new CommandFailure({ what: `There is no free port on ${address}.`, next: 'npm run doctor' });
}

/** The first free port after one that is taken. */
export async function freePortAfter(port: number, address: string): Promise<number | undefined> {
  const last = Math.min(port + 50, 65_535);
  for (let next = port + 1; next <= last; next += 1) {
    if ((await tryPort(next, address)) !== undefined) return next;
  }
  return tryPort(0, address);
}
