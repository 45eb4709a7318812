import { join } from 'node:path';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { keyOf } from '../key-files.ts';
import { joinAs, leaveAs } from '../members/membership.ts';

const usage = `
npm run join -- --name NAME --dataset DATASET --url URL [-- options]
  Joins a server of yours, in whatever language, that answers GET /predict with the standard answer: it needs no key.
  The name belongs to a key that is made here (.tandem/run/member-keys).

  --model NAME   ask for this model, where the server has several
  --api URL      the API of a deployment on another computer
  --leave        leave instead (no --url)
`;

const options = {
  name: { type: 'string' },
  dataset: { type: 'string' },
  url: { type: 'string' },
  model: { type: 'string' },
  api: { type: 'string' },
  leave: { type: 'boolean', default: false },
} as const;

interface Given {
  readonly name?: string | undefined;
  readonly dataset?: string | undefined;
  readonly url?: string | undefined;
  readonly api?: string | undefined;
  readonly leave: boolean;
}

function identityOf({ name, dataset, url, api, leave }: Given) {
  if (name === undefined || dataset === undefined || (url === undefined && !leave))
    throw new CommandFailure({ what: 'Who joins what, and where is it?', next: usage.trim() });
  const stateFolder = stateFolderFrom(process.env);
  const apiUrl = (api ?? readState(stateFolder)?.apiUrl)?.replace(/\/$/, '');
  if (apiUrl === undefined)
    throw new CommandFailure({ what: 'No tandem is running here.', next: 'npm start -- --detach' });
  const key = keyOf(join(stateFolder, 'member-keys'), name);
  return { apiUrl, name, dataset, key, token: process.env.TANDEM_TOKEN };
}

await runCommand(usage, options, async ({ values }) => {
  const identity = identityOf(values);
  const { name, dataset } = identity;
  if (values.leave) {
    await leaveAs(identity);
    console.log(`${name} left ${dataset}.`);
    return 0;
  }
  const { url = '', model } = values;
  const at = { url, protocol: 'plain', ...(model === undefined ? {} : { model }) } as const;
  const { probation } = await joinAs({ ...identity, ...at });
  console.log(`${name} is a member of ${dataset}; it counts after ${probation} batches of 20 outcomes.`);
  return 0;
});
