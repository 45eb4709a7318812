import type { registry } from '@layers/contract/registry';
import type { Handlers } from '@layers/http/serve';
import { getServer } from './get-server.ts';
import { leaveRegistry } from './leave-registry.ts';
import { listServers } from './list-servers.ts';
import { registerServer } from './register-server.ts';
import type { RegistryParts } from './registry-parts.ts';
import { renewLease } from './renew-lease.ts';

export function registryHandlers(parts: RegistryParts): Handlers<typeof registry> {
  return {
    getServer: getServer(parts),
    listServers: listServers(parts),
    registerServer: registerServer(parts),
    renewLease: renewLease(parts),
    leaveRegistry: leaveRegistry(parts),
  };
}
