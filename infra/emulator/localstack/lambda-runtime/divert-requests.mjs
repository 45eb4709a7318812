/** Sends what a function asks of the emulator through the fault proxy, while a fault is in force. */
import { statSync } from 'node:fs';
import { Agent } from 'node:http';

/**
 * `flagFile` exists while a fault is in force. Only the port of the connection changes: the request, its Host and its
 * signature stay as the function made them. Looking for the file takes microseconds, a request milliseconds.
 */
export function divertWhileFaulty({ flagFile, emulatorPort, proxyPort }) {
  const { addRequest } = Agent.prototype;
  Agent.prototype.addRequest = function divert(request, options, ...rest) {
    const isDiverted =
      Number(options?.port) === emulatorPort && statSync(flagFile, { throwIfNoEntry: false }) !== undefined;
    return addRequest.call(this, request, isDiverted ? { ...options, port: proxyPort } : options, ...rest);
  };
}
