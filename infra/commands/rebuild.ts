import { compareFollower } from '@layers/domain/redundancy/compare';
import type { Context } from '@layers/domain/redundancy/context';
import { type Group, groups } from '@layers/domain/redundancy/groups';
import { takeLease } from '@layers/domain/redundancy/lease';
import { readIncarnation } from '@layers/domain/redundancy/row-follower';
import { dynamodbClient } from '@layers/stores/clients';
import { openProtocol } from '../drills/open-protocol.ts';
import { patiently } from '../drills/patience.ts';
import { rebuildGroup } from '../drills/rebuild-group.ts';
import { wipeTable } from '../drills/wipe-table.ts';
import { CommandFailure } from '../emulator/before-install/command-failure.mjs';
import { runCommand } from '../emulator/command-line.ts';
import { stateFolderFrom } from '../emulator/paths.ts';
import { readState } from '../emulator/state-file.ts';

const usage = `
npm run rebuild -- --group GROUP [--wipe]
  Restores the wiped DynamoDB table of a group of the running npm start from its JSON documents in S3 alone, while reads
  are answered, and compares both afterwards. Refused while the table is still the one that decides.

  --group GROUP  ${groups
    .filter(({ follower }) => follower?.structure === 'documents')
    .map(({ name }) => name)
    .join(', ')}
  --wipe         wipes the table first, to see it come back: every row of it is deleted
`;

const options = {
  group: { type: 'string', default: '' },
  wipe: { type: 'boolean', default: false },
} as const;

const rebuildMaxMs = 300_000;

function refuse(what: string, why: string, next: string): never {
  throw new CommandFailure({ what, why, next });
}

function requireRebuildable(name: string, deployed: readonly Group[]): void {
  const group = deployed.find((one) => one.name === name);
  if (group?.follower?.structure === 'documents') return;
  const why = 'Only a group whose follower is JSON documents is rebuilt; one of rows is promoted.';
  refuse(
    `There is nothing to rebuild ${name === '' ? 'without a --group' : `"${name}"`} from.`,
    why,
    'npm run rebuild -- --group shop',
  );
}

/** A store that still has the incarnation of the control row was not wiped. */
async function requireWiped({ env, group }: Context): Promise<void> {
  const { control } = await takeLease(env, group.name);
  const rows = env.rows[control.authority];
  const found = rows === undefined ? undefined : await readIncarnation(rows, group.name);
  if (control.mode !== 'NORMAL' || found !== control.incarnations[control.authority]) return;
  const why = `${control.authority} holds what it decided; a rebuild would only risk it.`;
  refuse(
    `The group ${group.name} was not wiped.`,
    why,
    `npm run rebuild -- --group ${group.name} --wipe   to try it`,
  );
}

await runCommand(usage, options, async ({ values }) => {
  const run = readState(stateFolderFrom(process.env));
  if (run === undefined)
    throw new CommandFailure({ what: 'No tandem is running.', next: 'npm start -- --detach' });
  const protocol = await openProtocol(run.endpoint);
  requireRebuildable(values.group, protocol.names.groups);
  const context = protocol.contextOf(values.group);
  if (values.wipe) {
    const { control } = await takeLease(context.env, values.group);
    const table = protocol.names.tables[control.authority]?.[values.group] ?? '';
    console.log(`Wiped: ${await wipeTable(dynamodbClient(), table)} items of ${table}`);
  } else await requireWiped(context);
  const startedAt = performance.now();
  const tell = (step: string) =>
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${step}`);
  await rebuildGroup(context, protocol.turns, rebuildMaxMs, tell);
  const compared = await patiently(() => compareFollower(context, false));
  const differing = compared?.differing.length ?? -1;
  tell(`${compared?.compared ?? 0} records compared with the documents: ${differing} differ`);
  return differing === 0 ? 0 : 1;
});
