import type { Group } from '@layers/domain/redundancy/groups';
import { defaultSettings, type Settings } from '@layers/domain/redundancy/settings';
import { drawIntents, type Intent } from './client.ts';
import { type Cell, cells, type Step } from './faults.ts';
import { createStream, type Stream } from './random.ts';
import type { Machines } from './world.ts';

export const storeA = 'rows-a';
export const storeB = 'copy-b';
export const replicaRows = 'replica-rows';
const replicaDocuments = 'replica-documents';

/** The variants of the group table, all under the same clients. */
export const variants = {
  documents: {
    name: 'shop',
    prefixes: ['carts/', 'stock/', 'orders/'],
    authority: storeA,
    follower: { store: storeB, structure: 'documents' },
    policy: 'available',
    replicas: [
      { store: replicaRows, structure: 'rows', prefixes: ['stock/'], replicate: 'on-change' },
      { store: replicaDocuments, structure: 'documents', prefixes: ['carts/'], replicate: 'on-change' },
    ],
  },
  rows: {
    name: 'shop',
    prefixes: ['carts/', 'stock/', 'orders/'],
    authority: storeA,
    follower: { store: storeB, structure: 'rows' },
    policy: 'available',
    replicas: [
      { store: replicaDocuments, structure: 'documents', prefixes: ['carts/'], replicate: 'on-change' },
    ],
  },
  alone: {
    name: 'shop',
    prefixes: ['carts/', 'stock/', 'orders/'],
    authority: storeA,
    follower: undefined,
    policy: 'available',
    replicas: [
      { store: replicaRows, structure: 'rows', prefixes: ['carts/'], replicate: 'on-change' },
      { store: replicaDocuments, structure: 'documents', prefixes: ['stock/'], replicate: 'periodic' },
    ],
  },
} as const satisfies Record<string, Group>;
export type Variant = keyof typeof variants;

/** A lease of 60 ms instead of 5 s: time is virtual, only the proportions matter. */
export const settings: Settings = {
  ...defaultSettings,
  leaseMs: 60,
  leaseMarginMs: 30,
  clockSkewMs: 10,
  fencesCount: 2,
  deadlineMs: 90,
  retryJitterMs: 3,
  retryBackoffMaxMs: 40,
  idempotencyMs: 60_000,
  transactionKeptMs: 60_000,
  sweepAfterMs: 40,
  pageSizeMax: 3,
  scannedMax: 3,
  circuitWindowMs: 200,
  parallelMax: 2,
  scanSegmentsCount: 2,
  bucketsCount: 4,
  rememberedMax: 3,
};

/** Machines as they are assumed to be: no two clocks differ by more than `clockSkewMs`, an index that is up to date. */
export const ordinary: Machines = {
  skewMaxMs: settings.clockSkewMs / 2,
  indexLagMs: 0,
  shared: undefined,
};

/** Keys and finished transactions expire within a history, and the store drops them, late. */
const expiring: Settings = { ...settings, idempotencyMs: 700, transactionKeptMs: 1_000 };

/** Something that happens to the machines, beside the faults of single calls. */
export interface Incident {
  readonly atMs: number;
  readonly kind: 'dead' | 'hang' | 'wipe' | 'restore' | 'suspect' | 'promote' | 'force' | 'control dead';
  /** Whom it hits: whichever store has the role at that time. */
  readonly role: 'A' | 'B';
  readonly forMs: number;
}

/** Everything that a seed decides before a history runs. */
export interface Plan {
  readonly seed: number;
  readonly variant: Variant;
  readonly group: Group;
  readonly settings: Settings;
  readonly faultRate: number;
  /** Cells that this history is to meet more often than by chance, and how often each call at their steps does. */
  readonly focus: readonly Cell[];
  readonly focusRate: number;
  readonly clients: readonly (readonly Intent[])[];
  readonly incidents: readonly Incident[];
  readonly probers: number;
  readonly probersFromMs: number;
  readonly operators: number;
  readonly comparers: number;
  readonly healAtMs: number;
  readonly machines: Machines;
  /** Of another group over the same stores; none in most histories. */
  readonly neighbours: readonly (readonly Intent[])[];
}

const operationsCount = 45;
const focusedBesideCount = 3;

