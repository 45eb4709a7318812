import { single } from './client.ts';
import { storeA, storeB } from './plan.ts';
import { goAlone, type Schedule, setStore } from './schedule.ts';

/** Answered between the end of one lease and the end of a lease with its margin. */
const barelyStaleMs = 63;

/** What goes on while something is lost, what is told of it, and when an answer comes too late. */
export const serviceSchedules: readonly Schedule[] = [
  {
    name: 'the follower is lost, and the next write goes on without it',
    variant: 'rows',
    async play(director) {
      await goAlone(director);
      await director.finish('c1', 'put');
      director.requireAnswered();
    },
  },
  {
    name: 'whoever said that the follower is lost crashes before the authority knows',
    variant: 'documents',
    async play(director) {
      director.meet('suspect', 'A.fence', 'crash before');
      setStore(director, storeB, 'dead');
      await director.suspect('B');
      await director.pass(120);
      await director.acted('prober', (context) => director.probe(context));
      await director.finish('c1', 'put');
      director.requireAnswered();
    },
  },
  {
    name: 'whoever said that the authority is lost crashes before its follower knows',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'put');
      setStore(director, storeA, 'dead');
      director.meet('suspect', 'A.fence', 'crash before');
      await director.suspect('A');
      await director.probeTo('A_ONLY');
      await director.finish('c2', 'put');
      director.requireAnswered();
    },
  },
  {
    name: 'the authority is emptied before a write in it alone is acknowledged',
    variant: 'rows',
    async play(director) {
      director.meet('c0', 'B.apply', 'hold');
      const writer = director.start('c0', 'put');
      await director.held();
      setStore(director, storeB, 'dead');
      await director.suspect('B');
      director.world.wipe(storeA);
      director.release();
      await director.until(() => writer.finished);
      const outcome = director.operations.at(-1)?.outcome;
      director.require(outcome === 'unknown', 'I1', `${outcome} was said of a write that no store holds`);
    },
  },
  {
    name: 'an authority that was alone is emptied, and probed',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      director.world.wipe(storeA);
      await director.acted('prober', (context) => director.probe(context));
      await director.finish('c2', 'read');
      const outcome = director.operations.at(-1)?.outcome;
      director.require(outcome === 'refused', 'I6', `an empty store was read: ${outcome}`);
    },
  },
  {
    name: 'a follower of a strict group is promoted and read at once',
    variant: 'rows',
    policy: 'strict',
    async play(director) {
      await director.finish('c1', 'put');
      setStore(director, storeA, 'dead');
      await director.suspect('A');
      await director.finish('c2', 'read');
      director.requireAnswered();
    },
  },
  {
    name: 'a fail-over by force names what it leaves behind',
    variant: 'rows',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      await director.finish('c1', 'put');
      setStore(director, storeB, 'up');
      let lost: readonly string[] | undefined;
      await director.acted('forcing', async (context) => {
        lost = await director.force(context);
      });
      director.require(lost?.join() === single, 'service', `said to be lost: ${lost?.join()}`);
    },
  },
  {
    name: 'an authority comes back after documents were read by force',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      await director.finish('c1', 'put');
      setStore(director, storeB, 'up');
      setStore(director, storeA, 'dead');
      await director.acted('person', (context) => director.forceReadOnly(context));
      await director.finish('c2', 'read');
      director.requireAnswered();
      setStore(director, storeA, 'up');
      await director.pass(120);
      await director.probeTo('NORMAL');
    },
  },
  {
    name: 'documents that were emptied are read by force',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await goAlone(director);
      director.world.wipe(storeB);
      setStore(director, storeB, 'up');
      await director.acted('person', (context) => director.forceReadOnly(context));
      director.require(director.world.control?.mode === 'A_ONLY', 'service', 'an empty bucket is read');
    },
  },
  {
    name: 'an era that is not full yet is read by force',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      await director.loseRows();
      await director.acted('operator', (context) => director.startRebuild(context));
      await director.probeTo('CATCHUP');
      director.world.wipe(storeA);
      await director.pass(120);
      await director.acted('person', (context) => director.forceReadOnly(context));
      director.require(director.world.control?.mode === 'CATCHUP', 'service', 'an empty era is read');
    },
  },
  {
    name: 'a key is used anew after it has expired',
    variant: 'alone',
    settings: { idempotencyMs: 100 },
    async play(director) {
      const again = { kind: 'put', key: single, keyed: true, again: true, thinkMs: 0 } as const;
      const client = director.intend('c1', again);
      await director.until(() => client.finished);
      director.requireAnswered();
    },
  },
  {
    name: 'a key is sent again with another payload',
    variant: 'documents',
    async play(director) {
      const answers: string[] = [];
      for (const payload of ['one', 'one', 'other']) {
        await director.acted('caller', async (context) => {
          answers.push(await director.writeKeyed(context, 'key', payload));
        });
      }
      const said = answers.join(', ');
      director.require(said === 'one, one, idempotency-mismatch', 'I10', `one key was answered ${said}`);
    },
  },
  {
    name: 'a writer meets a running transaction',
    variant: 'rows',
    async play(director) {
      director.meet('c1', 'A.read', 'conflict', 2);
      await director.finish('c1', 'put');
      director.requireAnswered();
    },
  },
  {
    name: 'a commit arrives twice, and its writer is told of the second time',
    variant: 'documents',
    async play(director) {
      director.meet('c1', 'A.commit', 'answered twice');
      await director.finish('c1', 'pair');
      director.requireAnswered();
    },
  },
  {
    name: 'a process sleeps between reading the control row and using it',
    variant: 'documents',
    async play(director) {
      await director.finish('c1', 'put');
      director.meet('c2', 'C.read', 'pause');
      const reader = director.start('c2', 'read');
      await director.pass(5);
      await director.suspect('A');
      await director.until(() => reader.finished);
    },
  },
  ...(
    [
      ['read', 'A.read'],
      ['list', 'A.scan'],
      // Of what is not there: nothing to do is an answer too.
      ['delete', 'A.read'],
    ] as const
  ).map(
    ([kind, step]): Schedule => ({
      name: `a ${kind} is answered just after the leases of its mode have ended`,
      variant: 'documents',
      async play(director) {
        director.meet('c2', step, 'hold');
        const asking = director.start('c2', kind);
        await director.held();
        await director.suspect('A');
        const changedAtMs = director.world.changes.at(-1)?.atMs ?? 0;
        await director.until(() => director.world.scheduler.now() >= changedAtMs + barelyStaleMs);
        director.release();
        await director.until(() => asking.finished);
      },
    }),
  ),
];
