import { join } from 'node:path';
import { publicKeyOf } from '@layers/http/derived-keys';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { keyOf } from '../key-files.ts';
import { askedOf } from '../ledger/asked.ts';
import { creditKey, leaveStakeAs, readAccount, stakeAs, withdrawAs } from '../ledger/send-claim.ts';

const usage = `
npm run stake -- --name NAME [--dataset DATASET] [-- options]
  Puts 100 units of a member's at stake in a data set, signed by its key (.tandem/run/member-keys, made by npm run member
  or npm run join), and shows its account. Without --dataset the account alone.

  --amount N     micro-units: 1000000 to 100000000 (100000000)
  --credit       credited first by this laptop's operator
  --leave        takes the stake out of --dataset instead: unlocked after 21 settled rounds
  --withdraw N   withdraws settled micro-units
  --api URL      the API of a deployment on another computer
`;

const options = {
  name: { type: 'string' },
  dataset: { type: 'string' },
  amount: { type: 'string', default: '100000000' },
  credit: { type: 'boolean', default: false },
  leave: { type: 'boolean', default: false },
  withdraw: { type: 'string' },
  api: { type: 'string' },
} as const;

const say = (what: string) => (seq: number) => console.log(`Entry ${seq}: ${what}.`);

await runCommand(usage, options, async ({ values }) => {
  const { name, dataset, amount, credit, leave, withdraw } = values;
  if (name === undefined) throw new CommandFailure({ what: 'Whose stake?', next: usage.trim() });
  const stateFolder = stateFolderFrom(process.env);
  const apiUrl = (values.api ?? readState(stateFolder)?.apiUrl)?.replace(/\/$/, '');
  if (apiUrl === undefined)
    throw new CommandFailure({ what: 'No tandem is running here.', next: 'npm start -- --detach' });
  const key = keyOf(join(stateFolder, 'member-keys'), name);
  const publicKey = publicKeyOf(key);
  return askedOf(apiUrl, async () => {
    if (credit) await creditKey(apiUrl, publicKey, amount).then(say(`${amount} are credited`));
    if (withdraw !== undefined)
      await withdrawAs(apiUrl, key, withdraw).then(say(`${withdraw} are withdrawn`));
    if (dataset !== undefined && leave)
      await leaveStakeAs(apiUrl, key, dataset).then(say(`${name} leaves ${dataset}`));
    if (dataset !== undefined && !leave)
      await stakeAs(apiUrl, key, dataset, amount).then(say(`${amount} are at stake in ${dataset}`));
    const { settled, locked } = await readAccount(apiUrl, publicKey);
    console.log(`${name} (${publicKey}): ${settled} settled`);
    for (const each of locked)
      console.log(
        `  ${each.amount} at stake in ${each.dataset}, of which ${each.bond} are never wagered: ${each.state}`,
      );
    return 0;
  });
});
