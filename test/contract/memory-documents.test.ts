import type { DocumentStore } from '@layers/domain/redundancy/store';
import { MemoryDocuments, tagOf } from '../simulation/memory-documents.ts';
import { describeDocumentStore } from './document-store.suite.ts';

/** The simulator's documents, held to the same behaviour; S3's 409 is its network's to add. */
function memoryDocumentStore(): DocumentStore {
  const memory = new MemoryDocuments();
  return {
    getDocument: async (path) => Promise.resolve(memory.get(path)),
    putDocument: async (path, body, expect) => Promise.resolve(memory.put(path, body, expect)),
    listDocuments: async (prefix, page) => Promise.resolve(memory.list(prefix, page)),
    deleteDocument: async (path) => {
      memory.delete(path);
      return Promise.resolve();
    },
    expectedTag: tagOf,
  };
}

describeDocumentStore("The simulator's memory", async () => Promise.resolve(memoryDocumentStore()));
