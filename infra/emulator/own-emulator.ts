import type { ShopFollower } from '@layers/domain/redundancy/groups';
import { bringUp } from './bring-up.ts';
import type { Phases } from './phases.ts';
import { freePort } from './port-owner.ts';
import type { Emulator } from './start-localstack.ts';
import type { RunState } from './state-file.ts';

export interface OwnEmulatorOptions {
  /** Of this run alone. */
  readonly stateFolder: string;
  readonly shopFollower: ShopFollower;
  readonly phases: Phases;
  readonly signal: AbortSignal;
}

/**
 * Starts an emulator on a free port beside whatever else runs, deploys everything to it, lets `work` use it, and stops it
 * whatever came of it. @throws CommandFailure, and what `work` throws
 */
export async function onOwnEmulator<Result>(
  { stateFolder, shopFollower, phases, signal }: OwnEmulatorOptions,
  work: (run: RunState) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  let emulator: Emulator | undefined;
  const onEmulator = (made: Emulator): void => {
    emulator = made;
  };
  const place = { port: await freePort(), listen: '127.0.0.1', allowNet: [], stateFolder, shopFollower };
  const bounded = AbortSignal.any([signal, over.signal]);
  try {
    const run = await bringUp({ ...place, layers: 'mounted', signal: bounded, phases, onEmulator });
    return await work(run);
  } finally {
    // What still runs beside the step that failed.
    over.abort();
    await emulator?.stop();
  }
}
