import { ApiProblem } from '@layers/contract/client';

/** What went wrong, to be read by whoever sits in front of it. */
export interface Failure {
  readonly title: string;
  readonly detail: string;
  /** Of the catalogue, where the system itself answered. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Wrong fields, by JSON pointers into `{path, query, headers, body}`. */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  /** Nobody answered, or not the system. */
  readonly down: boolean;
}

const none = { code: undefined, status: undefined, requestId: undefined, errors: [], down: false } as const;

/** Turns whatever a call threw into words. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiProblem) {
    const { problem, status } = error;
    if (problem === undefined)
      return {
        ...none,
        status,
        down: true,
        title: 'The system is down',
        detail: `Something else answered with ${status}.`,
      };
    const { title, detail, code, requestId, errors = [] } = problem;
    return { title, detail, code, status, requestId, errors, down: false };
  }
  if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))
    return { ...none, down: true, title: 'The system is down', detail: 'Nobody answers at its address.' };
  const text = error instanceof Error ? error.message : String(error);
  return { ...none, title: 'The answer breaks the contract', detail: text.slice(0, 500) };
}
