import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

export interface Given {
  readonly method?: string;
  readonly resource?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request as API Gateway hands it to a function. */
function eventOf(given: Given): APIGatewayProxyEvent {
  const resource = given.resource ?? '/';
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: given.method ?? 'GET',
    resource,
    path: Object.entries(given.path ?? {}).reduce(
      (path, [key, value]) => path.replace(`{${key}}`, value),
      resource,
    ),
    pathParameters: given.path ?? null,
    multiValueQueryStringParameters: given.query ?? null,
    headers: { Host: 'localhost:4566', ...given.headers },
    body: given.body ?? null,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      apiId: 'tandem',
      stage: 'local',
    } as APIGatewayProxyEvent['requestContext'],
  };
  return event as APIGatewayProxyEvent;
}

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

type LambdaHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** The answer of a handler, its JSON read. */
export async function answerOf(handler: LambdaHandler, given: Given) {
  const { statusCode, headers, body } = await handler(eventOf(given), { ...context });
  const json: unknown =
    body === '' || !String(headers?.['content-type']).includes('json') ? undefined : JSON.parse(body);
  return { status: statusCode, headers: headers ?? {}, body, json: json as Record<string, unknown> };
}
