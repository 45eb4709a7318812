import { loseRowsAround, type Schedule } from './schedule.ts';

/** The control row itself: changes that arrive late, and clocks that differ. */
export const controlSchedules: readonly Schedule[] = [
  {
    // Its time was stamped before it was sent: what waits for leases must count from when it was surely there.
    name: 'a change of mode is under way for longer than a lease, and the next comes at once',
    variant: 'documents',
    settings: { leaseMs: 300, deadlineMs: 700 },
    async play(director) {
      await loseRowsAround(director, 'put', 'B.put');
      director.meet('operator', 'C.change', 'hold');
      const starting = director.act('operator', (context) => director.startRebuild(context));
      await director.held(2);
      await director.pass(340);
      director.meet('c2', 'B.get', 'hold');
      const reader = director.start('c2', 'read');
      await director.held(3);
      await director.releaseOnly('operator');
      await director.until(() => starting.done);
      const loading = director.act('loader', (context) => director.probe(context));
      await director.until(() => director.world.control?.mode === 'CATCHUP', 150);
      // Its record is loaded without it: whoever reads the old documents now sees what never was.
      await director.releaseOnly('c0');
      await director.pass(10);
      await director.releaseOnly('c2');
      await director.until(() => reader.finished && loading.done);
      await director.probeTo('NORMAL');
    },
  },
];
