import { useObservable } from '../../observable.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import { type Happened, happened } from '../../writes.ts';
import { readCopies } from './copies.tsx';

const everyMs = 6_000;
const checkedMax = 6;

interface Evidence {
  readonly entry: Happened;
  readonly record: string;
  /** By store: the version that is there. */
  readonly found: readonly {
    readonly store: string;
    readonly text: string;
    readonly holds: boolean | undefined;
  }[];
}

/** The version that was acknowledged, where the answer named one. */
function acknowledged(etag: string | undefined): readonly [number, number] | undefined {
  const [, epoch, ver] = /^"(\d+)\.(\d+)/.exec(etag ?? '') ?? [];
  return epoch === undefined || ver === undefined ? undefined : [Number(epoch), Number(ver)];
}

async function evidenceOf(entry: Happened, record: string): Promise<Evidence> {
  const { copies } = await readCopies(record);
  const wanted = acknowledged(entry.etag);
  const found = copies
    .filter(({ role }) => role !== 'replica')
    .map(({ store, reachable, version }) => {
      if (!reachable) return { store, text: 'does not answer', holds: undefined };
      if (version === undefined) return { store, text: 'not there', holds: false };
      const { epoch, ver } = version;
      const holds = wanted === undefined || epoch > wanted[0] || (epoch === wanted[0] && ver >= wanted[1]);
      return { store, text: `${epoch}.${ver}`, holds };
    });
  return { entry, record, found };
}

/**
 * A write acknowledged as synced is safe when every store that answers holds its version or a later one; one acknowledged
 * as degraded, when one does.
 */
function isSafe({ entry, found }: Evidence): boolean | undefined {
  const answering = found.filter(({ holds }) => holds !== undefined);
  if (answering.length === 0) return undefined;
  return entry.mirror === 'synced'
    ? answering.every(({ holds }) => holds === true)
    : answering.some(({ holds }) => holds === true);
}

function judge(all: readonly Evidence[]): readonly [Tone, string] {
  const verdicts = all.map(isSafe);
  if (verdicts.includes(false)) return ['bad', 'An acknowledged write is missing'];
  if (verdicts.includes(undefined)) return ['warn', 'Cannot be told until a store answers'];
  return ['good', 'Every acknowledged write is safe'];
}

/** Looks for what this page was promised in the stores themselves. */
export function Verdict() {
  const written = useObservable(happened).flatMap((entry) =>
    entry.record === undefined || entry.failure !== undefined ? [] : [{ entry, record: entry.record }],
  );
  const latest = written.slice(0, checkedMax);
  const key = latest.map(({ entry }) => entry.id).join(' ');
  const polled = usePolled(
    `evidence ${key}`,
    () => Promise.all(latest.map(({ entry, record }) => evidenceOf(entry, record))),
    everyMs,
  );
  return (
    <section class="wide verdict" aria-label="Verdict">
      <h2>Is every acknowledged write safe?</h2>
      {latest.length === 0 ? (
        <p class="muted">
          This page has not written anything yet. <a href="shop">Buy something</a>, and what was acknowledged
          is looked for in each store here.
        </p>
      ) : (
        <Read polled={polled} what="the stores" lines={2}>
          {(all) => <Found all={all} />}
        </Read>
      )}
    </section>
  );
}

function Found({ all }: { all: readonly Evidence[] }) {
  const [tone, text] = judge(all);
  return (
    <>
      <p>
        <Badge tone={tone}>{text}</Badge>
      </p>
      <Table label="Evidence" heads={['Acknowledged', 'As', 'Found in the stores']}>
        {all.map(({ entry, record, found }) => (
          <tr key={entry.id}>
            <td>
              {entry.what}
              <br />
              <code class="muted">{record}</code>
            </td>
            <td>
              {entry.mirror} {entry.etag === undefined ? '' : entry.etag.replaceAll('"', '')}
            </td>
            <td>
              {found.map(({ store, text: version, holds }) => (
                <p key={store} class="states">
                  <Badge tone={holds === undefined ? 'warn' : holds ? 'good' : 'bad'}>{version}</Badge>{' '}
                  {store}
                </p>
              ))}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
