import { isIPv4 } from 'node:net';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type ShopFollower, shopFollowers } from '@layers/domain/redundancy/groups';
import * as z from 'zod/mini';
import { CommandFailure, failureText } from './before-install/command-failure.mjs';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T; args: string[]; strict: true; allowPositionals: true }>
>;

/**
 * Runs a command: parses its arguments, prints its help for `--help`, and turns failures into text and exit code 1.
 * The exit code is what `work` answers, 130 where it was interrupted.
 */
export async function runCommand<T extends Options>(
  usage: string,
  options: T,
  work: (parsed: Parsed<T>) => Promise<number>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage.trim());
    return;
  }
  try {
    process.exitCode = await work(parse(usage, options, args));
  } catch (error) {
    const interrupted = error instanceof Error && error.name === 'AbortError';
    process.stderr.write(interrupted ? '\nInterrupted.\n' : failureText(error));
    process.exitCode = interrupted ? 130 : 1;
  }
}

function parse<T extends Options>(usage: string, options: T, args: string[]): Parsed<T> {
  try {
    return parseArgs({ options, args, strict: true as const, allowPositionals: true as const });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CommandFailure({ what: 'This command does not know these arguments.', why, next: usage });
  }
}

/** @throws CommandFailure for anything but a port number */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new CommandFailure({
    what: `--port ${text} is not a port.`,
    why: 'A port is a whole number from 1 to 65535.',
    next: 'npm start -- --port 4566',
  });
}

/** @throws CommandFailure for anything but an IPv4 address: LocalStack is told where to listen in that form */
export function parseAddress(text: string): string {
  if (isIPv4(text)) return text;
  throw new CommandFailure({
    what: `--listen ${text} is not an address.`,
    why: 'It takes an IPv4 address of this machine, or 0.0.0.0 for all of them.',
    next: 'npm start -- --listen 127.0.0.1',
  });
}

const network = z.union([z.cidrv4(), z.cidrv6()]);

/** @throws CommandFailure for anything but networks in CIDR notation */
export function parseNetworks(texts: readonly string[]): readonly string[] {
  const wrong = texts.find((text) => !network.safeParse(text).success);
  if (wrong === undefined) return texts;
  throw new CommandFailure({
    what: `--allow-net ${wrong} is not a network.`,
    why: 'It takes an address and the length of its prefix (CIDR).',
    next: 'npm start -- --listen 0.0.0.0 --allow-net 192.168.1.0/24',
  });
}

/** @throws CommandFailure for a way of keeping the shop that there is not */
export function parseShopFollower(text: string): ShopFollower {
  const found = shopFollowers.find((one) => one === text);
  if (found !== undefined) return found;
  throw new CommandFailure({
    what: `--shop-follower ${text} is not known.`,
    why: `It takes one of: ${shopFollowers.join(', ')}.`,
    next: 'npm start -- --shop-follower dynamodb',
  });
}

/** @throws CommandFailure for anything but http://host:port without a path */
export function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' && url.pathname === '/' && !url.search && !url.username) return url.origin;
  throw new CommandFailure({
    what: `--endpoint ${text} is not the address of a LocalStack.`,
    why: 'It takes http://, a host and a port.',
    next: 'npm start -- --endpoint http://127.0.0.1:4566',
  });
}
