import * as z from 'zod/mini';

type Issue = Parameters<NonNullable<NonNullable<Parameters<typeof z.config>[0]>['customError']>>[0];

const limit = (issue: Issue, word: string, bound: unknown) =>
  issue.origin === 'string'
    ? `must have ${word} ${String(bound)} characters`
    : `must be ${word} ${String(bound)}`;

/** What a field lacks, in the voice of the contract's own messages. */
function messageOf(issue: Issue): string | undefined {
  if (issue.input === undefined || issue.input === '') return 'is needed';
  if (issue.code === 'invalid_type')
    return issue.expected === 'int' ? 'must be a whole number' : `must be a ${issue.expected}`;
  if (issue.code === 'too_small') return limit(issue, 'at least', issue.minimum);
  if (issue.code === 'too_big') return limit(issue, 'at most', issue.maximum);
  return undefined;
}

z.config({ jitless: true, customError: messageOf });
