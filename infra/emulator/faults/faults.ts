import { randomBytes } from 'node:crypto';
import type { fault } from '@layers/contract/lab';
import { Problem } from '@layers/domain/problem';
import { groups, storeNames } from '@layers/domain/redundancy/groups';
import type * as z from 'zod/mini';
import type { AwsRequest } from './aws-request.ts';
import type { Places } from './places.ts';

export type Fault = z.output<typeof fault>;

export interface SetFault {
  readonly id: string;
  readonly fault: Fault;
  /** Requests that it met. */
  met: number;
}

const faultsMax = 50;
const services = ['dynamodb', 's3', 'sqs'] as const;
const stores: readonly string[] = [...services, ...Object.values(storeNames)];
const typesOf = (group: (typeof groups)[number]) => group.prefixes.map((prefix) => prefix.replace('/', ''));
const subjects = groups.flatMap((group) => [group.name, ...typesOf(group)]);

/** What is broken on purpose. Nothing of it touches the control table or the log: those are a third place. */
export class Faults {
  private readonly set = new Map<string, SetFault>();
  private readonly onChange: (any: boolean) => void;

  /** @param onChange told whether any fault is in force, whenever that may have changed */
  constructor(onChange: (any: boolean) => void) {
    this.onChange = onChange;
  }

  list(): readonly SetFault[] {
    return [...this.set.values()];
  }

  /** @throws Problem for a store, group or type that does not exist, and for more faults than are taken. */
  add(fault: Fault): SetFault {
    requireKnown('store', fault.store, stores);
    if (fault.only !== undefined) requireKnown('only', fault.only, subjects);
    if (this.set.size >= faultsMax)
      throw new Problem('limit-reached', `${faultsMax} faults are in force. Clear some first.`);
    const added: SetFault = { id: randomBytes(4).toString('hex'), fault, met: 0 };
    this.set.set(added.id, added);
    this.onChange(true);
    return added;
  }

  /** @throws Problem `not-found` */
  clear(id: string): void {
    if (!this.set.delete(id)) throw new Problem('not-found', `No fault ${id} is in force.`);
    this.onChange(this.set.size > 0);
  }

  clearAll(): void {
    this.set.clear();
    this.onChange(false);
  }

  /** The first fault that a request meets, counted. */
  meet(request: AwsRequest, places: Places): Fault | undefined {
    if (request.places.some((name) => places.isExempt(name))) return undefined;
    for (const one of this.set.values()) {
      if (!matches(one.fault, request, places)) continue;
      if (one.fault.probability !== undefined && Math.random() >= one.fault.probability) continue;
      one.met += 1;
      if (one.fault.count !== undefined && one.met >= one.fault.count) {
        this.set.delete(one.id);
        this.onChange(this.set.size > 0);
      }
      return one.fault;
    }
    return undefined;
  }
}

function requireKnown(field: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  const detail = `must be one of ${known.join(', ')}`;
  throw new Problem('invalid-request', `There is nothing named ${given}: ${field} ${detail}.`, {
    errors: [{ pointer: `/body/${field}`, detail }],
  });
}

function matches(fault: Fault, request: AwsRequest, places: Places): boolean {
  const isThere =
    fault.store === request.service ||
    request.places.some((name) => places.storeOf(request.service, name) === fault.store);
  return (
    isThere &&
    (fault.operation === undefined || fault.operation === request.operation) &&
    (fault.key === undefined || request.ids.some((id) => id.includes(fault.key ?? ''))) &&
    (fault.only === undefined || concerns(fault.only, request, places))
  );
}

/** A group by its table or its folder, a type of records by the ids that the request names. */
function concerns(subject: string, request: AwsRequest, places: Places): boolean {
  if (groups.some(({ name }) => name === subject)) {
    return (
      request.places.some((name) => places.groupOf(name) === subject) ||
      (request.service === 's3' && request.ids.some((id) => id.startsWith(`${subject}/`)))
    );
  }
  return request.ids.some((id) => id.startsWith(`${subject}/`) || id.includes(`/${subject}/`));
}
