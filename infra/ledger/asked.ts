import { ApiProblem } from '@layers/contract/client';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';

/** What fetch and its time limit throw where nobody answers. */
const isNoAnswer = (error: unknown): error is Error => {
  const { name, message } = error as Error;
  return name === 'TimeoutError' || (name === 'TypeError' && message === 'fetch failed');
};

/**
 * What an API refuses, or does not answer, is for the person at the terminal to read.
 * @throws CommandFailure; anything else is a defect of ours and thrown as it is.
 */
export async function askedOf<Result>(apiUrl: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiProblem)
      throw new CommandFailure({
        what: error.problem?.title ?? `${apiUrl} answered with status ${error.status}.`,
        why: [error.problem?.detail ?? error.message, ...detailsOf(error)].join('\n'),
        next: error.status === 404 ? 'Check the name, and the address.' : 'npm run ledger -- --help',
      });
    if (!isNoAnswer(error)) throw error;
    throw new CommandFailure({
      what: `${apiUrl} does not answer.`,
      why: error.cause instanceof Error ? error.cause.message : error.message,
      next: 'npm run status',
    });
  }
}

const detailsOf = ({ problem }: ApiProblem) =>
  (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
