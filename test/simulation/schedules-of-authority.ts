import { storeA, storeB } from './plan.ts';
import { goAlone, type Schedule, setStore } from './schedule.ts';

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
    name: 'a write reaches the follower after that was promoted and the other caught up',
    variant: 'rows',
    async play(director) {
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
      await director.acted('forcing', (context) => director.force(context));
    },
  },
];
