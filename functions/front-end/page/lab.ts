import { api } from './api.ts';
import { failureOf } from './failure.ts';
import { type Polled, usePolled } from './polling.ts';

const everyMs = 4_000;

export type Lab = Awaited<ReturnType<typeof api.readLab>>['body'];

/** It does not come while a page is open: asking again would only be refused again. */
let absent = false;

/** What is broken on purpose; `absent` where the lab is not deployed, as on AWS. */
export async function readLab(): Promise<Lab | 'absent'> {
  if (absent) return 'absent';
  try {
    return (await api.readLab()).body;
  } catch (error) {
    absent = failureOf(error).code === 'not-found';
    if (absent) return 'absent';
    throw error;
  }
}

export const useLab = (): Polled<Lab | 'absent'> => usePolled('lab', readLab, everyMs);
