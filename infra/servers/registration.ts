import type { KeyObject } from 'node:crypto';
import { ApiProblem, makeClient } from '@layers/contract/client';
import { registry } from '@layers/contract/registry';
import { signRequest } from '@layers/http/signed-request';
import { publicKeyOf } from '../key-files.ts';

export interface Membership {
  readonly id: string;
  readonly url: string;
  readonly capacity: number;
  readonly registryUrl: string;
  readonly privateKey: KeyObject;
  /** Sent with the registration where the deployment asks for tokens. */
  readonly token: string | undefined;
}

/** How a lease went on, and in which stores that is (`Mirror`). */
export interface Renewal {
  /** `registered`: the lease was lost. */
  readonly outcome: 'renewed' | 'registered';
  readonly mirror: string;
}

/** Keeps a server in the registry: registers, renews, registers again after its lease lapsed, leaves. */
export class Registration {
  private readonly membership: Membership;
  private readonly client: ReturnType<typeof clientOf>;
  private generation = 1;
  private lastSignedMs = 0;

  constructor(membership: Membership) {
    this.membership = membership;
    this.client = clientOf(membership);
  }

  /** @returns the generation, how often to renew, and in which stores that is. @throws ApiProblem, Error. */
  async register(): Promise<{ generation: number; heartbeatMs: number; mirror: string }> {
    const { id, url, capacity, privateKey } = this.membership;
    const body = { id, url, capacity, publicKey: publicKeyOf(privateKey) };
    const headers = this.signed('POST', '/servers', body);
    const answer = await this.client.registerServer({ headers, body });
    const { generation, heartbeatMs } = answer.body;
    this.generation = generation;
    return { generation, heartbeatMs, mirror: mirrorOf(answer) };
  }

  /** @throws ApiProblem, Error. */
  async renew(load: number): Promise<Renewal> {
    const { id } = this.membership;
    const body = { generation: this.generation, load };
    try {
      const headers = this.signed('POST', `/servers/${id}/heartbeat`, body);
      const answer = await this.client.renewLease({ path: { id }, headers, body });
      return { outcome: 'renewed', mirror: mirrorOf(answer) };
    } catch (error) {
      const lost =
        error instanceof ApiProblem && ['lease-lapsed', 'not-found'].includes(error.problem?.code ?? '');
      if (!lost) throw error;
      const { mirror } = await this.register();
      return { outcome: 'registered', mirror };
    }
  }

  async leave(): Promise<void> {
    const { id } = this.membership;
    await this.client.leaveRegistry({ path: { id }, headers: this.signed('DELETE', `/servers/${id}`, null) });
  }

  /** Each a millisecond later at least, since the registry takes no signature twice. */
  private signed(method: string, path: string, body: unknown) {
    this.lastSignedMs = Math.max(Date.now(), this.lastSignedMs + 1);
    return {
      'tandem-signature': signRequest(this.membership.privateKey, { method, path, body }, this.lastSignedMs),
    };
  }
}

const mirrorOf = ({ headers }: { headers: Headers }) => headers.get('mirror') ?? '';

function clientOf({ registryUrl, token }: Membership) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return makeClient(registry, { baseUrl: registryUrl, headers, timeoutMs: 10_000 });
}
