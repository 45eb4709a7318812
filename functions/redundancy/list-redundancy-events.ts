import type { redundancy } from '@layers/contract/redundancy';
import type { Mode } from '@layers/domain/redundancy/control';
import type { LogEntry } from '@layers/domain/redundancy/log';
import type { Handler } from '@layers/http/serve';
import type { RedundancyParts } from './redundancy-parts.ts';

const limitUnlessTold = 50;

const bodyOf = ({ atMs, group, event, detail, mode, epoch }: LogEntry) => ({
  at: new Date(atMs).toISOString(),
  group,
  event,
  detail,
  ...(mode === undefined ? {} : { mode: mode as Mode }),
  ...(epoch === undefined ? {} : { epoch }),
});

export function listRedundancyEvents({
  log,
}: RedundancyParts): Handler<typeof redundancy.listRedundancyEvents> {
  return async ({ query }) => {
    const entries = await log.listEntries(query.group, query.limit ?? limitUnlessTold);
    return { status: 200, headers: { 'cache-control': 'no-cache' }, body: { items: entries.map(bodyOf) } };
  };
}
