// Asks the endpoint whose account this is, before anything is written. Also a program of its own, for the CDK plug-in,
// whose loading is synchronous: node assert-local-account.mjs URL
import { pathToFileURL } from 'node:url';
import { CommandFailure } from './before-install/command-failure.mjs';

const localAccount = '000000000000';
// The first call of a LocalStack that has just begun waits for the service to load.
const answerMaxMs = 60_000;
const authorization =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=none';

/**
 * @param {string} endpoint
 * @throws CommandFailure when the caller's account there is not the emulator's
 */
export async function assertLocalAccount(endpoint) {
  let account;
  try {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      signal: AbortSignal.timeout(answerMaxMs),
    });
    account = /<Account>(\d+)<\/Account>/.exec(await answer.text())?.[1];
  } catch (error) {
    throw new CommandFailure({
      what: `${endpoint} did not answer.`,
      why: String(error.cause ?? error),
      next: 'npm run status',
    });
  }
  if (account === localAccount) return;
  throw new CommandFailure({
    what: `${endpoint} is not a local emulator: nothing was written.`,
    why: `The caller's account there is ${account ?? 'unknown'}, not ${localAccount}.`,
    next: 'To deploy to AWS: npm run deploy',
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await assertLocalAccount(process.argv[2]).catch((error) => {
    console.error(error.why ?? error.message);
    process.exitCode = 1;
  });
}
