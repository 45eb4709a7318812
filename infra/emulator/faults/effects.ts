import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsRequest } from './aws-request.ts';
import type { Fault } from './faults.ts';

interface FaultyAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is done before a request is handed on: nothing, or one of the ways in which it never is. */
type Before = 'pass' | 'reset' | 'hang' | FaultyAnswer;

export interface Effect {
  readonly before: (fault: Fault, request: AwsRequest) => Promise<Before>;
  /** The effect took place and its reply is lost. */
  readonly dropsReply: boolean;
}

const delayUnlessToldMs = 1_000;
const dynamodbPrefix = 'com.amazonaws.dynamodb.v20120810#';

function json(status: number, type: string, fields: object = {}): FaultyAnswer {
  const body = JSON.stringify({ __type: type, message: 'A fault that was set on purpose.', ...fields });
  return { status, contentType: 'application/x-amz-json-1.0', body };
}

function xml(status: number, code: string): FaultyAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>A fault that was set on purpose.</Message></Error>`;
  return { status, contentType: 'application/xml', body };
}

/** A failure of the service itself, in the service's own shape. */
const internal: Readonly<Record<AwsRequest['service'], FaultyAnswer>> = {
  dynamodb: json(500, `${dynamodbPrefix}InternalServerError`),
  s3: xml(500, 'InternalError'),
  sqs: json(500, 'com.amazonaws.sqs#InternalFailure'),
};

/** What two requests at once are told; the emulator's own stores never say it. */
function conflict({ service, operation, actions }: AwsRequest): FaultyAnswer {
  if (service === 's3') return xml(409, 'ConditionalRequestConflict');
  if (operation !== 'TransactWriteItems' && operation !== 'TransactGetItems')
    return json(400, `${dynamodbPrefix}TransactionConflictException`);
  const CancellationReasons = Array.from({ length: actions }, (_, index) => ({
    Code: index === 0 ? 'TransactionConflict' : 'None',
  }));
  return json(400, `${dynamodbPrefix}TransactionCanceledException`, { CancellationReasons });
}

const never = { dropsReply: false };
const at =
  (before: Before): Effect['before'] =>
  () =>
    Promise.resolve(before);

/** Each kind of fault, as what happens to the request and to its reply. */
export const effects: Readonly<Record<Fault['kind'], Effect>> = {
  down: { before: at('reset'), ...never },
  error: { before: (_fault, { service }) => Promise.resolve(internal[service]), ...never },
  delay: {
    before: async ({ delayMs }) => {
      await sleep(delayMs ?? delayUnlessToldMs);
      return 'pass';
    },
    ...never,
  },
  hang: { before: at('hang'), ...never },
  'drop-request': { before: at('reset'), ...never },
  'drop-reply': { before: at('pass'), dropsReply: true },
  conflict: { before: (_fault, request) => Promise.resolve(conflict(request)), ...never },
};
