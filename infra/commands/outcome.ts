import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';
import { sayOutcome } from '../members/oracle.ts';

const usage = `
npm run outcome -- PREDICTION TRUTH [-- --api URL]
  Says what was true of a counting prediction, signed with the oracle's key that this laptop's deployment trusts
  (.tandem/keys/oracle.pem): npm run outcome -- titanic-000000001 survived

  --api URL   another deployment that trusts the same key
`;

await runCommand(usage, { api: { type: 'string' } }, async ({ values, positionals }) => {
  const [predictionId, truth] = positionals;
  if (predictionId === undefined || truth === undefined || positionals.length > 2)
    throw new CommandFailure({ what: 'Which prediction, and what was true?', next: usage.trim() });
  const apiUrl = values.api ?? readState(stateFolderFrom(process.env))?.apiUrl;
  if (apiUrl === undefined)
    throw new CommandFailure({ what: 'No tandem is running here.', next: 'npm start -- --detach' });
  const number = /^[+-]?\d+(\.\d+)?$/.test(truth);
  const judged = await sayOutcome(apiUrl, predictionId, number ? Number(truth) : truth);
  console.log(`${judged.id} is ${judged.state}: ${judged.outcome?.truth ?? ''}`);
  return 0;
});
