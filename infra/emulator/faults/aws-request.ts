import { recordIdOf } from '@layers/stores/table-layout';

/** A request to one of AWS's APIs, as far as a fault may ask about it. */
export interface AwsRequest {
  readonly service: 'dynamodb' | 's3' | 'sqs';
  /** Such as `TransactWriteItems`, `PutObject`, `SendMessage`. */
  readonly operation: string;
  /** Names of the tables, the bucket, or the queue. */
  readonly places: readonly string[];
  /** Ids of the records that it names; of other rows their partition key. Empty for a scan or a list. */
  readonly ids: readonly string[];
  /** How many actions a transaction has, for an answer in its shape. */
  readonly actions: number;
}

export interface RawRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

type Item = Readonly<Record<string, { readonly S?: string } | undefined>>;
interface Action {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
}
interface DynamodbBody extends Action {
  readonly TransactItems?: readonly Readonly<Record<string, Action>>[];
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
  readonly QueueUrl?: string;
}

/** What a request is. `undefined`: none of these services' (the API itself, a function, another service). */
export function readAwsRequest(raw: RawRequest): AwsRequest | undefined {
  const [api = '', operation = ''] = String(raw.headers['x-amz-target'] ?? '').split('.');
  if (api.startsWith('DynamoDB_')) return ofDynamodb(operation, parse(raw.body));
  if (api === 'AmazonSQS') {
    const queue = parse(raw.body).QueueUrl?.split('/').at(-1) ?? '';
    return { service: 'sqs', operation, places: [queue], ids: [], actions: 1 };
  }
  return ofS3(raw);
}

function parse(body: Buffer): DynamodbBody {
  try {
    return JSON.parse(body.toString('utf8')) as DynamodbBody;
  } catch {
    return {};
  }
}

function ofDynamodb(operation: string, body: DynamodbBody): AwsRequest {
  const transacted = (body.TransactItems ?? []).flatMap((item) => Object.values(item));
  const batches = Object.entries(body.RequestItems ?? {});
  const actions: Action[] = [
    ...transacted,
    ...batches.flatMap(([TableName, { Keys = [] }]) => Keys.map((Key) => ({ TableName, Key }))),
    ...(body.TableName === undefined ? [] : [body]),
  ];
  const places = new Set([
    ...actions.flatMap(({ TableName }) => (TableName === undefined ? [] : [TableName])),
    ...batches.map(([table]) => table),
  ]);
  const ids = actions.flatMap(({ Key, Item }) => idOf(Key ?? Item));
  return { service: 'dynamodb', operation, places: [...places], ids, actions: transacted.length };
}

/** Of a record's header or one of its lines the record's id; of any other row what stands in its partition key. */
function idOf(item: Item | undefined): string[] {
  const [pk, sk] = [item?.pk?.S, item?.sk?.S];
  if (pk === undefined) return [];
  return [pk.startsWith('record#') && sk !== undefined ? recordIdOf({ pk, sk }) : pk];
}

const s3Operations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  HEAD: 'HeadObject',
};

/** S3 has no header that names it: a host that begins with a bucket, or a signature for it and a path that does. */
function ofS3({ method, path, headers }: RawRequest): AwsRequest | undefined {
  const url = new URL(path, 'http://s3');
  const hosted = /^([a-z0-9.-]+)\.s3[.-]/.exec(String(headers.host))?.[1];
  if (hosted === undefined && !String(headers.authorization).includes('/s3/aws4_request')) return undefined;
  const [bucket = '', ...segments] = [
    ...(hosted === undefined ? [] : [hosted]),
    ...url.pathname.split('/').slice(1),
  ];
  const key = decodeURIComponent(segments.join('/'));
  if (key === '' && method === 'GET') {
    const ids = url.searchParams.getAll('prefix');
    return { service: 's3', operation: 'ListObjectsV2', places: [bucket], ids, actions: 1 };
  }
  const operation = s3Operations[method] ?? method;
  return { service: 's3', operation, places: [bucket], ids: [key], actions: 1 };
}
