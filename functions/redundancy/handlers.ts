import type { redundancy } from '@layers/contract/redundancy';
import type { Handlers } from '@layers/http/serve';
import { failBack, failOver } from './fail-over.ts';
import { listRedundancyEvents } from './list-redundancy-events.ts';
import { readCopies } from './read-copies.ts';
import { readRedundancy } from './read-redundancy.ts';
import { redriveGroup } from './redrive-group.ts';
import type { RedundancyParts } from './redundancy-parts.ts';
import { repairGroup } from './repair-group.ts';

export function redundancyHandlers(parts: RedundancyParts): Handlers<typeof redundancy> {
  return {
    readRedundancy: readRedundancy(parts),
    listRedundancyEvents: listRedundancyEvents(parts),
    readCopies: readCopies(parts),
    repairGroup: repairGroup(parts),
    failOver: failOver(parts),
    failBack: failBack(parts),
    redriveGroup: redriveGroup(parts),
  };
}
