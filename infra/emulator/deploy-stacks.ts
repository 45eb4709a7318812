import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertLocalAccount } from './assert-local-account.mjs';
import { localAwsEnvironment } from './local-aws-environment.cjs';
import { cdkProgram, pinnedNode, root } from './paths.ts';
import { runTool } from './run-tool.ts';
import { makeAssetsBucket, untilTablesAnswer } from './touch-services.ts';

const deployMaxMs = 300_000;

/** For the CDK CLI, whose app runs as `node infra/app.ts`: that has to be the pinned Node. */
export function withPinnedNode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = `${join(root, 'node_modules', '.bin')}:${environment.PATH ?? ''}`;
  return { ...environment, PATH: path, FORCE_COLOR: '0' };
}

export interface DeployOptions {
  readonly assembly: string;
  readonly endpoint: string;
  readonly stateFolder: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/**
 * Deploys an assembly with the CDK CLI, to an emulator whose account was asserted.
 * @returns how many resources the stacks have
 * @throws CommandFailure with what the CLI said, or why there can be no tables
 */
export async function deployStacks({
  assembly,
  endpoint,
  stateFolder,
  signal,
  note,
}: DeployOptions): Promise<number> {
  await assertLocalAccount(endpoint);
  await makeAssetsBucket(endpoint);
  const args = ['deploy', '--all', '--app', assembly, '--require-approval', 'never'];
  const noTables = new AbortController();
  const deployed = runTool(pinnedNode, [cdkProgram, ...args, '--concurrency', '2', '--progress', 'events'], {
    cwd: root,
    env: withPinnedNode({ ...localAwsEnvironment(process.env, endpoint), TANDEM_STATE_FOLDER: stateFolder }),
    timeoutMs: deployMaxMs,
    failing: 'The stacks could not be deployed.',
    next: `less ${join(stateFolder, 'localstack.log')}`,
    signal: AbortSignal.any([signal, noTables.signal]),
    onLine: (line) => note(line.replaceAll(/\s+/g, ' ').slice(0, 80)),
  });
  const tables = untilTablesAnswer(endpoint, join(stateFolder, 'dynamodb.log')).catch((error: unknown) => {
    noTables.abort();
    throw error;
  });
  // The cause first, then what came of it; neither goes on when this has ended.
  for (const outcome of await Promise.allSettled([tables, deployed]))
    if (outcome.status === 'rejected') throw outcome.reason;
  return resourceCount(assembly);
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
