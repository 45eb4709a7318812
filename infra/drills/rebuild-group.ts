import { isProblem } from '@layers/domain/problem';
import type { Context } from '@layers/domain/redundancy/context';
import type { Control, Mode } from '@layers/domain/redundancy/control';
import { isStaleLease, takeLease } from '@layers/domain/redundancy/lease';
import { declareLost } from '@layers/domain/redundancy/lost';
import { probe } from '@layers/domain/redundancy/prober';
import { startRebuild } from '@layers/domain/redundancy/rebuild';
import { isStoreFailure } from '@layers/domain/redundancy/store';
import type { Turns } from '@layers/stores/turns';
import { patiently } from './patience.ts';

const stepEveryMs = 300;

type Step = (context: Context, control: Control, turns: Turns) => Promise<unknown>;

/** Beside the deployed prober, which does the same. */
async function probeInTurn(context: Context, { group }: Control, turns: Turns): Promise<void> {
  await turns.during(`probe#${group}`, async () => probe(context));
}

/** What is done next in each mode on the way from a wiped authority to NORMAL. */
const steps: Readonly<Record<Mode, Step>> = {
  NORMAL: (context, control) => declareLost(context, control.authority),
  A_ONLY: (context) => startRebuild(context),
  READ_ONLY: (context) => startRebuild(context),
  REBUILD: probeInTurn,
  CATCHUP: probeInTurn,
  PROMOTING: probeInTurn,
};

/** Refused for now, or overtaken by a prober that does the same. */
const isTransient = (error: unknown) =>
  isStoreFailure(error) || isStaleLease(error) || (isProblem(error) && error.kind === 'unavailable');

/**
 * Restores a wiped authority from the documents of its follower alone; reads are answered meanwhile. Several may do so
 * at once. @throws Error if it is not NORMAL again in time, saying where it stands.
 */
export async function rebuildGroup(
  context: Context,
  turns: Turns,
  withinMs: number,
  tell: (step: string) => void,
): Promise<Control> {
  const giveUpAt = Date.now() + withinMs;
  const look = async () => (await patiently(() => takeLease(context.env, context.group.name))).control;
  const first = await look();
  let [last, why] = ['', ''];
  for (;;) {
    const control = await look();
    const stands = `${control.mode}, epoch ${control.epoch}, era ${control.era}`;
    if (stands !== last) tell(stands);
    last = stands;
    if (control.mode === 'NORMAL' && control.era > first.era) return control;
    if (Date.now() > giveUpAt)
      throw new Error(`After ${withinMs / 1000} s the group is in ${stands}. ${why}`);
    try {
      await steps[control.mode](context, control, turns);
    } catch (error) {
      if (!isTransient(error)) throw error;
      why = error instanceof Error ? error.message : '';
    }
    await new Promise((resolve) => setTimeout(resolve, stepEveryMs));
  }
}
