import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Target } from '../target.ts';
import type { TandemFunction } from './tandem-function.ts';

/** On a laptop, other processes of it may be called; `-c allowNet=192.168.1.0/24` adds a network. */
const loopback = ['127.0.0.0/8', '::1/128'] as const;

interface Tokens {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: ISecret;
}

/** What stands between callers and the shop: the secret behind cursors, whose tokens count, which networks may be called. */
export class Edge extends Construct {
  private readonly target: Target;
  private readonly cursorSecret: Secret;
  private readonly tokens: Tokens | undefined;

  /** @throws Error for AWS without an issuer, unless `-c auth=off` says that this is meant. */
  constructor(scope: Construct, id: string, target: Target) {
    super(scope, id);
    this.target = target;
    this.cursorSecret = new Secret(this, 'cursors', {
      description: 'Seals the cursors of lists.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      // Nothing is kept under it: with a new one, old cursors are refused and lists begin anew.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.cursorSecret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'It seals addresses of pages, which live for minutes and hide nothing; a new secret needs no schedule.',
    });
    this.tokens = this.readTokens();
  }

  /** What functions read through `layers/stores/edge-settings.ts`. */
  get variables(): Readonly<Record<string, string>> {
    return {
      CURSOR_SECRET: this.cursorSecret.secretArn,
      ALLOWED_NETWORKS: this.allowedNetworks.join(','),
      ...(this.tokens === undefined
        ? {}
        : {
            TOKEN_ISSUER: this.tokens.issuer,
            TOKEN_AUDIENCE: this.tokens.audience,
            TOKEN_KEYS_SECRET: this.tokens.keys.secretName,
          }),
    };
  }

  grantSecrets(target: TandemFunction): void {
    this.cursorSecret.grantRead(target);
    this.tokens?.keys.grantRead(target);
  }

  private get allowedNetworks(): readonly string[] {
    const added = this.target.allowNet;
    if (this.target.name === 'local') return [...loopback, ...added];
    if (added.length > 0) throw new Error('On AWS only public addresses are called: drop -c allowNet.');
    return [];
  }

  private text(key: string): string | undefined {
    const value: unknown = this.node.tryGetContext(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  private readTokens(): Tokens | undefined {
    const issuer = this.text('tokenIssuer');
    const secretName = this.text('tokenKeysSecret');
    if (issuer !== undefined && secretName !== undefined) {
      const keys = Secret.fromSecretNameV2(this, 'token-keys', secretName);
      return { issuer, audience: this.text('tokenAudience') ?? 'tandem', keys };
    }
    if (this.target.name === 'local' || this.text('auth') === 'off') return undefined;
    throw new Error(
      'On AWS users are told apart by tokens. Name their issuer and the secret that holds its public keys (a JWK set): ' +
        'npm run deploy -- -c tokenIssuer=https://… -c tokenKeysSecret=<name>; or let everybody in with -c auth=off.',
    );
  }
}
