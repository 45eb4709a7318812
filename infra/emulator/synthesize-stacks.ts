import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ShopFollower } from '@layers/domain/redundancy/groups';
import { publicKeyOf, trustedKey, trustedNames } from '../key-files.ts';
import { withPinnedNode } from './deploy-stacks.ts';
import { type InstallSteps, installFolder } from './install-folder.ts';
import { withoutAws } from './local-aws-environment.cjs';
import { cdkProgram, pinnedNode, root, tandemFolder } from './paths.ts';
import { runTool } from './run-tool.ts';

const synthMaxMs = 180_000;
const assembliesMax = 4;
const sources = ['infra', 'functions', 'layers', 'cdk.json', 'package-lock.json'];
const prefix = 'assembly-';

/** Which way the shared code travels: as a Lambda layer, or inside each function (for an emulator that mounts none). */
export type LayersMode = 'mounted' | 'inline';

export interface StackChoices {
  readonly layers: LayersMode;
  /** Networks (CIDR) beside loopback whose servers may register. */
  readonly allowNet: readonly string[];
  readonly shopFollower: ShopFollower;
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).filter(
    ({ name }) => !['node_modules', '__pycache__'].includes(name),
  );
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesBelow(join(path, name)));
}

/** A digest of everything the templates and bundles are made from. */
function digestOfSources({ layers, allowNet, shopFollower }: StackChoices): string {
  const choices = [layers, shopFollower, process.platform, process.arch, ...allowNet];
  const hash = createHash('sha256').update(`${choices.join(' ')}\n`);
  for (const file of sources.flatMap((source) => filesBelow(join(root, source)))) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(root, file)} ${content}\n`);
  }
  // They stand in the templates.
  for (const name of trustedNames) hash.update(`${name} ${publicKeyOf(trustedKey(name))}\n`);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes the CloudFormation templates and bundles the code, unless that was done from the same sources before. Needs no
 * emulator. The folder also keeps the zips that the CLI makes of the assets.
 * @returns the cloud assembly's folder
 * @throws CommandFailure with what the CLI said
 */
export async function synthesizeStacks(
  choices: StackChoices,
  { progress, signal }: InstallSteps,
): Promise<{ folder: string; detail: string }> {
  const folder = join(tandemFolder, `${prefix}${digestOfSources(choices)}`);
  const isIntact = (path: string): boolean => existsSync(join(path, 'manifest.json'));
  const build = async (output: string): Promise<void> => {
    await runTool(
      pinnedNode,
      [
        cdkProgram,
        'synth',
        '--quiet',
        '--output',
        output,
        '-c',
        'target=local',
        '-c',
        `layers=${choices.layers}`,
        '-c',
        'lab=true',
        '-c',
        `allowNet=${choices.allowNet.join(',')}`,
        '-c',
        `shopFollower=${choices.shopFollower}`,
      ],
      {
        cwd: root,
        env: withPinnedNode(withoutAws(process.env)),
        timeoutMs: synthMaxMs,
        failing: 'The stacks could not be synthesized.',
        next: 'npx cdk synth',
        signal,
        onLine: progress,
      },
    );
  };
  const built = await installFolder({ folder, isIntact, build, progress, signal });
  if (built) await removeOldAssemblies();
  return { folder, detail: built ? 'templates and bundles made' : 'sources unchanged' };
}

async function removeOldAssemblies(): Promise<void> {
  const folders = readdirSync(tandemFolder)
    .filter((name) => name.startsWith(prefix) && !name.includes('.'))
    .map((name) => join(tandemFolder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  await Promise.all(
    folders.slice(assembliesMax).map((folder) => rm(folder, { recursive: true, force: true })),
  );
}
