import type { server } from '@layers/contract/server';
import type { MirroredGroup } from '@layers/domain/redundancy/transaction';
import { stockKey } from '@layers/domain/shop/product';
import type { Handler } from '@layers/http/serve';

const version = '0.1.0';
/** Below the registry's patience, so that it hears "fail" rather than nothing. */
const patienceMs = 800;

/** A record that need not be there: what counts is that the stores answer for it. */
const asked = stockKey('health');

async function read(group: MirroredGroup): Promise<'pass' | 'warn'> {
  const late = AbortSignal.timeout(patienceMs);
  const lapsed = new Promise<never>((_resolve, reject) => {
    late.addEventListener('abort', () => reject(new Error('the stores took too long')));
  });
  const { mirror } = await Promise.race([group.read([asked]), lapsed]);
  return mirror === 'synced' ? 'pass' : 'warn';
}

/** Whether this server can serve: one read through the protocol, as any request makes it. */
export function readServerHealth(group: MirroredGroup): Handler<typeof server.readHealth> {
  return async () => {
    const startedAt = performance.now();
    const state = await read(group).catch(() => 'fail' as const);
    const check = {
      status: state,
      observedValue: Math.round(performance.now() - startedAt),
      observedUnit: 'ms',
      time: new Date().toISOString(),
    };
    return {
      status: state === 'fail' ? 503 : 200,
      headers: { 'cache-control': 'no-store' },
      body: { status: state, version, description: 'tandem server', checks: { 'shop:read': [check] } },
    };
  };
}
