import type { DocumentStore } from '@layers/domain/redundancy/store';
import type { Step } from './faults.ts';
import { type MemoryDocuments, tagOf } from './memory-documents.ts';
import type { Endpoint, Network, Process } from './network.ts';

/** A document store as a process reaches it: over the network, step by step. */
export function documentPort(
  network: Network,
  replica: boolean,
  process: Process,
  memory: MemoryDocuments,
  endpoint: Endpoint,
): DocumentStore {
  const call = <Result>(step: Step, effect: () => Result, conflict: (() => Result) | undefined) =>
    network.call({ process, endpoint, step }, effect, conflict);
  return {
    getDocument: (path) => call(replica ? 'R.read' : 'B.get', () => memory.get(path), undefined),
    putDocument: (path, body, expect) => {
      const steps = {
        record: 'B.put',
        journal: 'B.journal',
        closed: 'B.close',
        incarnation: 'B.incarnation',
      } as const;
      const step = replica ? 'R.apply' : steps[body.kind];
      return call(
        step,
        () => memory.put(path, body, expect),
        () => ({ stored: false, why: 'conflict' }),
      );
    },
    listDocuments: (prefix, page) =>
      call(replica ? 'R.scan' : 'B.list', () => memory.list(prefix, page), undefined),
    deleteDocument: (path) => call('B.delete', () => memory.delete(path), undefined),
    expectedTag: tagOf,
  };
}
