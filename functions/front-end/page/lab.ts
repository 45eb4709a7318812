import { api } from './api.ts';
import { failureOf } from './failure.ts';
import { type Polled, usePolled } from './polling.ts';

const everyMs = 4_000;

export type Lab = Awaited<ReturnType<typeof api.readLab>>['body'];

/** What is broken on purpose; `absent` where the lab is not deployed, as on AWS. */
export async function readLab(): Promise<Lab | 'absent'> {
  try {
    return (await api.readLab()).body;
  } catch (error) {
    if (failureOf(error).code === 'not-found') return 'absent';
    throw error;
  }
}

export const useLab = (): Polled<Lab | 'absent'> => usePolled('lab', readLab, everyMs);
