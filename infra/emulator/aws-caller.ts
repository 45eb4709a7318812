import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CommandFailure } from './before-install/command-failure.mjs';

export interface AwsCaller {
  readonly account: string;
  readonly arn: string;
  readonly region: string;
}

const emulatorAccount = '000000000000';

/**
 * What is refused before AWS is asked anything.
 * @param canAsk whether somebody can answer the question, or has answered it with --yes
 * @throws CommandFailure
 */
export function refuseBeforeAsking(
  environment: NodeJS.ProcessEnv,
  context: readonly string[],
  canAsk: boolean,
): void {
  const endpoints = Object.keys(environment).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
  if (endpoints.length > 0) {
    throw new CommandFailure({
      what: 'This deploys to AWS, but an endpoint is set.',
      why: `${endpoints.join(', ')} would send it elsewhere, such as to an emulator.`,
      next: `unset ${endpoints.join(' ')}`,
    });
  }
  if (context.some((pair) => /^lab=(?!false$)/.test(pair))) {
    throw new CommandFailure({
      what: 'Lab routes break things on purpose and are never deployed to AWS.',
      next: 'npm run deploy   without -c lab',
    });
  }
  const fixed = context.find((pair) => !pair.includes('=') || pair.startsWith('target='));
  if (fixed !== undefined) {
    throw new CommandFailure({
      what: `-c ${fixed} cannot be given here.`,
      why: 'It takes key=value, and the target is AWS.',
      next: 'npm run deploy',
    });
  }
  if (canAsk) return;
  throw new CommandFailure({
    what: 'Nobody can be asked here: there is no terminal.',
    why: 'A deployment to AWS is shown and confirmed first.',
    next: 'npm run deploy -- --yes',
  });
}

/** Whose credentials these are. @throws CommandFailure when there are none, or AWS does not take them */
export async function askAws(): Promise<AwsCaller> {
  const client = new STSClient({ maxAttempts: 2 });
  try {
    const region = await client.config.region();
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account ?? '', arn: Arn ?? '', region };
  } catch (error) {
    throw new CommandFailure({
      what: 'AWS did not say whose credentials these are.',
      why: error instanceof Error ? error.message : String(error),
      next: 'aws configure   (or set AWS_PROFILE and AWS_REGION), then npm run deploy',
    });
  }
}

/** @throws CommandFailure for the emulator's account, which a configured endpoint_url can lead to */
export function refuseCaller({ account }: AwsCaller): void {
  if (/^\d{12}$/.test(account) && account !== emulatorAccount) return;
  throw new CommandFailure({
    what: `Account ${account || 'unknown'} is an emulator's, not one of AWS.`,
    why: 'Fake keys are set, or an endpoint_url in your AWS configuration.',
    next: 'Set your own credentials, then npm run deploy. For the emulator: npx cdk deploy --all',
  });
}
