import { join } from 'node:path';
import { type ShopFollower, shopFollowers } from '@layers/domain/redundancy/groups';
import {
  App,
  type AppProps,
  CliCredentialsStackSynthesizer,
  DefaultStackSynthesizer,
  type Environment,
  type IStackSynthesizer,
} from 'aws-cdk-lib';
import type { LayersMode } from './constructs/bundle.ts';
import type { NativePlatform } from './constructs/onnx-files.ts';
import { publicKeyOf, type TrustedName, trustedKey } from './key-files.ts';

/** Everything that differs between a laptop and AWS, from the context values `target`, `layers`, `lab`, `allowNet` and `shopFollower`. */
export interface Target {
  readonly name: 'local' | 'aws';
  readonly layers: LayersMode;
  readonly lab: boolean;
  /** Networks (CIDR) beside loopback whose servers may register. */
  readonly allowNet: readonly string[];
  readonly shopFollower: ShopFollower;
  readonly stageName: string;
  readonly native: NativePlatform;
  readonly env: Environment;
  /** Where built code is put before it is zipped. */
  readonly buildFolder: string;
  readonly synthesizer: () => IStackSynthesizer;
  /** Whose signatures count, as an Ed25519 key of 32 bytes in base64url; `undefined`: nobody's. */
  readonly trusted: (name: TrustedName) => string | undefined;
}

const localAccount = '000000000000';

function oneOf<const T extends string>(app: App, key: string, allowed: readonly T[], byDefault: string): T {
  const value: unknown = app.node.tryGetContext(key) ?? byDefault;
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new Error(`-c ${key}=${String(value)} is not known. Use one of: ${allowed.join(', ')}`);
  return found;
}

/** `-c oraclePublicKey=…`; on a laptop a key is made that commands sign with. */
function readTrusted(app: App, local: boolean, name: TrustedName): string | undefined {
  const given: unknown = app.node.tryGetContext(`${name}PublicKey`);
  if (given === undefined) return local ? publicKeyOf(trustedKey(name)) : undefined;
  if (typeof given === 'string' && /^[A-Za-z0-9_-]{43}$/.test(given)) return given;
  throw new Error(`-c ${name}PublicKey is no Ed25519 key: 32 bytes in base64url, 43 characters.`);
}

function refuseMixture(
  name: Target['name'],
  lab: boolean,
  account: string | undefined,
  startedFor: string | undefined,
): void {
  if (name === 'aws' && lab)
    throw new Error('Lab routes break things on purpose and are never deployed to AWS: drop -c lab=true.');
  if (name === 'aws' && startedFor !== 'aws') throw new Error('To deploy to AWS use: npm run deploy');
  if (name === 'local' && account !== undefined && account !== localAccount) {
    throw new Error(
      `These credentials belong to the real account ${account}. To deploy to AWS use: npm run deploy`,
    );
  }
}

function allowedNetworks(app: App, byDefault: string | undefined): readonly string[] {
  const value: unknown = app.node.tryGetContext('allowNet') ?? byDefault;
  return typeof value === 'string' ? value.split(',').filter((network) => network !== '') : [];
}

/**
 * Reads the context.
 * @throws Error for an unknown value, for lab routes on AWS, and for an account that does not fit the target: a local
 * deploy never reaches a real account, whatever keys lie around.
 */
export function readTarget(app: App, environment: NodeJS.ProcessEnv): Target {
  const name = oneOf(app, 'target', ['local', 'aws'], 'local');
  // By hand, `npx cdk deploy` into the emulator of `npm start` keeps what that has deployed.
  const told = name === 'local' ? environment : {};
  const lab = oneOf(app, 'lab', ['true', 'false'], told.TANDEM_LAB ?? 'false') === 'true';
  const account = environment.CDK_DEFAULT_ACCOUNT;
  refuseMixture(name, lab, account, environment.TANDEM_TARGET);
  const local = name === 'local';
  return {
    name,
    lab,
    allowNet: allowedNetworks(app, told.TANDEM_ALLOW_NET),
    layers: oneOf(app, 'layers', ['mounted', 'inline'], told.TANDEM_LAYERS ?? 'mounted'),
    // By hand, too, a deploy keeps what is there: a group's stores cannot be exchanged under it.
    shopFollower: oneOf(app, 'shopFollower', shopFollowers, told.TANDEM_SHOP_FOLLOWER ?? 'documents'),
    stageName: local ? 'local' : 'live',
    native: local ? process : { platform: 'linux', arch: 'arm64' },
    env: local
      ? { account: localAccount, region: 'us-east-1' }
      : { account: account ?? '', region: environment.CDK_DEFAULT_REGION ?? '' },
    buildFolder: join(app.outdir, 'build'),
    // Locally the assets go to a bucket that the start command makes: no bootstrap stack to wait for.
    // The cast: aws-cdk-lib is not compiled with exactOptionalPropertyTypes.
    synthesizer: () =>
      (local
        ? new CliCredentialsStackSynthesizer({ fileAssetsBucketName: 'tandem-assets', bucketPrefix: '' })
        : new DefaultStackSynthesizer()) as IStackSynthesizer,
    trusted: (trustedName) => readTrusted(app, local, trustedName),
  };
}

export function makeApp(props: AppProps = {}): App {
  return new App({ analyticsReporting: false, ...props });
}
