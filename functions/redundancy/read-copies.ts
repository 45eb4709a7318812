import type { redundancy } from '@layers/contract/redundancy';
import { Problem } from '@layers/domain/problem';
import { type FoundCopy, findCopies } from '@layers/domain/redundancy/compare';
import { compareVersions, isSameRecord } from '@layers/domain/redundancy/record';
import type { Handler } from '@layers/http/serve';
import { openContext, type RedundancyParts } from './redundancy-parts.ts';

type Json = Readonly<Record<string, unknown>>;

function bodyOf({ store, role, structure, reachable, record, pending }: FoundCopy) {
  if (record === undefined) return { store, role, structure, reachable, pending };
  const { epoch, ver, op, deleted, image } = record;
  const entity = deleted || image === '' ? {} : { entity: JSON.parse(image) as unknown };
  return { store, role, structure, reachable, pending, version: { epoch, ver, op, deleted }, ...entity };
}

/** Every leaf of a JSON value, by its pointer (RFC 6901). */
function* leavesOf(value: unknown, pointer: string): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null) yield [pointer, value];
  else
    for (const [name, member] of Object.entries(value as Json))
      yield* leavesOf(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

function differencesOf(copies: readonly ReturnType<typeof bodyOf>[]) {
  const present = copies.filter(({ reachable }) => reachable);
  const leaves = present.map(({ store, ...copy }) => {
    const { version, entity } = copy as { version?: unknown; entity?: unknown };
    return { store, values: new Map(leavesOf({ version, entity }, '')) };
  });
  const pointers = new Set(leaves.flatMap(({ values }) => [...values.keys()]));
  return [...pointers].flatMap((pointer) => {
    const held = leaves.filter(({ values }) => values.get(pointer) !== undefined);
    const distinct = new Set(leaves.map(({ values }) => values.get(pointer)));
    if (distinct.size === 1) return [];
    return [
      { pointer, values: Object.fromEntries(held.map(({ store, values }) => [store, values.get(pointer)])) },
    ];
  });
}

/** Behind: a copy holds an older version, and will be brought forward. Conflicting: it is neither that nor the same. */
function verdictOf(copies: readonly FoundCopy[]) {
  const authority = copies.find(({ role }) => role === 'authority');
  if (authority?.reachable !== true) return 'unknown' as const;
  const others = copies.filter((copy) => copy !== authority && copy.reachable);
  const { record } = authority;
  if (record === undefined)
    return others.some((copy) => copy.record !== undefined) ? ('conflicting' as const) : ('absent' as const);
  const differing = others.filter((copy) => !isSameRecord(copy.record, record));
  if (differing.some((copy) => copy.record !== undefined && compareVersions(copy.record, record) >= 0))
    return 'conflicting' as const;
  if (differing.length > 0 || authority.pending) return 'behind' as const;
  return others.length < copies.length - 1 ? ('unknown' as const) : ('in-sync' as const);
}

export function readCopies(parts: RedundancyParts): Handler<typeof redundancy.readCopies> {
  return async ({ path }) => {
    const id = `${path.subject}/${path.key}`;
    const found = [...parts.contexts.values()].find(({ group }) =>
      group.prefixes.some((prefix) => id.startsWith(prefix)),
    );
    if (found === undefined) throw new Problem('not-found', `No group keeps ${path.subject}.`);
    const group = found.group.name;
    const { copies } = await findCopies(await openContext(parts, group), id);
    const bodies = copies.map(bodyOf);
    const body = { id, group, verdict: verdictOf(copies), copies: bodies, differing: differencesOf(bodies) };
    return { status: 200, headers: { 'cache-control': 'no-store' }, body };
  };
}
