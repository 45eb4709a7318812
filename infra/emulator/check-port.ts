import { CommandFailure } from './before-install/command-failure.mjs';
import { waitUntil } from './end-processes.ts';
import { freePortAfter, portOwner, tryPort } from './port-owner.ts';

const orphanedMaxMs = 5000;

/** @throws CommandFailure naming who holds the port, and the command with a free one */
export async function checkPort(port: number, listen: string): Promise<void> {
  if ((await tryPort(port, listen)) !== undefined) return;
  const owner = await portOwner(port);
  // Held by nobody: a killed run's sockets are closed a moment after its process is gone.
  const isFree = async () => (await tryPort(port, listen)) !== undefined;
  if (owner === undefined && (await waitUntil(isFree, orphanedMaxMs))) return;
  const free = await freePortAfter(port, listen);
  throw new CommandFailure({
    what: `Port ${port} on ${listen} cannot be used.`,
    why: owner
      ? `Process ${owner.pid} listens there: ${owner.program}`
      : 'A process of another user listens there, or the address is none of this machine.',
    next: `npm start -- --port ${free ?? 'N'}`,
  });
}
