import type { ProcessIdentity } from './process-identity.mjs';

export declare const commandsThatOnlyLook: readonly string[];
export declare function answerWithoutPackages(
  command: string,
  args: readonly string[],
  found: { problem: string; run: ProcessIdentity | undefined },
): Promise<number>;
