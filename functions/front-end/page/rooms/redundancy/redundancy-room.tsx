import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { formatMs, formatNumber, formatTime } from '../../formats.ts';
import { Badge, MirrorBadge, type Tone } from '../../parts/badge.tsx';
import { Read } from '../../parts/feedback.tsx';
import { type Line, LineChart } from '../../parts/line-chart.tsx';
import { usePolled } from '../../polling.ts';
import { type Place, setQuery } from '../../router.ts';
import { Controls } from './controls.tsx';
import { Copies } from './copies.tsx';
import type { GroupState, State } from './state.ts';
import { Verdict } from './verdict.tsx';

const everyMs = 3_000;
const samplesMax = 300;

const modes: Readonly<Record<GroupState['mode'], readonly [Tone, string]>> = {
  NORMAL: ['good', 'Both stores take every write.'],
  A_ONLY: ['warn', 'The follower is lost; writes go on in one store.'],
  CATCHUP: ['warn', 'The follower is back and is being caught up.'],
  READ_ONLY: ['bad', 'The authority is lost; reads come from the follower.'],
  REBUILD: ['warn', 'The authority is being rebuilt from the documents.'],
  PROMOTING: ['warn', 'The follower is being promoted.'],
};

/** Both copies of every record, what differs, and the means to break and mend them. */
export function RedundancyRoom({ query }: Place) {
  const polled = usePolled('redundancy', () => api.readRedundancy(), everyMs);
  const state = polled.value?.body;
  const samples = useSamples(state);
  const [first] = state?.groups ?? [];
  const chosen = state?.groups.find(({ name }) => name === query.get('group')) ?? first;
  return (
    <div class="room">
      <h1 tabIndex={-1}>Redundancy</h1>
      <Read polled={polled} what="the state of the copies" lines={6}>
        {({ body }) => (
          <>
            <ul class="cards groups">
              {body.groups.map((group) => (
                <GroupCard key={group.name} group={group} chosen={group.name === chosen?.name} />
              ))}
            </ul>
            {chosen === undefined ? null : (
              <Chosen group={chosen} state={body} samples={samples} query={query} />
            )}
          </>
        )}
      </Read>
    </div>
  );
}

interface ChosenProps {
  readonly group: GroupState;
  readonly state: State;
  readonly samples: readonly Sample[];
  readonly query: URLSearchParams;
}

function Chosen({ group, state, samples, query }: ChosenProps) {
  return (
    <>
      <Controls group={group} record={query.get('id') ?? ''} />
      <Verdict />
      <Copies group={group.name} chosen={query.get('id') ?? ''} />
      <div class="columns">
        <section aria-label="Lag and queue">
          <h2>Lag and queue</h2>
          <Queue queue={state.queue} />
          <LineChart
            title="Lag of the replicas, p99"
            xName="Minute"
            lines={lagLines(group)}
            formatX={(x) => formatTime(new Date(x))}
            formatY={formatMs}
          />
          <LineChart
            title="Changes waiting"
            xName="Time"
            lines={[
              { name: 'queue', points: samples.map(({ at, queue }) => ({ x: at, y: queue })) },
              { name: 'behind', points: samples.map(({ at, behind }) => ({ x: at, y: behind })) },
            ]}
            formatX={(x) => formatTime(new Date(x))}
            formatY={formatNumber}
          />
        </section>
        <Events group={group.name} />
      </div>
    </>
  );
}

const behindOf = ({ transactions }: GroupState) => transactions?.pending ?? 0;

function GroupCard({ group, chosen }: { group: GroupState; chosen: boolean }) {
  const { name, mode, epoch, policy, authority, follower, replicas, mirror } = group;
  const [tone, meaning] = modes[mode];
  return (
    <li class={`card ${chosen ? 'chosen' : ''}`} data-group={name}>
      <button
        type="button"
        class="quiet name"
        aria-pressed={chosen}
        onClick={() => setQuery({ group: name, id: '' })}
      >
        {name}
      </button>
      <p class="states">
        <Badge tone={tone}>{mode}</Badge> <MirrorBadge mirror={mirror} />
      </p>
      <p class="hint">
        {follower === undefined ? 'One store takes every write; the others follow it.' : meaning}
      </p>
      <Counters group={group} />
      <p class="hint">
        {authority} decides{follower === undefined ? '' : `; ${follower.store} mirrors`}
        {replicas.map(({ store }) => `; ${store} follows`).join('')}. Epoch {formatNumber(epoch)}, {policy}.
      </p>
    </li>
  );
}

/** What was compared last, and what has been decided and is not yet in the follower now. */
function Counters({ group }: { group: GroupState }) {
  const behind = behindOf(group);
  const diff = group.lastDiff;
  const conflicting = diff === undefined ? 0 : diff.differing - diff.repaired;
  return (
    <p class="states">
      {diff === undefined ? null : (
        <Badge tone="good">{`${formatNumber(diff.compared - diff.differing - diff.behind)} in sync`}</Badge>
      )}
      <Badge tone={behind > 0 ? 'warn' : 'plain'}>{`${formatNumber(behind)} behind`}</Badge>
      <Badge tone={conflicting > 0 ? 'bad' : 'plain'}>{`${formatNumber(conflicting)} conflicting`}</Badge>
    </p>
  );
}

function Queue({ queue }: { queue: State['queue'] }) {
  const { reachable, waiting = 0, inFlight = 0, deadLetters = 0 } = queue;
  if (!reachable) return <Badge tone="bad">The queue does not answer</Badge>;
  return (
    <p class="states">
      <Badge tone="plain">{`${formatNumber(waiting + inFlight)} in the queue`}</Badge>
      <Badge tone={deadLetters > 0 ? 'bad' : 'plain'}>{`${formatNumber(deadLetters)} dead letters`}</Badge>
    </p>
  );
}

function lagLines({ replicas }: GroupState): Line[] {
  return replicas.map(({ store, lag }) => ({
    name: store,
    points: lag.minutes.flatMap(({ at, p99Ms }) =>
      p99Ms === undefined ? [] : [{ x: Date.parse(at), y: p99Ms }],
    ),
  }));
}

interface Sample {
  readonly at: number;
  readonly queue: number;
  readonly behind: number;
}

/** What this page has seen since it was opened. */
function useSamples(state: State | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (state === undefined) return;
    const queue = (state.queue.waiting ?? 0) + (state.queue.inFlight ?? 0);
    const behind = state.groups.reduce((sum, group) => sum + behindOf(group), 0);
    setSamples((old) => [...old, { at: Date.parse(state.at), queue, behind }].slice(-samplesMax));
  }, [state]);
  return samples;
}

function Events({ group }: { group: string }) {
  const polled = usePolled(
    `events ${group}`,
    () => api.listRedundancyEvents({ query: { group: group, limit: 30 } }),
    everyMs,
  );
  return (
    <section aria-label="Events">
      <h2>Events</h2>
      <Read polled={polled} what="the events" lines={3}>
        {({ body: { items } }) =>
          items.length === 0 ? (
            <p class="muted">Nothing happened to this group yet.</p>
          ) : (
            <ol class="log">
              {items.map(({ at, event, detail }) => (
                <li key={`${at} ${event} ${detail}`}>
                  <time>{formatTime(at)}</time> <strong>{event}</strong> {detail}
                </li>
              ))}
            </ol>
          )
        }
      </Read>
    </section>
  );
}
