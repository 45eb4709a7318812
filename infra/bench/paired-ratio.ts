export interface Ratio {
  readonly pairs: number;
  /** Medians, milliseconds. */
  readonly firstMs: number;
  readonly secondMs: number;
  /** Median of the first over median of the second. */
  readonly ratio: number;
  /** 95 %, by the percentile bootstrap (Efron 1979) over pairs. */
  readonly from: number;
  readonly to: number;
}

const resamples = 1_000;

/** The upper of the two in the middle of an even count; 0 of none. */
export const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/**
 * Runs both, one after the other, in an order that alternates, so that what the machine does meanwhile meets both.
 * @param warmUps pairs that are run first and not counted
 */
export async function comparePairs(
  pairs: number,
  warmUps: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<Ratio> {
  const measured: (readonly [number, number])[] = [];
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    const isFirstFirst = pair % 2 === 0;
    const one = await timed(isFirstFirst ? first : second);
    const other = await timed(isFirstFirst ? second : first);
    if (pair >= 0) measured.push(isFirstFirst ? [one, other] : [other, one]);
  }
  return ratioOf(measured);
}

function ratioOf(measured: readonly (readonly [number, number])[]): Ratio {
  const ratios: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    const drawn = measured.map(() => measured[Math.floor(Math.random() * measured.length)] ?? [0, 0]);
    ratios.push(median(drawn.map(([one]) => one)) / median(drawn.map(([, other]) => other)));
  }
  ratios.sort((one, other) => one - other);
  const [firstMs, secondMs] = [median(measured.map(([one]) => one)), median(measured.map(([, one]) => one))];
  return {
    pairs: measured.length,
    firstMs,
    secondMs,
    ratio: firstMs / secondMs,
    from: ratios[Math.floor(resamples * 0.025)] ?? 0,
    to: ratios[Math.floor(resamples * 0.975)] ?? 0,
  };
}

export function ratioText(name: string, { pairs, firstMs, secondMs, ratio, from, to }: Ratio): string {
  const ms = (value: number) => value.toFixed(2).padStart(7);
  const interval = `95 % ${from.toFixed(3)} to ${to.toFixed(3)}`;
  return `${name.padEnd(34)} ${ms(firstMs)} ms  ${ms(secondMs)} ms  ${ratio.toFixed(3)}  (${interval}, ${pairs} pairs)`;
}
