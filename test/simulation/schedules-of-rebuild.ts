import type { Director } from './director.ts';
import type { Step } from './faults.ts';
import { storeA, storeB } from './plan.ts';
import { goAlone, loseRowsAround, type Schedule, setStore } from './schedule.ts';

/** A person asks for a rebuild where none may begin. */
async function askInVain(director: Director): Promise<void> {
  await director.acted('operator', (context) => director.startRebuild(context));
}

/** One operator is held at a step of a rebuild, a journal comes, and a second operator does the whole. */
async function rebuildByTwo(director: Director, step: Step, skip: number): Promise<void> {
  await loseRowsAround(director, 'pair', 'B.journal');
  await director.acted('operator', (context) => director.startRebuild(context));
  director.meet('loader', step, 'hold', 1, skip);
  const loading = director.act('loader', (context) => director.probe(context));
  await director.held(2);
  await director.releaseOnly('c0');
  await director.pass(10);
  await director.acted('second', (context) => director.probe(context));
  director.release();
  await director.until(() => loading.done);
  await director.probeTo('NORMAL');
}

/** Rows are rebuilt, once more, by mistake, or while they are still there. */
export const rebuildSchedules: readonly Schedule[] = [
  {
    name: 'rows are lost again after a rebuild has led to NORMAL',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      for (let round = 0; round < 2; round += 1) {
        await director.loseRows();
        await director.rebuildToNormal();
        await director.finish('c1', 'put');
        await director.pass(120);
      }
    },
  },
  {
    name: 'a journal comes after its era was closed, and a second operator looks for journals',
    variant: 'documents',
    async play(director) {
      await rebuildByTwo(director, 'B.get', 2);
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'two operators close an era, each with the journals that it saw',
    variant: 'documents',
    async play(director) {
      await rebuildByTwo(director, 'B.close', 0);
      const { divergences } = director;
      director.require(divergences === 0, 'divergence', 'what one of them accepted the other left out');
      await director.finish('c2', 'read pair');
    },
  },
  {
    name: 'a reader looks at documents before the journals are done, and what he loads arrives after that',
    variant: 'documents',
    async play(director) {
      director.meet('c0', 'B.put', 'crash before');
      director.start('c0', 'pair');
      await director.pass(30);
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      director.meet('loader', 'B.list', 'hold', 1, 1);
      director.meet('loader', 'A.load', 'hold', 10);
      const loading = director.act('loader', (context) => director.probe(context));
      await director.held();
      director.meet('c2', 'A.load', 'hold', 2);
      director.start('c2', 'read pair');
      await director.until(() => director.world.network.heldCount > 1, 80);
      await director.releaseOnly('loader');
      await director.held(2);
      await director.releaseOnly('c2');
      await director.pass(10);
      director.release();
      await director.until(() => loading.done);
      await director.probeTo('NORMAL');
      await director.finish('c3', 'read pair');
    },
  },
  {
    name: 'a rebuild begins while the rows are still there, with a purchase in them alone',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'buy');
      director.meet('c0', 'B.journal', 'crash before');
      director.start('c0', 'buy');
      await director.pass(30);
      setStore(director, storeA, 'dead');
      await director.suspect('A');
      setStore(director, storeA, 'up');
      await director.pass(120);
      await director.rebuildToNormal();
      const { divergences } = director;
      director.require(divergences > 0, 'divergence', 'what the rows alone held was not kept');
    },
  },
  {
    name: 'a rebuild is asked for while the authority goes on alone',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      await director.finish('c1', 'put');
      setStore(director, storeB, 'up');
      await askInVain(director);
    },
  },
  {
    name: 'a rebuild is asked for once more though nothing was lost again',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      await director.probeTo('CATCHUP');
      await director.finish('c1', 'put');
      await director.pass(120);
      await askInVain(director);
    },
  },
  {
    name: 'a rebuild is asked for from documents that were emptied',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await director.suspectUntil('A', 'READ_ONLY');
      director.world.wipe(storeB);
      await director.finish('c2', 'list');
      await director.pass(120);
      await askInVain(director);
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'a follower with half of its fences is promoted by force',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'pair');
      director.world.wipe(storeB);
      await director.suspectUntil('B', 'A_ONLY');
      await director.probeTo('CATCHUP');
      director.meet('pass', 'B.fence', 'crash before', 1, 1);
      director.act('pass', (context) => director.probe(context));
      await director.pass(120);
      await director.acted('forcing', (context) => director.force(context));
      director.require(director.world.control?.mode === 'CATCHUP', 'liveness', 'promoted without its fences');
    },
  },
];
