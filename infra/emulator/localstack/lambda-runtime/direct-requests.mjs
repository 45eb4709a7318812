/** Where what a function asks of the emulator goes: it, the fault proxy, or DynamoDB Local. */
import { asksForItems, authorizationForItems } from './item-requests.mjs';

const { statSync } = process.getBuiltinModule('node:fs');
const { Agent } = process.getBuiltinModule('node:http');

/**
 * `diversion.flagFile` exists while a fault is in force; then the request goes to the fault proxy, as the function made
 * it. Otherwise one for items goes to DynamoDB Local at `itemsPort`, and any other where it was sent. Only the port of
 * the connection changes, never the address that the function knows. Looking for the file takes microseconds.
 */
export function directRequests({ emulatorPort, itemsPort, diversion }) {
  const { addRequest } = Agent.prototype;
  const isFaulty = () => diversion && statSync(diversion.flagFile, { throwIfNoEntry: false }) !== undefined;
  const portOf = (request) => {
    if (isFaulty()) return diversion.proxyPort;
    if (!itemsPort || !asksForItems(request.getHeader('x-amz-target'))) return emulatorPort;
    request.setHeader('authorization', authorizationForItems(request.getHeader('authorization')));
    return itemsPort;
  };
  Agent.prototype.addRequest = function direct(request, options, ...rest) {
    const isForEmulator = Number(options?.port) === emulatorPort;
    return addRequest.call(
      this,
      request,
      isForEmulator ? { ...options, port: portOf(request) } : options,
      ...rest,
    );
  };
}
