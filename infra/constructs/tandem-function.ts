import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Under the gateway's 29 s. */
export const functionTimeout = Duration.seconds(20);
/** Of functions that rules start: a minute, the shortest time between two starts. */
export const taskTimeout = Duration.seconds(60);
/** The most that Lambda gives: one comparison of all records has to fit into it. */
export const proberTimeout = Duration.minutes(15);

export interface TandemFunctionProps {
  /** The folder that holds its entry. */
  readonly folder: string;
  /** `index.handler` unless told. */
  readonly handler?: string;
  readonly layers: readonly ILayerVersion[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb?: number;
  readonly timeout?: Duration;
  readonly architecture: Architecture;
}

/** A function with a role and a log group of its own, so that it holds no right that its context did not ask for. */
export class TandemFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: TandemFunctionProps) {
    const functionName = `${Stack.of(scope).stackName.replace(/-service$/, '')}-${id}`;
    const logGroup = new LogGroup(scope, `${id}-logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}-role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      functionName,
      role,
      logGroup,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      handler: props.handler ?? 'index.handler',
      code: Code.fromAsset(props.folder),
      layers: [...props.layers],
      memorySize: props.memoryMb ?? 512,
      timeout: props.timeout ?? functionTimeout,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
    });
  }
}
