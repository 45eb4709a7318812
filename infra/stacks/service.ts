import { join } from 'node:path';
import { contract } from '@layers/contract/contract';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Architecture, Code, type ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Api } from '../constructs/api.ts';
import { buildFunction, buildSharedLayer } from '../constructs/bundle.ts';
import { TandemFunction } from '../constructs/tandem-function.ts';
import type { Context } from '../contexts/context.ts';
import { system } from '../contexts/system.ts';
import type { Target } from '../target.ts';
import type { StateStack } from './state.ts';

/** The contexts that answer HTTP, and those that something else triggers. */
const apiContexts = [system] as const;
const triggeredContexts: readonly Context[] = [] as const;

const throttle = { requestsPerSecond: 200, burst: 400 };

/** What changes with the code: functions, layers, the API. */
export class ServiceStack extends Stack {
  private readonly target: Target;
  private readonly state: StateStack;
  private readonly architecture: Architecture;
  private readonly sharedLayers: readonly ILayerVersion[];

  constructor(app: App, id: string, target: Target, state: StateStack) {
    super(app, id, { env: target.env, synthesizer: target.synthesizer() });
    this.target = target;
    this.state = state;
    this.architecture =
      target.name === 'local' && process.arch === 'x64' ? Architecture.X86_64 : Architecture.ARM_64;
    this.sharedLayers = target.layers === 'mounted' ? [this.layer('shared', buildSharedLayer)] : [];
    const functions = Object.fromEntries(apiContexts.map((context) => [context.name, this.deploy(context)]));
    for (const context of triggeredContexts) this.deploy(context);
    const fallback = functions['system'];
    if (fallback === undefined)
      throw new Error('The system context answers what no row does; it is always deployed.');
    const api = new Api(this, 'api', {
      customId: 'tandem',
      stageName: target.stageName,
      contract,
      functions,
      fallback,
      throttle,
    });
    // On AWS this is the address; the emulator's own is printed by `npm start`.
    new CfnOutput(this, 'ApiUrl', { value: api.restApi.url });
  }

  private folder(...names: string[]): string {
    return join(this.target.buildFolder, ...names);
  }

  private layer(name: string, build: (folder: string) => string): ILayerVersion {
    return new LayerVersion(this, `${name}-layer`, {
      code: Code.fromAsset(build(this.folder('layers', name))),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [this.architecture],
    });
  }

  private deploy(context: Context): TandemFunction {
    const made = new TandemFunction(this, context.name, {
      folder: buildFunction(
        context.name,
        this.folder('functions', context.name),
        this.target.layers,
        context.files,
      ),
      ...(context.handler === undefined ? {} : { handler: context.handler }),
      ...(context.memoryMb === undefined ? {} : { memoryMb: context.memoryMb }),
      layers: this.sharedLayers,
      environment: this.state.names,
      architecture: this.architecture,
    });
    context.grant(made, this.state);
    return made;
  }
}
