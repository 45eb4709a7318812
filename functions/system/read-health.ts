import type { system } from '@layers/contract/system';
import type { Handler } from '@layers/http/serve';

/** One thing that must answer. What it resolves to, if anything, is shown as the observed value. */
export interface Probe {
  readonly name: string;
  readonly unit?: string;
  readonly run: () => Promise<number | undefined>;
  /** Without it the API cannot serve at all (fail); otherwise it serves with less safety (warn). */
  readonly vital: boolean;
}

const version = '0.1.0';

async function check(probe: Probe) {
  const startedAt = performance.now();
  const time = new Date().toISOString();
  try {
    const observed = await probe.run();
    const ms = Math.round(performance.now() - startedAt);
    const value =
      observed === undefined ? { observedValue: ms, observedUnit: 'ms' } : { observedValue: observed };
    return {
      status: 'pass' as const,
      time,
      ...value,
      ...(probe.unit === undefined ? {} : { observedUnit: probe.unit }),
    };
  } catch (error) {
    const output = error instanceof Error ? error.name : 'failed';
    return { status: probe.vital ? ('fail' as const) : ('warn' as const), time, output };
  }
}

export function readHealth(probes: readonly Probe[]): Handler<typeof system.readHealth> {
  return async () => {
    const results = await Promise.all(
      probes.map(async (probe) => [probe.name, [await check(probe)]] as const),
    );
    const seen = new Set(results.map(([, [result]]) => result.status));
    const status = seen.has('fail') ? 'fail' : seen.has('warn') ? 'warn' : 'pass';
    return {
      status: status === 'fail' ? 503 : 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        status,
        version,
        description: 'tandem',
        checks: Object.fromEntries(results.map(([name, list]) => [name, [...list]])),
      },
    };
  };
}
