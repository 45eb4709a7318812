import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Problem } from '@layers/domain/problem';
import type ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

export type Lookup = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface OutboundRules {
  /** Networks (CIDR) that may be reached though they are not public, and by plain http: none on AWS. */
  readonly networks: readonly string[];
  readonly lookup: Lookup;
}

/** An address that was checked, with the one IP that requests to it must go to. */
export interface CheckedAddress {
  readonly url: URL;
  readonly address: string;
  readonly family: 4 | 6;
}

const urlBytesMax = 500;
const lookupTimeoutMs = 1_000;

/** Loaded with the first address that is checked, not at every start of a function. */
const loadIpaddr = async (): Promise<typeof ipaddr> => (await import('ipaddr.js')).default;

// `import` of node:http reads all that it exports, WebSocket too, and that loads undici: 25 ms of a start of a function.
const requestBy = (protocol: string) =>
  process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http').request;

const refused = (detail: string) =>
  new Problem('invalid-request', `The url ${detail}`, { errors: [{ pointer: '/body/url', detail }] });

export const lookupAddresses: Lookup = (hostname) => systemLookup(hostname, { all: true, order: 'verbatim' });

const within = (address: Address, [range, bits]: Network) =>
  address.kind() === range.kind() && address.match(range, bits);

/**
 * What the library still calls unicast: IPv4 in IPv6's older clothes (::a.b.c.d), site-local addresses, NAT64 of one's own.
 * All that is routed on the internet is in 2000::/3: https://www.iana.org/assignments/ipv6-address-space
 */
const isOutsideInternet = (ip: typeof ipaddr, address: Address) =>
  address.kind() === 'ipv6' && !within(address, ip.parseCIDR('2000::/3'));

/** `undefined`: it may not be reached. */
function judge(
  ip: typeof ipaddr,
  text: string,
  networks: readonly Network[],
): 'public' | 'allowed' | undefined {
  // An IPv4 address in IPv6's clothes is judged as the IPv4 address that would be reached.
  const address = ip.process(text);
  if (networks.some((network) => within(address, network))) return 'allowed';
  return address.range() === 'unicast' && !isOutsideInternet(ip, address) ? 'public' : undefined;
}

function parseUrl(text: string): URL {
  if (text.length > urlBytesMax || !URL.canParse(text))
    throw refused('is not a URL of at most 500 characters.');
  const url = new URL(text);
  refuseParts(url);
  return url;
}

function refuseParts(url: URL): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('must be https.');
  if (url.username !== '' || url.password !== '') throw refused('must not carry credentials.');
  if (url.search !== '' || url.hash !== '') throw refused('must have neither query nor fragment.');
}

async function resolve(ip: typeof ipaddr, url: URL, lookup: Lookup) {
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (ip.isValid(literal)) return [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), lookupTimeoutMs);
  });
  try {
    return await Promise.race([lookup(url.hostname), late]);
  } catch {
    throw refused('has a host name that cannot be resolved.');
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Judges an address that a caller wants us to call (server-side request forgery): https without credentials to a public
 * address; plain http and other addresses only within the allowed networks. The name is resolved once, here, and all it
 * resolves to must pass: what is called later is the address that was checked.
 * @throws Problem `invalid-request`.
 */
export async function checkAddress(text: string, rules: OutboundRules): Promise<CheckedAddress> {
  const url = parseUrl(text);
  const ip = await loadIpaddr();
  const networks = rules.networks.map((network) => ip.parseCIDR(network));
  const found = await resolve(ip, url, rules.lookup);
  const [first] = found;
  if (first === undefined) throw refused('has a host name that cannot be resolved.');
  const judged = found.map(({ address }) => judge(ip, address, networks));
  if (judged.includes(undefined)) throw refused('leads to an address that is not public. See --allow-net.');
  if (url.protocol === 'http:' && judged.includes('public')) throw refused('must be https: it is public.');
  return { url, address: first.address, family: first.family === 6 ? 6 : 4 };
}

export interface Fetched {
  readonly status: number;
  readonly body: string;
}

/** It sent more than it may. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

interface Sent {
  readonly method: 'GET' | 'POST';
  /** Below the address, with its query if it has one. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Limits {
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/** GET to a checked address, as `requestPinned`. */
export function getPinned(address: CheckedAddress, path: string, limits: Limits): Promise<Fetched> {
  return requestPinned(address, { method: 'GET', path }, limits);
}

/**
 * A request to a checked address, to that very IP whatever its name says by now. Redirects are not followed.
 * @throws AnswerTooLarge above `bytesMax`; Error if it does not answer whole within `timeoutMs`.
 */
export function requestPinned(
  { url, address, family }: CheckedAddress,
  { method, path, headers, body }: Sent,
  { timeoutMs, bytesMax }: Limits,
): Promise<Fetched> {
  const pinned: LookupFunction = (_hostname, options, callback) =>
    options.all === true ? callback(null, [{ address, family }]) : callback(null, address, family);
  const target = new URL(url);
  const [pathname = '', search = ''] = path.split('?', 2);
  // By its parts: a pathname that begins with two slashes would be read as another host.
  target.pathname = `${url.pathname.replace(/\/$/, '')}${pathname}`;
  target.search = search;
  const request = requestBy(url.protocol);
  const options = {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    lookup: pinned,
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    maxHeaderSize: 16_384,
  };
  return new Promise((settle, reject) => {
    const sent = request(target, options, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > bytesMax) sent.destroy(new AnswerTooLarge(`more than ${bytesMax} bytes came`));
        else chunks.push(chunk);
      });
      answer.on('end', () =>
        settle({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
