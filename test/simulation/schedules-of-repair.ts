import { pair, single } from './client.ts';
import type { Director } from './director.ts';
import { replicaRows, storeA, storeB } from './plan.ts';
import { goAlone, type Schedule, setStore } from './schedule.ts';

/** The pass of a catch-up crashes at its first page; the sweeper helps what is open. */
async function catchUpBySweeper(director: Director): Promise<void> {
  await director.pass(120);
  await director.probeTo('CATCHUP');
  director.meet('pass', 'B.scan', 'crash before');
  director.act('pass', (context) => director.probe(context));
  await director.pass(120);
  await director.acted('sweeper', (context) => director.sweep(context));
}

/** A copy is compared, caught up or fed while something else comes in between. */
export const repairSchedules: readonly Schedule[] = [
  ...(['documents', 'rows'] as const).map(
    (variant): Schedule => ({
      name: `a follower of ${variant} is altered behind the protocol's back`,
      variant,
      async play(director) {
        await director.finish('c1', 'put');
        director.alter(storeB, single);
        await director.acted('comparer', (context) => director.compareCopies(context));
        const { divergences } = director;
        director.require(divergences === 1, 'divergence', `${divergences} altered copies were kept, not 1`);
      },
    }),
  ),
  {
    name: "a replica is altered behind the protocol's back",
    variant: 'alone',
    async play(director) {
      await director.finish('c1', 'put');
      await director.acted('consumer', (context) => director.consume(context));
      director.alter(replicaRows, single);
      await director.acted('comparer', (context) => director.compareCopies(context));
    },
  },
  ...(
    [
      ['an old write reaches the follower', 'c0'],
      ['a new write is finished', 'c2'],
    ] as const
  ).map(
    ([what, late]): Schedule => ({
      name: `${what} between a pass's reading and its write`,
      variant: 'documents',
      async play(director) {
        if (late === 'c0') {
          director.meet('c0', 'B.put', 'hold');
          director.start('c0', 'put');
          await director.held();
          await director.finish('c2', 'read');
        }
        await director.finish('c1', 'put');
        director.world.wipe(storeB);
        await director.suspectUntil('B', 'A_ONLY');
        await director.probeTo('CATCHUP');
        // Two records are repaired at a time; the other one is the stock.
        director.meet('pass', 'B.put', 'hold', 2);
        const passing = director.act('pass', (context) => director.probe(context));
        await director.held(late === 'c0' ? 3 : 2);
        if (late === 'c0') await director.releaseOnly('c0');
        else await director.finish('c2', 'put');
        await director.pass(10);
        director.release();
        await director.until(() => passing.done);
      },
    }),
  ),
  {
    name: 'a transaction is helped of which a later one with a key has overwritten a part',
    variant: 'rows',
    async play(director) {
      await goAlone(director);
      await director.finish('c1', 'pair');
      director.meet('c0', 'C.read', 'hold', 1, 1);
      const asking = director.intend('c0', {
        kind: 'put',
        key: pair[1],
        keyed: true,
        again: true,
        thinkMs: 0,
      });
      await director.held();
      setStore(director, storeB, 'up');
      await director.probeTo('CATCHUP');
      director.meet('pass', 'B.scan', 'hold');
      const passing = director.act('pass', (context) => director.probe(context));
      await director.held(2);
      await director.finish('c2', 'read', pair[0]);
      await director.releaseOnly('pass');
      await director.until(() => passing.done);
      await director.probeTo('NORMAL');
      await director.promoteFollower();
      director.release();
      await director.until(() => asking.finished);
    },
  },
  {
    name: 'two consumers overtake each other',
    variant: 'alone',
    async play(director) {
      await director.finish('c1', 'put');
      director.meet('slow', 'R.read', 'hold');
      const slow = director.act('slow', (context) => director.consume(context));
      await director.held();
      await director.finish('c1', 'put');
      await director.acted('quick', (context) => director.consume(context));
      director.release();
      await director.until(() => slow.done);
    },
  },
  {
    name: 'a replica is asked to show what the authority holds alone',
    variant: 'rows',
    async play(director) {
      await goAlone(director);
      await director.finish('c1', 'put');
      await director.acted('consumer', (context) => director.consume(context));
      await director.acted('comparer', (context) => director.compareCopies(context));
    },
  },
  {
    name: 'a consumer sleeps over the loss of the follower, and brings what both stores had held while it is caught up',
    variant: 'documents',
    async play(director) {
      for (const who of ['c0', 'consumer']) director.meet(who, 'A.mark', 'hold');
      director.start('c0', 'pair');
      await director.held();
      const consuming = director.act('consumer', (context) => director.consume(context));
      await director.held(2);
      director.world.wipe(storeB);
      await director.suspectUntil('B', 'A_ONLY');
      // One half of the pair moves on: whoever says that the pair was mirrored is refused.
      await director.finish('c1', 'put', pair[1]);
      await director.probeTo('CATCHUP');
      director.release();
      await director.until(() => consuming.done);
    },
  },
  {
    name: 'an older follower is promoted by force, and a replica knows more',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'put');
      const memory = director.world.rows.get(storeB)?.memory;
      const backup = memory?.backup();
      await director.finish('c1', 'put');
      await director.acted('consumer', (context) => director.consume(context));
      await goAlone(director);
      if (backup !== undefined) memory?.restore(backup);
      setStore(director, storeB, 'up');
      await director.acted('forcing', (context) => director.force(context));
    },
  },
  {
    name: 'what an authority alone held is helped over what its follower decided without it, which is then promoted again',
    variant: 'rows',
    async play(director) {
      director.meet('c0', 'B.apply', 'crash before');
      director.start('c0', 'put');
      await director.pass(30);
      setStore(director, storeA, 'dead');
      await director.promoteFollower();
      await director.finish('c1', 'put');
      setStore(director, storeA, 'up');
      for (const _ of ['back', 'and again']) {
        await director.pass(120);
        await director.acted('forcing', (context) => director.force(context));
        await director.probeTo('A_ONLY');
        await catchUpBySweeper(director);
      }
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'what was written with a key in one store alone, and overtaken there, is asked again of the other',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      const ask = async (key: string, payload: string) =>
        director.acted('keyed', (context) => director.writeKeyed(context, key, payload));
      await ask('first', 'one');
      await ask('second', 'two');
      setStore(director, storeB, 'up');
      await catchUpBySweeper(director);
      await director.probeTo('NORMAL');
      setStore(director, storeA, 'dead');
      await director.promoteFollower();
      await ask('first', 'one');
      director.require(director.imageOfKeyed() === 'two', 'I10', 'a key had its effect twice');
    },
  },
  {
    name: 'what gave a follower its incarnation is delivered once more after that was wiped again',
    variant: 'documents',
    settings: { leaseMs: 10, leaseMarginMs: 20 },
    async play(director) {
      await director.finish('c1', 'put');
      director.world.wipe(storeB);
      await director.suspectUntil('B', 'A_ONLY');
      director.meet('prober', 'B.incarnation', 'duplicate');
      await director.probeTo('CATCHUP');
      await director.probeTo('NORMAL');
      director.world.wipe(storeB);
      await director.pass(300);
    },
  },
  {
    name: 'a repair reaches the follower after that was promoted by force',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'put');
      director.world.wipe(storeB);
      await director.suspectUntil('B', 'A_ONLY');
      await director.probeTo('CATCHUP');
      director.meet('pass', 'B.apply', 'hold', 2);
      director.act('pass', (context) => director.probe(context));
      await director.held();
      setStore(director, storeA, 'dead');
      await director.acted('forcing', (context) => director.force(context));
      await director.finish('c2', 'read');
      director.requireAnswered();
      director.release();
      await director.pass(10);
      await director.finish('c2', 'read');
      const seen = director.operations.slice(-2).map(({ views }) => views[0]?.get(single));
      director.require(seen[0] === seen[1], 'I6', `${seen.join(' became ')} without a write`);
    },
  },
  {
    name: 'a message is lost, and its transaction is older than those that are kept',
    variant: 'alone',
    settings: { transactionKeptMs: 10 },
    async play(director) {
      director.meet('c1', 'Q.send', 'lost request');
      await director.finish('c1', 'put');
      await director.pass(30);
      director.expire();
      await director.acted('sweeper', (context) => director.sweep(context));
    },
  },
  {
    name: 'a message of a mirrored write is lost, and its transaction is older than those that are kept',
    variant: 'documents',
    settings: { transactionKeptMs: 10 },
    async play(director) {
      director.meet('c1', 'Q.send', 'lost request');
      await director.finish('c1', 'put');
      await director.pass(30);
      director.expire();
    },
  },
  {
    name: 'a key is asked again after a sweeper came by, then the authority is lost',
    variant: 'documents',
    async play(director) {
      director.meet('c0', 'B.put', 'lost request');
      director.meet('c0', 'C.read', 'hold', 1, 1);
      const asking = director.intend('c0', {
        kind: 'put',
        key: single,
        keyed: true,
        again: false,
        thinkMs: 0,
      });
      await director.held();
      await director.pass(60);
      director.meet('sweeper', 'B.get', 'lost request', 3);
      await director.acted('sweeper', (context) => director.sweep(context));
      director.release();
      await director.until(() => asking.finished, 100);
      await director.loseRows();
      await director.rebuildToNormal();
    },
  },
];
