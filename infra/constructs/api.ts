import type { Contract } from '@layers/http/openapi';
import { Aws, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  ApiDefinition,
  LogGroupLogDestination,
  MethodLoggingLevel,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const everyMethod = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

export interface ApiProps {
  /** The API's id on the emulator, which makes its address stable. */
  readonly customId: string;
  readonly stageName: string;
  readonly contract: Contract;
  /** The function that serves a context's rows, by the context's name. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** Answers every path and method that no row has. */
  readonly fallback: IFunction;
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
}

function integration(target: IFunction): object {
  return {
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${target.functionArn}/invocations`,
    },
    responses: {},
  };
}

const pathParameters = (path: string) =>
  [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

/** What the gateway itself refuses is a problem of the catalogue too. */
function gatewayResponses(): object {
  const answers = [
    ['DEFAULT_4XX', 'invalid-request', 'The gateway refused the request', undefined],
    ['DEFAULT_5XX', 'unavailable', 'The service cannot answer at the moment', undefined],
    ['MISSING_AUTHENTICATION_TOKEN', 'not-found', 'There is nothing at this address', 404],
    ['REQUEST_TOO_LARGE', 'payload-too-large', 'The request is too large', 413],
  ] as const;
  return Object.fromEntries(
    answers.map(([type, code, title, status]) => [
      type,
      {
        ...(status === undefined ? {} : { statusCode: String(status) }),
        responseParameters: { 'gatewayresponse.header.content-type': "'application/problem+json'" },
        responseTemplates: {
          'application/json': JSON.stringify({
            type: `/errors/${code}`,
            title,
            status: status ?? (type === 'DEFAULT_4XX' ? 400 : 503),
            detail: title,
            code,
            requestId: '$context.requestId',
          }),
        },
      },
    ]),
  );
}

/**
 * The gateway's own reading of the contract: paths, methods and which function serves them. Validation, schemas and docs
 * stay with the functions, since API Gateway reads no OpenAPI 3.1. Methods are written out one by one rather than as
 * `x-amazon-apigateway-any-method`, which not every emulator reads.
 */
function gatewayDocument({ contract, functions, fallback }: ApiProps): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const at = (path: string) => {
    paths[path] ??= {
      ...Object.fromEntries(
        everyMethod.map((method) => [method, { ...integration(fallback), parameters: pathParameters(path) }]),
      ),
    };
    return paths[path];
  };
  at('/{proxy+}');
  for (const [context, rows] of Object.entries(contract)) {
    const target = functions[context];
    if (target === undefined)
      throw new Error(`No function serves the context ${context}: add infra/contexts/${context}.ts`);
    for (const row of Object.values(rows)) {
      at(row.path)[row.method.toLowerCase()] = {
        ...integration(target),
        parameters: pathParameters(row.path),
      };
    }
  }
  return {
    openapi: '3.0.1',
    info: { title: 'tandem', version: '1' },
    paths,
    'x-amazon-apigateway-gateway-responses': gatewayResponses(),
  };
}

/** One REST API made from the contract's rows, with one permission a function. */
export class Api extends Construct {
  readonly restApi: SpecRestApi;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'access', {
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.restApi = new SpecRestApi(this, 'rest', {
      restApiName: props.customId,
      apiDefinition: ApiDefinition.fromInline(gatewayDocument(props)),
      deployOptions: {
        stageName: props.stageName,
        throttlingRateLimit: props.throttle.requestsPerSecond,
        throttlingBurstLimit: props.throttle.burst,
        accessLogDestination: new LogGroupLogDestination(logGroup),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        loggingLevel: MethodLoggingLevel.ERROR,
      },
    });
    Tags.of(this.restApi).add('_custom_id_', props.customId);
    this.acknowledgeFindings();
    for (const target of new Set([...Object.values(props.functions), props.fallback])) {
      target.addPermission(`${id}-gateway`, {
        principal: new ServicePrincipal('apigateway.amazonaws.com'),
        sourceArn: Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.restApi.restApiId,
          resourceName: '*',
        }),
      });
    }
  }

  private acknowledgeFindings(): void {
    const findings = {
      'AwsSolutions-APIG2':
        'The functions validate every part of a request against the contract, which is more than the gateway can.',
      'AwsSolutions-APIG3':
        'A web ACL costs a fee each month; who runs this in public adds one (README, On AWS).',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'The policy that AWS makes for this one purpose: the gateway writes its logs.',
    };
    for (const [id, reason] of Object.entries(findings))
      Validations.of(this.restApi).acknowledge({ id, reason });
  }
}
