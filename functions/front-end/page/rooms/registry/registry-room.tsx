import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { noticed } from '../../connection.ts';
import type { Failure } from '../../failure.ts';
import { formatNumber, formatPercent, formatTime } from '../../formats.ts';
import { useLab } from '../../lab.ts';
import { Action } from '../../parts/action.tsx';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Empty, FailureBox, Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';

const everyMs = 2_000;

type Server = Awaited<ReturnType<typeof api.listServers>>['body']['items'][number];

const tones: Readonly<Record<Server['status'], Tone>> = { live: 'good', lapsed: 'bad', left: 'plain' };

const weightOf = ({ status, capacity, load }: Server) => (status === 'live' ? capacity / (1 + load) : 0);

/** Which servers live, who would be picked next, and what was seen to change. */
export function RegistryRoom() {
  const polled = usePolled('servers', () => api.listServers(), everyMs);
  const servers = polled.value?.body.items;
  const seen = useChanges(servers);
  return (
    <div class="room">
      <h1 tabIndex={-1}>Registry</h1>
      <p class="lead">
        Servers say every 5 seconds that they live; one that is silent for 15 is handed out no more. Whoever
        needs a server asks <code>GET /getServer</code>.
      </p>
      <Read polled={polled} what="the servers" lines={5}>
        {({ body: { items } }) =>
          items.length === 0 ? <Empty title="No server is known" /> : <Servers items={items} />
        }
      </Read>
      <div class="columns">
        <Picks />
        <Silence />
        <section aria-label="What changed">
          <h2>What changed</h2>
          {seen.length === 0 ? (
            <p class="muted">Nothing since this page was opened.</p>
          ) : (
            <ol class="log" aria-live="polite">
              {seen.map(({ at, text }) => (
                <li key={`${at.getTime()} ${text}`}>
                  <time>{formatTime(at)}</time> {text}
                </li>
              ))}
            </ol>
          )}
        </section>
      </div>
    </div>
  );
}

interface Change {
  readonly at: Date;
  readonly text: string;
}

const changesMax = 30;

/** What differs from one reading to the next. */
function useChanges(servers: readonly Server[] | undefined): readonly Change[] {
  const before = useRef<ReadonlyMap<string, string> | undefined>(undefined);
  const [changes, setChanges] = useState<readonly Change[]>([]);
  useEffect(() => {
    if (servers === undefined) return;
    const now = new Map(servers.map(({ id, status }) => [id, status]));
    const old = before.current;
    before.current = now;
    if (old === undefined) return;
    const at = new Date();
    const found = [...now].flatMap(([id, status]) => {
      const was = old.get(id);
      return was === status
        ? []
        : [{ at, text: was === undefined ? `${id} is new: ${status}` : `${id}: ${was} → ${status}` }];
    });
    if (found.length > 0) setChanges((all) => [...found, ...all].slice(0, changesMax));
  }, [servers]);
  return changes;
}

function Servers({ items }: { items: readonly Server[] }) {
  const sum = items.reduce((total, server) => total + weightOf(server), 0);
  return (
    <Table
      label="Servers"
      heads={['Server', 'State', 'Lease until', '#Capacity', '#Load', 'Picked next: capacity ÷ (1 + load)']}
    >
      {items.map((server) => (
        <tr key={server.id} data-server={server.id}>
          <td>
            <strong>{server.id}</strong>
            <br />
            <span class="muted">
              {server.kind === 'probed' ? 'asked for its health' : 'sends heartbeats'}
            </span>
          </td>
          <td>
            <Badge tone={tones[server.status]}>{server.status}</Badge>
          </td>
          <td>{Date.parse(server.expiresAt) > 0 ? formatTime(server.expiresAt) : '–'}</td>
          <td class="number">{formatNumber(server.capacity)}</td>
          <td class="number">{formatNumber(server.load)}</td>
          <td>
            <Share share={sum === 0 ? 0 : weightOf(server) / sum} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Share({ share }: { share: number }) {
  return (
    <span class="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="8" />
        <rect class="fill" width={share * 100} height="8" />
      </svg>
      {formatPercent(share)}
    </span>
  );
}

const asksMax = 20;

/** Asks for servers and counts who is named. */
function Picks() {
  const [tally, setTally] = useState<Readonly<Record<string, number>>>({});
  const [failure, setFailure] = useState<Failure | undefined>();
  const [busy, setBusy] = useState(false);
  const ask = async (times: number) => {
    setBusy(true);
    setFailure(undefined);
    try {
      for (let asked = 0; asked < times; asked += 1) {
        const { id } = (await api.getServer()).body;
        setTally((old) => ({ ...old, [id]: (old[id] ?? 0) + 1 }));
      }
    } catch (error) {
      setFailure(noticed(error));
    }
    setBusy(false);
  };
  const counts = Object.entries(tally).sort(([, a], [, b]) => b - a);
  return (
    <section aria-label="Who is picked">
      <h2>Who is picked</h2>
      <p class="actions">
        <button type="button" class="primary" disabled={busy} onClick={() => void ask(1)}>
          Ask for a server
        </button>
        <button type="button" disabled={busy} onClick={() => void ask(asksMax)}>
          Ask {asksMax} times
        </button>
      </p>
      {failure === undefined ? null : <FailureBox failure={failure} retry={() => void ask(1)} />}
      {counts.length === 0 ? (
        <p class="muted">Not asked yet.</p>
      ) : (
        <ul class="tally" aria-live="polite">
          {counts.map(([id, count]) => (
            <li key={id}>
              <strong>{id}</strong> {formatNumber(count)} {count === 1 ? 'time' : 'times'}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Where the lab is deployed: makes a server fail, so that it is seen to leave. */
function Silence() {
  const { value: lab } = useLab();
  if (lab === undefined || lab === 'absent') return null;
  return (
    <section aria-label="Silence a server">
      <h2>Silence a server</h2>
      <p class="hint">It fails every request from then on, its health too. Watch it leave, and come back.</p>
      {lab.servers.map(({ id, silenced }) => (
        <Action
          key={id}
          run={async () => {
            await api.silenceServer({ path: { id: id as 'tandem-alpha' }, body: { silenced: !silenced } });
            return undefined;
          }}
        >
          {silenced ? `Mend ${id}` : `Silence ${id}`}
        </Action>
      ))}
    </section>
  );
}
