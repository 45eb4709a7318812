import type { RowStore } from '@layers/domain/redundancy/store';
import { MemoryRows } from '../simulation/memory-rows.ts';
import { describeRowStore } from './row-store.suite.ts';

/** The simulator's rows, held to the same behaviour: without its network, which is where its failures come from. */
function memoryRowStore(): RowStore {
  const memory = new MemoryRows();
  return {
    readRows: (group, ids) => Promise.resolve().then(() => memory.readRows(group, ids)),
    writeRows: (group, actions) => Promise.resolve().then(() => memory.writeRows(group, actions)),
    queryRecords: async (group, prefix, page) => Promise.resolve(memory.queryRecords(group, prefix, page)),
    scanRecords: async (group, segment, segments, page) =>
      Promise.resolve(memory.scanRecords(group, segment, segments, page)),
    openTransactions: async (group, before, page) =>
      Promise.resolve(memory.openTransactions(group, before, page)),
  };
}

describeRowStore("The simulator's memory", async () => Promise.resolve(memoryRowStore()));
