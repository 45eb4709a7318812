import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertLocalAccount } from './assert-local-account.mjs';
import { localAwsEnvironment, withoutAws } from './local-aws-environment.cjs';
import { cdkProgram, pinnedNode, root } from './paths.ts';
import { runTool } from './run-tool.ts';
import { makeAssetsBucket } from './touch-services.ts';

const synthMaxMs = 180_000;
const deployMaxMs = 600_000;

/** Which way the shared code travels: as a Lambda layer, or inside each function (for an emulator that mounts none). */
export type LayersMode = 'mounted' | 'inline';

interface StackOptions {
  readonly stateFolder: string;
  readonly layers: LayersMode;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Kept from run to run: the CLI finds the zips of unchanged assets in it. */
const assemblyFolder = (stateFolder: string): string => join(stateFolder, 'cdk.out');

function withPinnedNode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = `${join(root, 'node_modules', '.bin')}:${environment['PATH'] ?? ''}`;
  return { ...environment, PATH: path, FORCE_COLOR: '0' };
}

/** Makes the CloudFormation templates and bundles the code. Needs no emulator. */
export async function synthesizeStacks({ stateFolder, layers, signal, note }: StackOptions): Promise<void> {
  const args = [
    'synth',
    '--quiet',
    '--output',
    assemblyFolder(stateFolder),
    '-c',
    'target=local',
    '-c',
    `layers=${layers}`,
  ];
  await runTool(pinnedNode, [cdkProgram, ...args], {
    cwd: root,
    env: withPinnedNode({ ...withoutAws(process.env), TANDEM_STATE_FOLDER: stateFolder }),
    timeoutMs: synthMaxMs,
    failing: 'The stacks could not be synthesized.',
    next: 'npx cdk synth',
    signal,
    onLine: note,
  });
}

/**
 * Deploys what was synthesized, with the CDK CLI, to an emulator whose account was asserted.
 * @returns how many resources the stacks have
 */
export async function deployStacks(options: StackOptions & { readonly endpoint: string }): Promise<number> {
  const { endpoint, stateFolder, signal, note } = options;
  await assertLocalAccount(endpoint);
  await makeAssetsBucket(endpoint);
  const args = ['deploy', '--all', '--app', assemblyFolder(stateFolder), '--require-approval', 'never'];
  await runTool(pinnedNode, [cdkProgram, ...args, '--concurrency', '2', '--progress', 'events'], {
    cwd: root,
    env: withPinnedNode({ ...localAwsEnvironment(process.env, endpoint), TANDEM_STATE_FOLDER: stateFolder }),
    timeoutMs: deployMaxMs,
    failing: 'The stacks could not be deployed.',
    next: 'npx cdk diff   shows what differs; LocalStack’s log is in the state folder',
    signal,
    onLine: (line) => note(line.replaceAll(/\s+/g, ' ').slice(0, 80)),
  });
  return resourceCount(assemblyFolder(stateFolder));
}

function resourceCount(folder: string): number {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  };
  const stacks = Object.values(manifest.artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const counts = stacks.map(({ properties }) => {
    const template = JSON.parse(readFileSync(join(folder, properties?.templateFile ?? ''), 'utf8')) as {
      Resources?: Record<string, unknown>;
    };
    return Object.keys(template.Resources ?? {}).length;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
