import { groups } from '@layers/domain/redundancy/groups';
import { api } from '../../api.ts';
import { useObservable } from '../../observable.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import { setQuery } from '../../router.ts';
import { happened } from '../../writes.ts';

const everyMs = 4_000;
const recordsMax = 8;

type CopiesOf = Awaited<ReturnType<typeof api.readCopies>>['body'];

const tones: Readonly<Record<CopiesOf['verdict'], Tone>> = {
  'in-sync': 'good',
  behind: 'warn',
  conflicting: 'bad',
  unknown: 'warn',
  absent: 'plain',
};

/** @param id `<type>/<key>`, of which the key may have several parts. */
export async function readCopies(id: string): Promise<CopiesOf> {
  const [subject = '', ...key] = id.split('/');
  return (await api.readCopies({ path: { subject, key: key.join('/') } })).body;
}

/** Ids worth looking at: what this page wrote, then what the group is known to hold. */
async function recordsOf(group: string, written: readonly string[]): Promise<readonly string[]> {
  const known: Readonly<Record<string, () => Promise<readonly string[]>>> = {
    shop: async () => {
      const { items } = (await api.listProducts({ query: { limit: recordsMax } })).body;
      return items.flatMap(({ id }) => [`products/${id}`, `stock/${id}`]);
    },
    registry: async () => {
      const { items } = (await api.listServers()).body;
      return items.flatMap(({ id, kind }) => (kind === 'leased' ? [`servers/${id}`] : []));
    },
  };
  const prefixes = groups.find(({ name }) => name === group)?.prefixes ?? [];
  const own = written.filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  return [...new Set([...own, ...((await known[group]?.()) ?? [])])].slice(0, recordsMax);
}

/** The same records in every store that holds them, row by row. */
export function Copies({ group, chosen }: { group: string; chosen: string }) {
  const written = useObservable(happened).flatMap(({ record }) => (record === undefined ? [] : [record]));
  const records = usePolled(`records ${group} ${written.length}`, () => recordsOf(group, written), 30_000);
  const [first] = records.value ?? [];
  const shown = chosen === '' ? first : chosen;
  return (
    <section class="wide" aria-label="Copies">
      <h2>Both copies, side by side</h2>
      <Read polled={records} what="the records" lines={3}>
        {(ids) =>
          ids.length === 0 ? (
            <p class="muted">No record of this group is known to this page yet.</p>
          ) : (
            <div class="chips">
              {ids.map((id) => (
                <button key={id} type="button" aria-pressed={id === shown} onClick={() => setQuery({ id })}>
                  {shorten(id)}
                </button>
              ))}
            </div>
          )
        }
      </Read>
      {shown === undefined ? null : <Record key={shown} id={shown} />}
    </section>
  );
}

const shorten = (id: string) => (id.length > 28 ? `${id.slice(0, 18)}…${id.slice(-6)}` : id);

function Record({ id }: { id: string }) {
  const polled = usePolled(`copies ${id}`, () => readCopies(id), everyMs);
  return (
    <Read polled={polled} what="the copies" lines={5}>
      {(found) => <SideBySide found={found} />}
    </Read>
  );
}

const typed = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** The fields of a copy, flat: what is nested is written as JSON. */
const fieldsOf = (entity: unknown): Readonly<Record<string, unknown>> =>
  typeof entity === 'object' && entity !== null ? { ...entity } : {};

function SideBySide({ found: { id, verdict, copies, differing } }: { found: CopiesOf }) {
  const names = [...new Set(copies.flatMap(({ entity }) => Object.keys(fieldsOf(entity))))];
  const differs = (pointer: string) =>
    differing.some((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  const cells = (pointer: string, textOf: (copy: CopiesOf['copies'][number]) => string) =>
    copies.map((copy) => (
      <td key={copy.store} class={differs(pointer) ? 'differs' : ''}>
        {textOf(copy)}
      </td>
    ));
  return (
    <>
      <p class="states">
        <Badge tone={tones[verdict]}>{verdict}</Badge> <code>{id}</code>
      </p>
      <Table
        label={`Copies of ${id}`}
        heads={['Field', ...copies.map(({ store, role }) => `${store} (${role})`)]}
      >
        <tr>
          <th scope="row">version</th>
          {cells('/version', ({ reachable, version, pending }) =>
            !reachable
              ? 'does not answer'
              : version === undefined
                ? 'not there'
                : `${version.epoch}.${version.ver}${version.deleted ? ', deleted' : ''}${pending ? ', pending' : ''}`,
          )}
        </tr>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">
              {name} {differs(`/entity/${name}`) ? <Badge tone="bad">differs</Badge> : null}
            </th>
            {cells(`/entity/${name}`, ({ entity }) => typed(fieldsOf(entity)[name]))}
          </tr>
        ))}
      </Table>
    </>
  );
}