export function createPlan(seed: number): Plan {
  const stream = createStream(seed, 3);
  const focused = stream.pick(weightedCells.any);
  const variant: Variant = variantFor[focused.step] ?? stream.pick(evenly);
  const policy = stream.chance(0.12) ? 'strict' : 'available';
  const clientsCount = 3 + stream.below(3);
  const healAtMs = 900;
  const beside = Array.from({ length: focusedBesideCount }, () => stream.pick(weightedCells[variant]));
  const focus = [focused, ...beside];
  const special = incidentsFor(focused.step, stream);
  const needed = beside.flatMap(({ step }) => (step === 'A.divergence' ? [] : incidentsFor(step, stream)));
  const perClient = Math.ceil(operationsCount / clientsCount);
  const thinkMaxMs = Math.floor((healAtMs * 2) / perClient) - 70;
  return {
    seed,
    variant,
    group: { ...variants[variant], policy },
    settings: stream.chance(0.15) ? expiring : settings,
    faultRate: stream.pick([
      rareSteps[focused.step] === undefined ? 0 : 0.001,
      0.002,
      0.005,
      0.005,
      0.01,
      0.02,
      0.05,
    ]),
    focus,
    focusRate: stream.pick(rareSteps[focused.step] === undefined ? [0, 0.15, 0.3, 0.5] : [0.3, 0.5, 0.7]),
    clients: Array.from({ length: clientsCount }, () => drawIntents(stream, perClient, thinkMaxMs)),
    incidents:
      focused.step === 'A.divergence'
        ? special
        : [...drawIncidents(stream, variant, healAtMs), ...special, ...needed],
    probers: 1 + stream.below(2),
    // The prober is quicker than a person: it has to be away for a while, or there is nothing left to force.
    probersFromMs: focused.step === 'A.divergence' ? 520 : 0,
    operators: 1 + stream.below(2),
    comparers: focused.step === 'R.scan' ? 3 : Number(stream.chance(0.1)),
    healAtMs,
    machines: {
      ...ordinary,
      // Clocks may differ by as much as the margin of each wait: that is what it is for.
      skewMaxMs: stream.chance(0.1) ? settings.leaseMarginMs / 2 : ordinary.skewMaxMs,
      indexLagMs: stream.pick([0, 0, 30, 150]),
    },
    neighbours: stream.chance(0.08)
      ? Array.from({ length: 2 }, () => drawIntents(stream, 6, thinkMaxMs))
      : [],
  };
}

const evenly: readonly Variant[] = ['documents', 'documents', 'documents', 'rows', 'rows', 'rows', 'alone'];

/** Steps that only one structure takes. */
const variantFor: Readonly<Partial<Record<Step, Variant>>> = {
  'A.load': 'documents',
  'B.get': 'documents',
  'B.put': 'documents',
  'B.journal': 'documents',
  'B.list': 'documents',
  'B.delete': 'documents',
  'B.close': 'documents',
  'B.read': 'rows',
  'B.apply': 'rows',
  'B.fence': 'rows',
  'B.scan': 'rows',
  'A.divergence': 'rows',
};

/** How often a step is looked at on purpose, for those that histories seldom reach; the others count once. */
const rareSteps: Readonly<Partial<Record<Step, number>>> = {
  'A.divergence': 14,
  'A.fence': 4,
  'A.load': 7,
  'A.sent': 6,
  'B.apply': 2,
  'B.close': 20,
  'B.delete': 4,
  'B.fence': 16,
  'B.incarnation': 2,
  'B.journal': 3,
  'B.list': 3,
  'B.put': 4,
  'B.read': 3,
  'B.scan': 12,
  'C.change': 3,
  'R.apply': 4,
  'R.scan': 5,
};
const weightedCellsOf = (takes: (step: Step) => boolean): readonly Cell[] =>
  cells
    .filter(({ step }) => takes(step))
    .flatMap((cell) => Array<Cell>(rareSteps[cell.step] ?? 1).fill(cell));
const takenBy = (variant: Variant) => weightedCellsOf((step) => (variantFor[step] ?? variant) === variant);
const weightedCells = {
  any: weightedCellsOf(() => true),
  documents: takenBy('documents'),
  rows: takenBy('rows'),
  alone: weightedCellsOf((step) => !step.startsWith('B.')),
} as const satisfies Record<Variant | 'any', readonly Cell[]>;

/** What brings the protocol to steps that it seldom takes. */
function incidentsFor(step: Step, stream: Stream): Incident[] {
  const atMs = 80 + stream.below(180);
  if (step === 'A.load' || step === 'B.close') return [{ atMs, kind: 'wipe', role: 'A', forMs: 0 }];
  if (step === 'B.fence' || step === 'B.scan' || step === 'A.fence') {
    return [{ atMs, kind: 'dead', role: 'B', forMs: 60 }];
  }
  if (step !== 'A.divergence') return [];
  // Written in the authority alone, then failed over by force: all of it is left behind.
  const force = { kind: 'force', role: 'B', forMs: 0 } as const;
  return [
    { atMs, kind: 'dead', role: 'B', forMs: 200 },
    { atMs: atMs + 10, kind: 'suspect', role: 'B', forMs: 0 },
    { atMs: atMs + 40, kind: 'suspect', role: 'B', forMs: 0 },
    { ...force, atMs: atMs + 205 },
    { ...force, atMs: atMs + 225 },
    { ...force, atMs: atMs + 250 },
  ];
}

function drawIncidents(stream: Stream, variant: Variant, healAtMs: number): Incident[] {
  if (stream.chance(0.15)) return [];
  const kinds: readonly Incident['kind'][] = [
    'dead', 'dead', 'hang', 'wipe', 'wipe', 'restore', 'suspect', 'promote', 'control dead',
    ...(stream.chance(0.15) ? (['force'] as const) : []),
  ]; // biome-ignore format: weights by repetition
  const count = 1 + stream.below(4);
  return Array.from({ length: count }, (): Incident => {
    return {
      atMs: stream.below(healAtMs - 100),
      kind: stream.pick(kinds),
      role: variant === 'alone' ? 'A' : stream.pick(['A', 'B']),
      forMs: 20 + stream.below(300),
    };
  }).sort((one, other) => one.atMs - other.atMs);
}
