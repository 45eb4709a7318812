import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '@layers/stores/clients';
import { DynamodbRows } from '@layers/stores/dynamodb-rows';
import { S3Documents } from '@layers/stores/s3-documents';

// A program of its own: under jest, errors of Node's own modules are of another realm, and the SDK drops their codes.
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const settings = { ...clientSettings, region: 'us-east-1', credentials, endpoint: process.argv[2] ?? '' };
const rows = new DynamodbRows(new DynamoDBClient(settings), 'rows', { shop: 'table' });
const documents = new S3Documents(new S3Client({ ...settings, forcePathStyle: true }), 'documents', 'bucket');

const target = { kind: 'fence', id: '1' } as const;
const results = await Promise.allSettled([
  rows.writeRows('shop', [{ type: 'check', target, expect: 'absent' }]),
  documents.putDocument('a.json', { kind: 'incarnation', incarnation: 'i' }, 'absent'),
]);
console.log(JSON.stringify(results));
