import { canonicalJson } from '../canonical-json.ts';
import { Problem } from '../problem.ts';
import { parseImage } from '../record-mappings.ts';
import type { Entity, Idempotency, MirroredGroup, MirrorState } from '../redundancy/transaction.ts';
import { type ServerEntity, serverEntity, serverKey, serversPrefix } from './server.ts';
import { leaseMs, serversMax, staleKeptMs } from './settings.ts';

const parse = (entity: Entity) => parseImage(serverEntity, entity);
const iso = (ms: number) => new Date(ms).toISOString();

/** When it is now, and when the request was signed: both in milliseconds since 1970. */
export interface Signed {
  readonly nowMs: number;
  readonly signedAtMs: number;
}

export interface Registration {
  readonly id: string;
  readonly url: string;
  readonly capacity: number;
  readonly publicKey: string;
}

/** What a server needs to keep its lease. */
export interface Lease {
  readonly generation: number;
  readonly expiresAt: string;
}

export type Written<T> = T & { readonly mirror: MirrorState };

const noServer = (id: string) => new Problem('not-found', `No server ${id} is registered.`);

function refuseReplay(server: ServerEntity, { signedAtMs }: Signed): void {
  if (signedAtMs <= server.signedAtMs)
    throw new Problem(
      'forbidden',
      'This signature, or a later one, was used before. Sign each request anew.',
    );
}

const pageSize = 100;

/** Every server, also those that lapsed or left. */
export async function readServers(
  group: MirroredGroup,
): Promise<{ servers: readonly ServerEntity[]; mirror: MirrorState }> {
  const servers: ServerEntity[] = [];
  let cursor: string | undefined;
  for (let read = 0; ; read += pageSize) {
    const page = await group.list(serversPrefix, { cursor, limit: pageSize });
    servers.push(...page.items.map(parse));
    cursor = page.next;
    if (cursor === undefined || read > serversMax) return { servers, mirror: page.mirror };
  }
}

/** @throws Problem `not-found`. */
export async function readServer(group: MirroredGroup, id: string): Promise<ServerEntity> {
  const entity = (await group.read([serverKey(id)])).entities.get(serverKey(id));
  if (entity === undefined) throw noServer(id);
  return parse(entity);
}

/** Nobody is named it any more, nor can be by the last leases known. */
const isGone = ({ expiresAt }: ServerEntity, nowMs: number) => Date.parse(expiresAt) + staleKeptMs <= nowMs;

/**
 * Who makes room for a new server in a full registry: the one that has been gone for the longest. Else names that were used
 * once would fill it for good.
 * @throws Problem `limit-reached` if all have been there lately.
 */
function findRoom(servers: readonly ServerEntity[], id: string, nowMs: number): string | undefined {
  if (servers.length < serversMax || servers.some((server) => server.id === id)) return undefined;
  const [longest] = servers
    .filter((server) => isGone(server, nowMs))
    .toSorted((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
  if (longest !== undefined) return serverKey(longest.id);
  const detail = `The registry holds at most ${serversMax} servers, and all were there within ${staleKeptMs / 60_000} minutes.`;
  throw new Problem('limit-reached', detail);
}

/** Unless it came back meanwhile. */
function makeRoom(current: ReadonlyMap<string, Entity | undefined>, room: string | undefined, nowMs: number) {
  const entity = room === undefined ? undefined : current.get(room);
  return entity !== undefined && isGone(parse(entity), nowMs) ? [{ id: entity.id, image: undefined }] : [];
}

/**
 * A new generation of a server: what earlier ones still send is refused from now on.
 * @throws Problem `forbidden` if the id belongs to another key, or the signature is not the newest; `limit-reached`.
 */
export async function registerServer(
  group: MirroredGroup,
  given: Registration,
  signed: Signed,
  idempotency: Idempotency | undefined,
): Promise<Written<Lease>> {
  const key = serverKey(given.id);
  const { servers } = await readServers(group);
  const room = findRoom(servers, given.id, signed.nowMs);
  const outcome = await group.write({
    keys: room === undefined ? [key] : [key, room],
    idempotency,
    decide(current) {
      const entity = current.get(key);
      const before = entity === undefined ? undefined : parse(entity);
      if (before !== undefined) {
        if (before.publicKey !== given.publicKey)
          throw new Problem('forbidden', `The id ${given.id} belongs to another key. Choose another id.`);
        refuseReplay(before, signed);
      }
      const at = iso(signed.nowMs);
      const lease = { generation: (before?.generation ?? 0) + 1, expiresAt: iso(signed.nowMs + leaseMs) };
      const server = {
        ...before,
        ...given,
        ...lease,
        load: 0,
        state: 'serving',
        registeredAt: at,
        heartbeatAt: at,
        signedAtMs: signed.signedAtMs,
      };
      const made = { id: key, image: canonicalJson(server) };
      return {
        changes: [made, ...makeRoom(current, room, signed.nowMs)],
        answer: JSON.stringify(lease),
      };
    },
  });
  return { ...(JSON.parse(outcome.answer) as Lease), mirror: outcome.mirror };
}

/** The lease as its present holder. @throws Problem `lease-lapsed` if it lapsed, was left, or has a newer generation. */
function holdLease(server: ServerEntity, generation: number, { nowMs }: Signed): void {
  const detail =
    server.generation !== generation
      ? `Generation ${generation} is not the present one, ${server.generation}.`
      : server.state === 'left'
        ? 'The server has left.'
        : Date.parse(server.expiresAt) <= nowMs
          ? `The lease ended at ${server.expiresAt}.`
          : undefined;
  if (detail !== undefined) throw new Problem('lease-lapsed', `${detail} Register again.`);
}

/** @throws Problem `not-found`, `lease-lapsed`, `forbidden`. */
export async function renewLease(
  group: MirroredGroup,
  beat: { id: string; generation: number; load: number },
  signed: Signed,
  idempotency: Idempotency | undefined,
): Promise<Written<Lease>> {
  const key = serverKey(beat.id);
  const outcome = await group.write({
    keys: [key],
    idempotency,
    decide(current) {
      const entity = current.get(key);
      if (entity === undefined) throw noServer(beat.id);
      const server = parse(entity);
      refuseReplay(server, signed);
      holdLease(server, beat.generation, signed);
      const lease = { generation: beat.generation, expiresAt: iso(signed.nowMs + leaseMs) };
      const beaten = {
        ...server,
        ...lease,
        load: beat.load,
        heartbeatAt: iso(signed.nowMs),
        signedAtMs: signed.signedAtMs,
      };
      return { changes: [{ id: key, image: canonicalJson(beaten) }], answer: JSON.stringify(lease) };
    },
  });
  return { ...(JSON.parse(outcome.answer) as Lease), mirror: outcome.mirror };
}

/**
 * Handed out no more from now on. The record stays, so that the id stays its owner's and generations go on counting.
 * @throws Problem `not-found`, `forbidden`.
 */
export async function leaveRegistry(
  group: MirroredGroup,
  id: string,
  signed: Signed,
  idempotency: Idempotency | undefined,
): Promise<MirrorState> {
  const key = serverKey(id);
  const { mirror } = await group.write({
    keys: [key],
    idempotency,
    decide(current) {
      const entity = current.get(key);
      if (entity === undefined) throw noServer(id);
      const server = parse(entity);
      refuseReplay(server, signed);
      const left = { ...server, state: 'left', signedAtMs: signed.signedAtMs };
      return { changes: [{ id: key, image: canonicalJson(left) }], answer: '' };
    },
  });
  return mirror;
}
