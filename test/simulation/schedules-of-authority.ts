import type { Director } from './director.ts';
import { storeA, storeB } from './plan.ts';
import { goAlone, type Schedule, setStore } from './schedule.ts';

/** A write stays behind in the old authority; the new one has written over its key, and the old one is back. */
async function leaveBehindAndReturn(director: Director): Promise<void> {
  director.meet('c0', 'B.apply', 'lost request');
  director.start('c0', 'put');
  await director.pass(15);
  setStore(director, storeA, 'dead');
  await director.suspect('A');
  await director.probeTo('A_ONLY');
  await director.finish('c1', 'put');
  await director.finish('c1', 'put');
  setStore(director, storeA, 'up');
  await director.probeTo('CATCHUP');
}

/** Somebody decides, alone, in the place of another, or again. */
export const authoritySchedules: readonly Schedule[] = [
  {
    name: 'what an old authority alone held meets the new one',
    variant: 'rows',
    async play(director) {
      director.meet('c0', 'B.apply', 'lost request');
      director.start('c0', 'put');
      await director.pass(15);
      setStore(director, storeA, 'dead');
      await director.suspect('A');
      await director.probeTo('A_ONLY');
      setStore(director, storeA, 'up');
      await director.probeTo('NORMAL');
    },
  },
  {
    // Once seed 1795369293: the reader's help overwrote what the old authority held before the pass could keep it.
    name: 'a reader helps over what an old authority alone held, before the pass comes to it',
    variant: 'rows',
    async play(director) {
      await leaveBehindAndReturn(director);
      director.meet('pass', 'B.scan', 'hold');
      const passing = director.act('pass', (context) => director.probe(context));
      await director.held();
      await director.finish('c2', 'read');
      director.release();
      await director.until(() => passing.done);
    },
  },
  {
    // Once seed 1795369673: a conflict was taken for "kept already".
    name: 'keeping what was left behind meets a running transaction',
    variant: 'rows',
    async play(director) {
      await leaveBehindAndReturn(director);
      director.meet('', 'A.divergence', 'conflict', 2);
      await director.probeTo('NORMAL');
    },
  },
  {
    // Once seed 1795381598: the helper took a later epoch's version for "at or past", and marked what nobody has.
    name: 'a helper of before the promotion comes to the follower after it has gone on',
    variant: 'rows',
    async play(director) {
      director.meet('c0', 'B.apply', 'lost request');
      director.start('c0', 'put');
      await director.pass(30);
      director.meet('c2', 'B.read', 'hold');
      director.start('c2', 'read');
      await director.held();
      await director.suspectUntil('A', 'PROMOTING');
      await director.probeTo('A_ONLY');
      await director.finish('c1', 'put');
      director.release();
      await director.pass(30);
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'a write reaches the follower after that was promoted and the other caught up',
    variant: 'rows',
    async play(director) {
      // Not its first version: the row that the late one expects is still there.
      await director.finish('c1', 'put');
      director.meet('c0', 'B.apply', 'hold');
      director.start('c0', 'put');
      await director.held();
      setStore(director, storeA, 'dead');
      await director.suspect('A');
      await director.probeTo('A_ONLY');
      setStore(director, storeA, 'up');
      await director.probeTo('NORMAL');
      director.release();
      await director.pass(100);
    },
  },
  {
    name: 'a record is written while it is being repaired',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      await director.finish('c1', 'put');
      setStore(director, storeB, 'up');
      await director.probeTo('CATCHUP');
      director.meet('pass', 'B.get', 'hold', 1, 1);
      const passing = director.act('pass', (context) => director.probe(context));
      await director.held();
      await director.finish('c2', 'put');
      await director.finish('c2', 'put');
      director.release();
      await director.until(() => passing.done);
    },
  },
  {
    name: 'the follower is wiped after it was compared',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      setStore(director, storeB, 'up');
      await director.probeTo('CATCHUP');
      director.meet('pass', 'A.scan', 'hold');
      const passing = director.act('pass', (context) => director.probe(context));
      await director.held();
      director.world.wipe(storeB);
      director.release();
      await director.until(() => passing.done);
      if (director.world.control?.mode === 'NORMAL')
        director.world.violate('I2', 'NORMAL with an empty follower');
    },
  },
  {
    name: 'an old authority is read while the new one writes',
    variant: 'rows',
    settings: { leaseMs: 300, deadlineMs: 700 },
    async play(director) {
      await director.finish('c1', 'put');
      director.meet('c2', 'A.read', 'hold');
      const reader = director.start('c2', 'read');
      await director.held();
      await director.acted('operator', (context) => director.promote(context));
      setStore(director, storeA, 'up');
      await director.finish('c3', 'put');
      director.release();
      await director.until(() => reader.finished);
    },
  },
  {
    // Once seed 5091: it had no fences yet, and the group stayed in PROMOTING for good.
    name: 'a follower that was just made is promoted by force',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'pair');
      director.world.wipe(storeB);
      await director.suspectUntil('B', 'A_ONLY');
      await director.probeTo('CATCHUP');
      // Sooner it would be refused for being too soon.
      await director.pass(120);
      await director.acted('forcing', (context) => director.force(context));
    },
  },
];
