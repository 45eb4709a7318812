import { useState } from 'preact/hooks';
import { formatMs, formatTime } from '../formats.ts';
import { useObservable } from '../observable.ts';
import { groupNamed, type Happened, happened } from '../writes.ts';
import { Badge, MirrorBadge } from './badge.tsx';

const outcomeOf = ({ failure, mirror }: Happened) =>
  failure === undefined ? <MirrorBadge mirror={mirror} /> : <Badge tone="bad">{failure.title}</Badge>;

/** Where a write went: the store that decides, its mirror, and the replicas that follow. */
function Stores({ entry }: { entry: Happened }) {
  const group = groupNamed(entry.group);
  if (group === undefined || entry.failure !== undefined) return null;
  const version = entry.etag?.replaceAll('"', '');
  const mirrored = entry.mirror === 'synced';
  const steps = [
    { store: group.authority, role: 'decided', done: true },
    ...(group.follower === undefined
      ? []
      : [
          {
            store: group.follower.store,
            role: mirrored ? 'mirrored before the answer' : 'not there yet',
            done: mirrored,
          },
        ]),
    ...group.replicas.map(({ store }) => ({ store, role: 'follows within seconds', done: false })),
  ];
  return (
    <ol class="stores">
      {steps.map(({ store, role, done }) => (
        <li key={store} class={done ? 'done' : ''}>
          <span class="store">{store}</span> <span class="role">{role}</span>
        </li>
      ))}
      {version === undefined ? null : <li class="version">version {version}</li>}
    </ol>
  );
}

function Entry({ entry }: { entry: Happened }) {
  return (
    <li class="happened">
      <p class="happened-head">
        <strong>{entry.what}</strong> {outcomeOf(entry)} <span class="ms">{formatMs(entry.ms)}</span>
        {entry.attempts > 1 ? <span class="ms">{entry.attempts} attempts, one key</span> : null}
        <time class="when">{formatTime(entry.at)}</time>
      </p>
      <p>
        <code>{entry.request}</code> <span class="muted">→ {entry.status ?? 'no answer'}</span>
      </p>
      {entry.failure === undefined ? <Stores entry={entry} /> : <p>{entry.failure.detail}</p>}
    </li>
  );
}

/** What this page wrote, and what the stores made of it. */
export function Drawer() {
  const entries = useObservable(happened);
  const [open, setOpen] = useState(false);
  const [latest] = entries;
  return (
    <aside class={`drawer ${open ? 'open' : ''}`} aria-label="What just happened">
      <button
        type="button"
        class="drawer-bar"
        aria-expanded={open}
        aria-controls="drawer-list"
        onClick={() => setOpen(!open)}
      >
        <span class="drawer-title">What just happened</span>
        <span class="drawer-latest" role="status">
          {latest === undefined ? (
            <span class="muted">Nothing was written yet</span>
          ) : (
            <>
              {latest.what} {outcomeOf(latest)} <span class="ms">{formatMs(latest.ms)}</span>
            </>
          )}
        </span>
        <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2 8 6 4 10 8" />
        </svg>
      </button>
      <div id="drawer-list" hidden={!open} tabIndex={-1}>
        {entries.length === 0 ? (
          <p class="muted">
            Put something into the cart: each write is shown here with its stores, its version and its
            milliseconds.
          </p>
        ) : (
          <ol class="happened-list">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </div>
    </aside>
  );
}
