import { join } from 'node:path';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { runSchemathesis } from '../fuzz/run-schemathesis.ts';
import { interruption } from '../interruption.ts';

const usage = `
npm run fuzz [-- options]
  Sends generated calls to every route of the running npm start, right and wrong ones, and fails on any 5xx, any answer
  that the OpenAPI document does not declare, and any wrong request that is taken. At least 2,000 calls.

  --short       fewer generated calls, each route still met: as at the end of npm test, about a minute
  --seed N      the calls of that seed (1)
  --context C   one context alone: shop, registry, models, …
`;

const options = {
  short: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  context: { type: 'string' },
} as const;

const callsMin = 2_000;

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandFailure({
    what: `--seed ${text} is not a whole number.`,
    next: 'npm run fuzz -- --seed 1',
  });
}

await runCommand(usage, options, async ({ values }) => {
  const stateFolder = stateFolderFrom(process.env);
  const run = readState(stateFolder);
  if (run === undefined)
    throw new CommandFailure({
      what: 'No tandem is running to send calls to.',
      next: 'npm start -- --detach',
    });
  const { short, context } = values;
  const seed = seedOf(values.seed);
  const plan = { apiUrl: run.apiUrl, folder: join(stateFolder, 'fuzz'), short, seed, context };
  const steps = { progress: (text: string) => console.log(text), signal: interruption() };
  const { code, calls } = await runSchemathesis(plan, steps, (text) => process.stdout.write(text));
  if (!short && context === undefined && calls < callsMin)
    throw new CommandFailure({
      what: `Only ${calls} calls were made, not ${callsMin}.`,
      next: 'npm run fuzz',
    });
  return code;
});
