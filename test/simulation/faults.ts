import type { Action } from '@layers/domain/redundancy/rows';

/** What can happen to one call, beside what the state of its store does to all of them. */
export const faults = [
  'lost request',
  'lost reply',
  'late request',
  'duplicate',
  'answered twice',
  'slow',
  'pause',
  'crash before',
  'crash after',
  'conflict',
  'dead',
  'hang',
] as const;
export type Fault = (typeof faults)[number];

/** How often each is drawn, relative to the others; `dead` and `hang` come from a store's state. */
const weights: readonly (readonly [Fault, number])[] = [
  ['lost request', 3],
  ['lost reply', 4],
  ['late request', 4],
  ['duplicate', 3],
  ['answered twice', 2],
  ['slow', 3],
  ['pause', 3],
  ['crash before', 2],
  ['crash after', 3],
  ['conflict', 2],
];
export const drawn: readonly Fault[] = weights.flatMap(([fault, weight]) => Array<Fault>(weight).fill(fault));

/** Where in the protocol a call is made: the store's role, and what is done. */
const stepsOfRole = {
  A: ['read', 'commit', 'mark', 'sent', 'fence', 'load', 'scan', 'divergence', 'incarnation'],
  B: ['read', 'apply', 'fence', 'scan', 'incarnation', 'get', 'put', 'journal', 'list', 'delete', 'close'],
  R: ['read', 'apply', 'scan'],
  C: ['read', 'change'],
  Q: ['send'],
} as const;
type StepsOfRole = typeof stepsOfRole;
export type Step = { [Role in keyof StepsOfRole]: `${Role}.${StepsOfRole[Role][number]}` }[keyof StepsOfRole];
export const steps = Object.entries(stepsOfRole).flatMap(([role, names]) =>
  names.map((name) => `${role}.${name}`),
) as readonly Step[];

/** Steps whose store may answer that another request was under way: transactions of rows, conditional puts. */
export const conflictSteps: ReadonlySet<Step> = new Set<Step>([
  'A.read',
  'A.commit',
  'A.mark',
  'A.sent',
  'A.fence',
  'A.load',
  'A.divergence',
  'A.incarnation',
  'B.read',
  'B.apply',
  'B.fence',
  'B.incarnation',
  'B.put',
  'B.journal',
  'B.close',
  'R.apply',
]);

/** Every fault at every step where it can happen: what a whole run has to meet. */
export interface Cell {
  readonly fault: Fault;
  readonly step: Step;
}

export const cells: readonly Cell[] = steps.flatMap((step) =>
  faults.filter((fault) => fault !== 'conflict' || conflictSteps.has(step)).map((fault) => ({ fault, step })),
);

export function cellNumber({ fault, step }: Cell): number {
  return faults.indexOf(fault) * steps.length + steps.indexOf(step);
}

/** What a transaction of rows is for, told by what it holds. */
export function stepOfWrite(role: 'A' | 'B' | 'R', actions: readonly Action[]): Step {
  if (role === 'R') return 'R.apply';
  let step: Step = role === 'A' ? 'A.load' : 'B.apply';
  for (const action of actions) {
    const kind = action.type === 'put' ? action.row.kind : action.target.kind;
    if (action.type === 'put' && kind === 'transaction') return 'A.commit';
    if (action.type === 'put' && kind === 'fence') return `${role}.fence`;
    if (action.type === 'put' && kind === 'divergence') return 'A.divergence';
    if (action.type === 'put' && kind === 'incarnation') return `${role}.incarnation`;
    if (action.type === 'update' && 'mver' in action.set) return 'A.mark';
    if (action.type === 'update' && kind === 'transaction')
      step = 'mirrored' in action.set ? 'A.mark' : 'A.sent';
  }
  return step;
}
