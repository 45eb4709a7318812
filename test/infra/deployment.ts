import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildCode } from '../../infra/constructs/bundle.ts';
import { ServiceStack } from '../../infra/stacks/service.ts';
import { StateStack } from '../../infra/stacks/state.ts';
import { makeApp, readTarget } from '../../infra/target.ts';

export interface Deployment {
  readonly app: App;
  readonly state: StateStack;
  readonly service: ServiceStack;
}

const accounts = {
  local: {},
  aws: { TANDEM_TARGET: 'aws', CDK_DEFAULT_ACCOUNT: '111111111111', CDK_DEFAULT_REGION: 'eu-central-1' },
} as const;

/** The stacks as they are deployed to a target, in a folder of their own. `nagged`: with cdk-nag's AwsSolutions. */
export async function deploymentTo(
  target: keyof typeof accounts,
  context: Record<string, string> = {},
  nagged = false,
): Promise<Deployment> {
  const app = makeApp({
    outdir: mkdtempSync(join(tmpdir(), 'tandem-synth-')),
    context: { target, ...context },
  });
  if (nagged) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const read = readTarget(app, accounts[target]);
  const state = new StateStack(app, 'tandem-state', read);
  const code = await buildCode(read.buildFolder, read.layers, read.native);
  return { app, state, service: new ServiceStack(app, 'tandem-service', read, state, code) };
}
