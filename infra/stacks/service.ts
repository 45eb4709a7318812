import { contract, labContract } from '@layers/contract/contract';
import { server as serverRows } from '@layers/contract/server';
import { shopFollowerVariable } from '@layers/stores/environment';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Architecture, Code, type ILayerVersion, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Api } from '../constructs/api.ts';
import { addFiles, type BuiltCode } from '../constructs/bundle.ts';
import { Edge } from '../constructs/edge.ts';
import { TandemFunction } from '../constructs/tandem-function.ts';
import { consensusOf, founders } from '../contexts/consensus.ts';
import type { Context } from '../contexts/context.ts';
import { frontEnd } from '../contexts/front-end.ts';
import { lab } from '../contexts/lab.ts';
import { models } from '../contexts/models.ts';
import { maintenance, prober, redundancy, replication } from '../contexts/redundancy.ts';
import { type DeployedServer, registryOf } from '../contexts/registry.ts';
import { servers, shop } from '../contexts/shop.ts';
import { stakingOf } from '../contexts/staking.ts';
import { system } from '../contexts/system.ts';
import type { Target } from '../target.ts';
import type { StateStack } from './state.ts';

/** The contexts that answer HTTP, and those that something else triggers. */
const apiContexts = [system, models, shop, redundancy, frontEnd] as const;
const triggeredContexts: readonly Context[] = [replication, maintenance, prober];

const throttle = { requestsPerSecond: 200, burst: 400 };

/** What changes with the code: functions, layers, the API. */
export class ServiceStack extends Stack {
  private readonly target: Target;
  private readonly state: StateStack;
  private readonly architecture: Architecture;
  private readonly code: BuiltCode;
  private readonly sharedLayers: readonly ILayerVersion[];
  private readonly edge: Edge;
  private readonly onnxLayers: readonly ILayerVersion[];

  constructor(app: App, id: string, target: Target, state: StateStack, code: BuiltCode) {
    super(app, id, { env: target.env, synthesizer: target.synthesizer() });
    this.target = target;
    this.state = state;
    this.code = code;
    this.architecture = target.native.arch === 'x64' ? Architecture.X86_64 : Architecture.ARM_64;
    this.sharedLayers = this.layer('shared', code.sharedLayer);
    this.onnxLayers = this.layer('onnx-runtime', code.onnxLayer);
    this.edge = new Edge(this, 'edge', target);
    const registry = registryOf(servers.map((context) => this.deployServer(context)));
    const { consensus, timekeeper } = consensusOf(this.deploy(founders), state, target.trusted('oracle'));
    const { staking, settler } = stakingOf(target.trusted('operator'));
    const functions = Object.fromEntries(
      [...apiContexts, consensus, staking, registry, ...(target.lab ? [lab] : [])].map((context) => [
        context.name,
        this.deploy(context),
      ]),
    );
    for (const context of [...triggeredContexts, timekeeper, settler]) this.deploy(context);
    const fallback = functions.system;
    if (fallback === undefined)
      throw new Error('The system context answers what no row does; it is always deployed.');
    const api = new Api(this, 'api', {
      customId: 'tandem',
      stageName: target.stageName,
      contract: target.lab ? labContract : contract,
      functions,
      fallback,
      throttle,
    });
    // On AWS this is the address; the emulator's own is printed by `npm start`.
    new CfnOutput(this, 'ApiUrl', { value: api.restApi.url });
  }

  /** None where every function carries its code itself. */
  private layer(name: string, folder: string | undefined): ILayerVersion[] {
    if (folder === undefined) return [];
    const made = new LayerVersion(this, `${name}-layer`, {
      code: Code.fromAsset(folder),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [this.architecture],
    });
    return [made];
  }

  /** A server with a small API of its own. */
  private deployServer(context: Context): DeployedServer {
    const id = `tandem-${context.name}`;
    const made = this.deploy(context);
    const { stageName } = this.target;
    const { restApi } = new Api(this, `${context.name}-api`, {
      customId: id,
      stageName,
      contract: { [context.name]: serverRows },
      functions: { [context.name]: made },
      fallback: made,
      throttle,
    });
    // An emulator is reached by an address that only its callers know.
    const url = this.target.name === 'local' ? `/_aws/execute-api/${id}/${stageName}` : restApi.url;
    return { id, url, capacity: 1 };
  }

  private deploy(context: Context): TandemFunction {
    const folder = this.code.functionFolder(context.code ?? context.name);
    addFiles(folder, context.files ?? {});
    const made = new TandemFunction(this, context.name, {
      folder,
      ...(context.handler === undefined ? {} : { handler: context.handler }),
      ...(context.memoryMb === undefined ? {} : { memoryMb: context.memoryMb }),
      ...(context.timeout === undefined ? {} : { timeout: context.timeout }),
      layers: [...this.sharedLayers, ...(context.predicts === true ? this.onnxLayers : [])],
      environment: {
        ...this.state.names,
        [shopFollowerVariable]: this.target.shopFollower,
        ...this.edge.variables,
        ...context.environment,
      },
      architecture: this.architecture,
    });
    context.grant(made, this.state, this.edge);
    return made;
  }
}
