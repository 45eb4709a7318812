import { pair, single, stock, stockAtFirst } from './client.ts';
import { checkLinearizable, type Event } from './linearizability.ts';
import type { Operation, Value } from './operations.ts';
import type { World } from './world.ts';

/** I4, I6 and the torn reads of I7: an order of all operations exists in which each saw what was there. */
export function judgeOrder(
  world: World,
  operations: readonly Operation[],
  final: ReadonlyMap<string, Value>,
): void {
  const standIns = standInsOf(world);
  const mayBeLate = ({ invokedAtMs, returnedAtMs }: Operation) =>
    standIns.some(({ fromMs, untilMs }) => invokedAtMs < untilMs && returnedAtMs > fromMs);
  for (const keys of [pair, [single], [stock]] as const) {
    const events = operations
      .filter((operation) => operation.mirror !== 'stale')
      .map((operation) => eventOf(operation, keys, mayBeLate(operation)));
    const first: Event = eventAt(-2, [
      { saw: new Map(), put: keys[0] === stock ? new Map([[stock, String(stockAtFirst)]]) : new Map() },
    ]);
    const last: Event = eventAt(world.scheduler.now(), [
      { saw: new Map(keys.map((key) => [key, final.get(key)])), put: new Map() },
    ]);
    const judged = [first, ...events.filter((event) => event.effects.length > 0), last];
    const verdict = checkLinearizable(judged, keys);
    if (verdict === 'linearizable') continue;
    for (const event of judged) if (event.effects.length > 0) world.network.trace?.(describe(event));
    world.violate('I6', `${keys.join(' and ')}: ${verdict}`);
  }
}

function describe({ label, invokedAtMs, returnedAtMs, effects }: Event): string {
  const values = (map: ReadonlyMap<string, Value>) =>
    [...map].map(([key, value]) => `${key}=${value ?? '∅'}`).join(' ');
  const each = effects.map(({ saw, put }) => `saw ${values(saw)} put ${values(put)}`);
  return `${label} [${invokedAtMs}, ${returnedAtMs}] ${each.join(' or ')}`;
}

function eventAt(atMs: number, effects: Event['effects']): Event {
  return { invokedAtMs: atMs, returnedAtMs: atMs + 1, effects, label: 'first or last' };
}

/**
 * When documents stood in for the authority. What it had decided and nobody had been told may have been missing meanwhile,
 * although what overwrote a record that it had merely read was there: it came back with the authority, or its document
 * arrived before the era was closed (README.md).
 */
function standInsOf({ changes }: World): readonly { fromMs: number; untilMs: number }[] {
  const standsIn = (at: number) => ['READ_ONLY', 'REBUILD'].includes(changes[at]?.control.mode ?? '');
  return changes.flatMap(({ atMs, control }, at) => {
    if (control.mode !== 'READ_ONLY') return [];
    const next = changes.findIndex((_, later) => later > at && !standsIn(later));
    return [{ fromMs: atMs, untilMs: changes[next]?.atMs ?? Number.POSITIVE_INFINITY }];
  });
}

function eventOf(operation: Operation, keys: readonly string[], mayBeLate: boolean): Event {
  const { outcome, invokedAtMs, returnedAtMs, views, changes, replayed, kind, id } = operation;
  const touches = operation.keys.some((key) => keys.includes(key));
  const certain = outcome === 'ok' && !replayed;
  let effects: Event['effects'] = [];
  if (touches && outcome !== 'refused' && !(kind !== 'write' && outcome === 'unknown')) {
    const all = views.map((view, index) => ({
      saw: only(view, mayBeLate && kind === 'write' ? keysPut(keys, changes[index]) : keys),
      put: only(changes[index] ?? new Map<string, Value>(), keys),
    }));
    effects = certain ? all.slice(-1) : all;
  }
  const answered = outcome === 'ok' ? returnedAtMs : Number.POSITIVE_INFINITY;
  // A list is not one point in time: its records are judged one by one where keys are judged alone.
  if (kind === 'list' && keys.length > 1) effects = [];
  return { invokedAtMs, returnedAtMs: answered, effects, label: `op ${id}` };
}

function keysPut(keys: readonly string[], put: ReadonlyMap<string, Value> | undefined): readonly string[] {
  return keys.filter((key) => put?.has(key));
}

function only(values: ReadonlyMap<string, Value>, keys: readonly string[]): Map<string, Value> {
  return new Map([...values].filter(([key]) => keys.includes(key)));
}
