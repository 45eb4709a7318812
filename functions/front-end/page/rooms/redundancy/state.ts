import type { api } from '../../api.ts';

/** What the system says of its copies. */
export type State = Awaited<ReturnType<typeof api.readRedundancy>>['body'];
export type GroupState = State['groups'][number];
