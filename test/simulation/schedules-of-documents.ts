import { pair, single } from './client.ts';
import { storeA, storeB } from './plan.ts';
import { goAlone, loseRowsAround, type Schedule, setStore } from './schedule.ts';

/** Documents stand in, or rows are rebuilt from them. */
export const documentSchedules: readonly Schedule[] = [
  {
    name: 'a commit of A_ONLY arrives after the group was caught up, then the authority is wiped',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      director.meet('c0', 'A.commit', 'hold');
      director.start('c0', 'put');
      await director.held();
      setStore(director, storeB, 'up');
      await director.probeTo('NORMAL');
      director.release();
      await director.pass(150);
      await director.loseRows();
      await director.rebuildToNormal();
    },
  },
  {
    name: 'a writer asks for its outcome only after the authority was rebuilt',
    variant: 'documents',
    async play(director) {
      director.meet('c0', 'A.commit', 'lost reply');
      director.meet('c0', 'A.read', 'hold', 1, 1);
      director.start('c0', 'put');
      await director.held();
      await director.finish('c1', 'read');
      await director.loseRows();
      await director.rebuildToNormal();
      director.release();
      await director.pass(150);
    },
  },
  {
    name: 'one document of a transaction is missing when the authority is wiped',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      director.meet('c0', 'B.put', 'crash before', 1, 1);
      director.start('c0', 'pair');
      await director.pass(40);
      await director.loseRows();
      await director.rebuildToNormal();
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'a journal comes after its era was closed, in the middle of the load',
    variant: 'documents',
    async play(director) {
      await loseRowsAround(director, 'pair', 'B.journal');
      await director.acted('operator', (context) => director.startRebuild(context));
      // After CLOSED.json it reads the pair: the first is loaded, the second is not read yet.
      director.meet('loader', 'B.get', 'hold', 1, 2);
      const loading = director.act('loader', (context) => director.probe(context));
      await director.until(() => director.world.network.heldCount > 1);
      await director.releaseOnly('c0');
      await director.pass(60);
      director.release();
      await director.until(() => loading.done);
      await director.probeTo('NORMAL');
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'a pair is read from documents while its second document is still on its way',
    variant: 'documents',
    settings: { leaseMs: 300 },
    async play(director) {
      await director.finish('c1', 'pair');
      director.meet('c0', 'B.put', 'hold', 1, 1);
      director.start('c0', 'pair');
      await director.held();
      await director.suspect('A');
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'a transaction comes between the two documents of a reading',
    variant: 'documents',
    settings: { leaseMs: 300 },
    async play(director) {
      await director.finish('c1', 'pair');
      director.meet('c0', 'A.commit', 'hold');
      const writer = director.start('c0', 'pair');
      await director.held();
      await director.suspect('A');
      director.meet('c2', 'B.get', 'hold', 1, 1);
      const reader = director.start('c2', 'read pair');
      await director.held(2);
      await director.releaseOnly('c0');
      await director.until(() => writer.finished, 100);
      director.release();
      await director.until(() => reader.finished);
    },
  },
  {
    name: 'a journal comes after a reader looked for journals, and one of its documents stays away',
    variant: 'documents',
    settings: { leaseMs: 300 },
    async play(director) {
      await director.finish('c1', 'pair');
      director.meet('c0', 'A.commit', 'hold');
      director.meet('c0', 'B.put', 'hold', 1, 1);
      director.start('c0', 'pair');
      await director.held();
      await director.suspect('A');
      director.meet('c2', 'B.get', 'hold', 2);
      const reader = director.start('c2', 'read pair');
      await director.held(3);
      await director.releaseOnly('c0');
      await director.pass(30);
      await director.releaseOnly('c2');
      await director.until(() => reader.finished, 60);
    },
  },
  {
    name: 'the first version of a record reaches its era after the rebuild',
    variant: 'documents',
    async play(director) {
      director.meet('c0', 'B.put', 'hold');
      director.start('c0', 'put');
      await director.held();
      await director.loseRows();
      await director.rebuildToNormal();
      director.release();
      await director.pass(60);
    },
  },
  {
    name: 'a document is read under READ_ONLY while a rebuild has begun, and was written after its load',
    variant: 'documents',
    settings: { leaseMs: 400, deadlineMs: 700 },
    async play(director) {
      await loseRowsAround(director, 'put', 'B.put');
      director.meet('c2', 'B.get', 'hold');
      const reader = director.start('c2', 'read');
      await director.held(2);
      await director.acted('operator', (context) => director.startRebuild(context));
      const loading = director.act('loader', (context) => director.probe(context));
      await director.until(() => director.world.control?.mode === 'CATCHUP', 300);
      await director.releaseOnly('c0');
      await director.pass(10);
      await director.releaseOnly('c2');
      await director.until(() => reader.finished && loading.done);
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'a document is written after its load and read before the rebuild ends',
    variant: 'documents',
    async play(director) {
      await loseRowsAround(director, 'put', 'B.put');
      await director.acted('operator', (context) => director.startRebuild(context));
      // The fences stay at loading: the loader is held before it opens them.
      director.meet('loader', 'A.fence', 'hold', 1, 2);
      const loading = director.act('loader', (context) => director.probe(context));
      await director.held(2);
      await director.releaseOnly('c0');
      await director.pass(10);
      await director.finish('c2', 'read');
      director.release();
      await director.until(() => loading.done);
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'a reader loads the absence of a record after the rebuild has ended',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      director.meet('loader', 'A.fence', 'hold', 1, 2);
      const loading = director.act('loader', (context) => director.probe(context));
      await director.held();
      director.meet('c2', 'A.load', 'hold');
      director.start('c2', 'read', single);
      await director.held(2);
      await director.releaseOnly('loader');
      await director.until(() => loading.done);
      await director.probeTo('NORMAL');
      director.release();
      await director.pass(60);
    },
  },
  {
    name: 'a pair is decided upon while the half that is only read changes',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      director.meet('c0', 'A.commit', 'hold');
      director.start('c0', 'derive');
      await director.held();
      await director.finish('c1', 'put', pair[0]);
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'modes flap while a reader of READ_ONLY is under way',
    variant: 'documents',
    settings: { leaseMs: 600, deadlineMs: 900 },
    async play(director) {
      await director.finish('c1', 'pair');
      await director.suspectUntil('A', 'READ_ONLY');
      director.meet('c2', 'B.list', 'hold');
      const reader = director.start('c2', 'read pair');
      await director.held();
      await director.probeTo('NORMAL');
      setStore(director, storeB, 'dead');
      await director.suspectUntil('B', 'A_ONLY');
      await director.finish('c3', 'put', pair[0]);
      setStore(director, storeB, 'up');
      await director.probeTo('CATCHUP');
      const catching = director.act('pass', (context) => director.probe(context));
      await director.pass(30);
      await director.finish('c4', 'put', pair[1]);
      director.release();
      await director.until(() => reader.finished && catching.done);
    },
  },
  {
    // Once seed 149: cursors of documents and of rows differed, and the rest of the list was left out.
    name: 'a list that begins on documents goes on in rows',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      await director.finish('c1', 'put');
      await director.suspectUntil('A', 'READ_ONLY');
      director.meet('c2', 'C.read', 'hold', 1, 1);
      const reader = director.start('c2', 'list');
      await director.held();
      await director.probeTo('NORMAL');
      director.release();
      await director.until(() => reader.finished);
    },
  },
  {
    // Once seed 6110: the new era was empty, the one before was complete, and nothing led back to it.
    name: 'the rows are wiped again when a rebuild has just ended',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      await director.finish('c1', 'buy');
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      await director.probeTo('CATCHUP');
      director.world.wipe(storeA);
      await director.pass(150);
    },
  },
  {
    name: 'two operators inside a rebuild',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'pair');
      await director.finish('c1', 'put', pair[0]);
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      director.meet('slow', 'A.load', 'hold', 1, 1);
      const slow = director.act('slow', (context) => director.probe(context));
      await director.held();
      const quick = director.act('quick', (context) => director.probe(context));
      await director.until(() => quick.done);
      await director.probeTo('NORMAL');
      await director.finish('c2', 'pair');
      director.release();
      await director.until(() => slow.done);
    },
  },
];
