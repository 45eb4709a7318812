import type { fault } from '@layers/contract/lab';
import type * as z from 'zod/mini';
import { api } from '../../api.ts';
import { formatNumber } from '../../formats.ts';
import { useLab } from '../../lab.ts';
import { Action } from '../../parts/action.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Loading } from '../../parts/feedback.tsx';
import type { GroupState } from './state.ts';

type Fault = z.input<typeof fault>;

/** The faults that a button sets, each on the chosen group alone. */
const faults: readonly { readonly name: string; readonly faultOf: (group: string) => Fault }[] = [
  { name: 'S3 down', faultOf: (only) => ({ store: 's3', kind: 'down', only }) },
  {
    name: 'DynamoDB slow',
    faultOf: (only) => ({ store: 'dynamodb-primary', kind: 'delay', delayMs: 700, only }),
  },
  {
    name: 'Drop three replies',
    faultOf: (only) => ({
      store: 'dynamodb-primary',
      kind: 'drop-reply',
      operation: 'TransactWriteItems',
      count: 3,
      only,
    }),
  },
];

const differenceOf = (found: { compared: number; differing: number; repaired: number } | undefined) =>
  found === undefined
    ? ''
    : `${formatNumber(found.compared)} compared, ${formatNumber(found.differing)} differed, ${formatNumber(found.repaired)} repaired`;

/** All copies, in as many requests as they take. @returns what was found of the follower */
async function repair(subject: string) {
  let from: string | undefined;
  let found: Parameters<typeof differenceOf>[0];
  do {
    const { body } = await api.repairGroup({ path: { subject }, query: { from } });
    found ??= body.follower;
    from = body.next;
  } while (from !== undefined);
  return found;
}

/** What can be done to the copies: by whoever operates them, and on a laptop by whoever wants to see them break. */
export function Controls({ group, record }: { group: GroupState; record: string }) {
  const subject = group.name;
  const path = { subject };
  return (
    <section class="panel" aria-label={`Act on ${group.name}`}>
      <Lab group={group.name} record={record} />
      <div class="actions">
        <strong>Mend</strong>
        <Action run={async () => differenceOf(await repair(subject)) || 'A step nearer to NORMAL'}>
          Repair
        </Action>
        <Action run={async () => `${(await api.failOver({ path, body: {} })).body.authority} decides`}>
          Fail over
        </Action>
        <Action run={async () => `${(await api.failBack({ path })).body.authority} decides`}>
          Fail back
        </Action>
        <Action run={async () => `${formatNumber((await api.redriveGroup({ path })).body.moved)} sent again`}>
          Redrive dead letters
        </Action>
      </div>
    </section>
  );
}

function Lab({ group, record }: { group: string; record: string }) {
  const { value: lab } = useLab();
  if (lab === 'absent') return null;
  if (lab === undefined) return <Loading what="the lab" lines={2} />;
  const set = (body: Fault) => async () => {
    await api.setFault({ body });
    return undefined;
  };
  return (
    <>
      <div class="actions">
        <strong>Break</strong>
        {faults.map(({ name, faultOf }) => (
          <Action key={name} run={set(faultOf(group))}>
            {name}
          </Action>
        ))}
        <Action
          run={async () => {
            await api.pauseQueue({ body: { paused: !lab.queue.paused } });
            return undefined;
          }}
        >
          {lab.queue.paused ? 'Resume the queue' : 'Pause the queue'}
        </Action>
        <Action
          disabled={record === ''}
          run={async () => {
            const { body } = await api.corruptCopy({ body: { group: group, id: record } });
            return `${body.store} was altered`;
          }}
        >
          Corrupt one copy
        </Action>
      </div>
      <div class="actions broken">
        {lab.faults.map(({ id, met, fault: { store, kind, only = 'everything' } }) => (
          <span key={id} class="states">
            <Badge tone="bad">{`${store} ${kind}, for ${only}`}</Badge>
            <span class="hint">met {formatNumber(met)} requests</span>
          </span>
        ))}
        {lab.queue.paused ? <Badge tone="warn">queue paused</Badge> : null}
        {lab.faults.length > 0 || lab.queue.paused ? (
          <Action
            kind="primary"
            run={async () => {
              await api.resetLab();
              return undefined;
            }}
          >
            Mend everything
          </Action>
        ) : (
          <span class="muted">Nothing is broken on purpose.</span>
        )}
      </div>
    </>
  );
}
