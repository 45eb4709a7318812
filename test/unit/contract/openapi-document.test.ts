import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { contract } from '@layers/contract/contract';
import { openapiDocument } from '@layers/http/openapi';

const committed: unknown = JSON.parse(
  readFileSync(new URL('../../../layers/contract/openapi.json', import.meta.url), 'utf8'),
);

test('the committed OpenAPI document is the contract’s (npm run openapi writes it)', () => {
  expect(committed).toEqual(openapiDocument(contract));
});
