import type { RowStore } from '@layers/domain/redundancy/store';
import { MemoryRows } from '../simulation/memory-rows.ts';
import { describeRowStore } from './row-store.suite.ts';

/** The simulator's rows, held to the same behaviour: without its network, which is where its failures come from. */
function memoryRowStore(): RowStore {
  const memory = new MemoryRows();
  return {
    readRows: async (_group, ids) => Promise.resolve(memory.readRows(ids)),
    writeRows: async (_group, actions) => Promise.resolve(memory.writeRows(actions)),
    queryRecords: async (_group, prefix, page) => Promise.resolve(memory.queryRecords(prefix, page)),
    scanRecords: async (_group, _segment, _segments, page) => Promise.resolve(memory.queryRecords('', page)),
    openTransactions: async (_group, before, page) => Promise.resolve(memory.openTransactions(before, page)),
  };
}

describeRowStore("The simulator's memory", async () => Promise.resolve(memoryRowStore()));
