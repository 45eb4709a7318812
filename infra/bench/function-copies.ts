import { dirname } from 'node:path';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  type FunctionConfiguration,
  GetLayerVersionByArnCommand,
  InvokeCommand,
  type LambdaClient,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { unzipSync, zipSync } from 'fflate';

const waiting = { maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.2 } as const;

/** What lies behind the address that Lambda gives of its code. @throws Error where there is none. */
export async function download(location: string | undefined): Promise<Uint8Array> {
  if (location === undefined) throw new Error('This code has no address.');
  return new Uint8Array(await (await fetch(location)).arrayBuffer());
}

/** Copies of deployed functions, or other code in their place, that nothing else calls. They go with `remove`. */
export class FunctionCopies {
  private readonly lambda: LambdaClient;
  private readonly made: string[] = [];
  private readonly layers: { LayerName: string; VersionNumber: number }[] = [];
  private readonly emptied = new Map<string, string>();

  constructor(lambda: LambdaClient) {
    this.lambda = lambda;
  }

  /** A function that nothing else calls, configured as `like`. */
  async make(name: string, like: FunctionConfiguration, code: Uint8Array, handler: string): Promise<string> {
    await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: like.Runtime,
        Role: like.Role,
        Handler: handler,
        Code: { ZipFile: code },
        Layers: like.Layers?.flatMap(({ Arn }) => (Arn === undefined ? [] : [Arn])),
        MemorySize: like.MemorySize,
        Timeout: like.Timeout,
        Environment: { Variables: like.Environment?.Variables },
      }),
    );
    this.made.push(name);
    await waitUntilFunctionActiveV2({ client: this.lambda, ...waiting }, { FunctionName: name });
    return name;
  }

  /** @returns the configuration with copies of its layers that have no model in them, each of which is made once. */
  async withoutModels(like: FunctionConfiguration): Promise<FunctionConfiguration> {
    const Layers = [];
    for (const { Arn = '' } of like.Layers ?? []) {
      const address = this.emptied.get(Arn) ?? (await this.emptyOfModels(Arn));
      this.emptied.set(Arn, address);
      Layers.push({ Arn: address });
    }
    return { ...like, Layers };
  }

  private async emptyOfModels(Arn: string): Promise<string> {
    const { Content } = await this.lambda.send(new GetLayerVersionByArnCommand({ Arn }));
    const files = unzipSync(await download(Content?.Location));
    const folder = Object.keys(files).find((path) => path.endsWith('/card.json'));
    if (folder === undefined) return Arn;
    const models = `${dirname(dirname(folder))}/`;
    const kept = Object.entries(files).filter(([path]) => !path.startsWith(models));
    // A folder is there only with something in it.
    const emptied = { ...Object.fromEntries(kept), [`${models}none`]: new Uint8Array() };
    const LayerName = 'bench-without-models';
    const { LayerVersionArn = '', Version: VersionNumber = 0 } = await this.lambda.send(
      new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zipSync(emptied, { level: 1 }) } }),
    );
    this.layers.push({ LayerName, VersionNumber });
    return LayerVersionArn;
  }

  /** A change of its description gives the next invocation a fresh environment. @returns its Init Duration in ms. */
  async initMs(name: string, round: number): Promise<number> {
    const FunctionName = name;
    await this.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Description: `round ${round}` }),
    );
    await waitUntilFunctionUpdatedV2({ client: this.lambda, ...waiting }, { FunctionName });
    const { LogResult } = await this.lambda.send(
      new InvokeCommand({ FunctionName, LogType: 'Tail', Payload: Buffer.from('{}') }),
    );
    const report = Buffer.from(LogResult ?? '', 'base64').toString();
    const found = /Init Duration: ([\d.]+) ms/.exec(report);
    if (found === null) throw new Error(`${name} reported no Init Duration: ${report.slice(-400)}`);
    return Number(found[1]);
  }

  async remove(): Promise<void> {
    for (const FunctionName of this.made) await this.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    for (const layer of this.layers) await this.lambda.send(new DeleteLayerVersionCommand(layer));
  }
}
