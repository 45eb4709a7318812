import type { ProcessIdentity } from './process-identity.mjs';

export interface LockHolder extends ProcessIdentity {
  readonly command: string;
}
export type LockAttempt =
  | { readonly release: () => void; readonly holder?: undefined }
  | { readonly release?: undefined; readonly holder: LockHolder | undefined };
export declare function tryLock(folder: string, name: string, command: string): LockAttempt;
export declare function withLock<T>(
  options: {
    folder: string;
    name: string;
    command: string;
    waitMaxMs?: number;
    onWait?: (holder: LockHolder) => void;
  },
  work: () => Promise<T>,
): Promise<T>;
