import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { type AwsCaller, askAws, refuseBeforeAsking, refuseCaller } from '../aws-caller.ts';
import { CommandFailure } from '../before-install/command-failure.mjs';
import { runCommand } from '../command-line.ts';
import { withPinnedNode } from '../deploy-stacks.ts';
import { cdkProgram, pinnedNode, root } from '../paths.ts';

const usage = `
npm run deploy [-- --yes] [-c key=value]
  Deploys the stacks to AWS with your own credentials (AWS_PROFILE, AWS_REGION and the like), after showing what would
  change and asking. --yes does not ask.
`;

async function cdk(...args: string[]): Promise<void> {
  const child = spawn(pinnedNode, [cdkProgram, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: withPinnedNode({ ...process.env, TANDEM_TARGET: 'aws' }),
  });
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code === 0) return;
  throw new CommandFailure({
    what: `cdk ${args[0]} ended with ${code}.`,
    why: 'Its lines above say why. An account that CDK has never deployed to must be bootstrapped once.',
    next: 'TANDEM_TARGET=aws npx cdk bootstrap -c target=aws',
  });
}

async function confirmed({ account, region }: AwsCaller): Promise<boolean> {
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await line.question(
    `\nDeploy this to account ${account} in ${region}? It may cost money. (yes/no) `,
  );
  line.close();
  return answer.trim().toLowerCase() === 'yes';
}

const options = {
  yes: { type: 'boolean', default: false },
  context: { type: 'string', short: 'c', multiple: true, default: [] as string[] },
} as const;

await runCommand(usage, options, async ({ values }) => {
  refuseBeforeAsking(process.env, values.context, values.yes || process.stdin.isTTY);
  const caller = await askAws();
  refuseCaller(caller);
  const context = ['target=aws', ...values.context].flatMap((pair) => ['-c', pair]);
  console.log(`Account ${caller.account}, ${caller.region}, as ${caller.arn}\n`);
  await cdk('diff', ...context);
  if (!values.yes && !(await confirmed(caller))) {
    console.log('Nothing was deployed.');
    return 0;
  }
  // Approved above, where the diff also shows what the roles may do.
  await cdk('deploy', '--all', '--require-approval', 'never', ...context);
  return 0;
});
