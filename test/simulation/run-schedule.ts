import { Director } from './director.ts';
import { judgeHistory } from './judge-history.ts';
import type { Protocol } from './protocol.ts';
import { livenessMs } from './run-history.ts';
import type { Schedule } from './schedule.ts';
import type { Violation } from './world.ts';

/** Plays a schedule, lets everybody else in, and judges it like any other history. */
export async function runSchedule(
  schedule: Schedule,
  protocol: Protocol,
  trace?: (atMs: number, text: string) => void,
): Promise<readonly Violation[]> {
  const director = new Director(protocol, schedule);
  const { world, surroundings } = director;
  if (trace !== undefined) world.network.trace = (text) => trace(world.scheduler.now(), text);
  const playing = { done: false };
  const play = async () => {
    await director.setUp();
    await schedule.play(director);
    director.release();
    playing.done = true;
  };
  void play().catch((error: unknown) => {
    world.violate('no defect', String((error as Error).stack ?? error));
    playing.done = true;
  });
  await world.scheduler.run(() => playing.done, 60_000);
  if (!playing.done) world.violate('liveness', 'the schedule did not end');
  for (const { endpoint } of [...world.rows.values(), ...world.documents.values()]) endpoint.state = 'up';
  surroundings.startProber('prober-0');
  surroundings.startOperator('operator-0');
  surroundings.startSweeper();
  surroundings.startConsumer();
  await world.scheduler.run(() => world.isAtRest, world.scheduler.now() + livenessMs);
  if (!world.isAtRest) world.violate('liveness', `${world.control?.mode} after the schedule`);
  else await judgeHistory(world, protocol, surroundings, director.operations);
  return world.violations;
}
