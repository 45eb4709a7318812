import type { Environment } from './environment.ts';

/** Counts how often a store brought no answer, in one process. */
export interface Circuit {
  /** True when this failure opens the circuit: `circuitFailuresMax` within `circuitWindowMs`. */
  failed(store: string): boolean;
}

export function createCircuit({ clock, settings }: Environment): Circuit {
  const failures = new Map<string, number[]>();
  return {
    failed(store) {
      const now = clock.now();
      const recent = (failures.get(store) ?? []).filter((atMs) => now - atMs <= settings.circuitWindowMs);
      recent.push(now);
      failures.set(store, recent.slice(-settings.circuitFailuresMax));
      return recent.length >= settings.circuitFailuresMax;
    },
  };
}
