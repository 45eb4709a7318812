import { createContext, openGroup } from '@layers/domain/redundancy/mirror';
import { initialise } from '@layers/domain/redundancy/prober';
import type { Settings } from '@layers/domain/redundancy/settings';
import { ordinary, settings, type Variant, variants } from '../../../simulation/plan.ts';
import { World } from '../../../simulation/world.ts';

/** A group over the simulator's stores, in virtual time: `run` gives work all the time that it needs. */
export async function openWorld(variant: Variant = 'documents', changed: Partial<Settings> = {}) {
  const group = variants[variant];
  const world = new World(1, group, { ...settings, ...changed }, ordinary);
  const environment = world.environment(world.createProcess('caller', false));
  const context = createContext(environment, group.name, [group]);
  const run = async <Result>(work: Promise<Result>): Promise<Result> => {
    let settled = false;
    const end = () => {
      settled = true;
    };
    void work.then(end, end);
    await world.scheduler.run(() => settled, Number.POSITIVE_INFINITY);
    return work;
  };
  await run(initialise(environment, group));
  const put = async (id: string, image: string) => {
    const keys = [id];
    const decide = () => ({ changes: [{ id, image }], answer: '' });
    return run(openGroup(context).write({ keys, idempotency: undefined, decide }));
  };
  /** A store that does not answer, or does again. */
  const turn = (store: string, state: 'up' | 'dead') => {
    const endpoint = world.endpoint(store);
    if (endpoint === undefined) throw new Error(`No store is named ${store}.`);
    endpoint.state = state;
  };
  const pass = (ms: number) => run(environment.clock.sleep(ms));
  return { world, context, run, put, turn, pass };
}
