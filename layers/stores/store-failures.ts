import { type FailureReason, StoreFailure } from '@layers/domain/redundancy/store';

/** What the SDK and Node tell of a request that brought no answer. */
interface Told {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly Told[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const beforeConnecting = new Set(['connect', 'getaddrinfo']);
const connectionCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const conflicts = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ConditionalRequestConflict',
  'OperationAborted',
]);

/**
 * A failed call as the protocol has to take it. Effect `none` where the request surely never ran: no connection, or an
 * answer of the kind "your request was refused" (4xx: throttled, invalid, forbidden, or a table or bucket that is gone).
 * Everything else, a 5xx, a reset, a timeout and an answer that cannot be read, may have had its effect.
 */
export function storeFailure(store: string, error: unknown): StoreFailure {
  const told: Told = typeof error === 'object' && error !== null ? error : {};
  return new StoreFailure(store, reasonOf(told), isWithoutEffect(told) ? 'none' : 'unknown', {
    cause: error,
  });
}

function reasonOf(told: Told): FailureReason {
  if (conflicts.has(told.name ?? '')) return 'conflict';
  // The SDK calls a reset connection a TimeoutError too.
  const ranOut = told.name === 'TimeoutError' && (told.code === undefined || told.code === 'ETIMEDOUT');
  return ranOut ? 'timeout' : 'unavailable';
}

function isWithoutEffect(told: Told): boolean {
  const status = told.$metadata?.httpStatusCode;
  // The same request arrived before and is still running: whatever it does counts.
  if (told.name === 'TransactionInProgressException') return false;
  if (status !== undefined) return status >= 400 && status < 500;
  return told.name === 'CredentialsProviderError' || neverConnected(told);
}

function neverConnected(told: Told): boolean {
  if (told.errors !== undefined) return told.errors.length > 0 && told.errors.every(neverConnected);
  if (beforeConnecting.has(told.syscall ?? '') || connectionCodes.has(told.code ?? '')) return true;
  // The SDK's connection timeout has no code of its own.
  return told.name === 'TimeoutError' && String(told.message).includes('did not establish a connection');
}
