import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '@layers/contract/contract';
import { openapiDocument } from '@layers/http/openapi';
import { root } from '../emulator/paths.ts';

const path = join('layers', 'contract', 'openapi.json');

// Committed, so that a change of the contract is seen as one; a test fails when it is not up to date.
writeFileSync(join(root, path), `${JSON.stringify(openapiDocument(contract), undefined, 2)}\n`);
console.log(`${path} says what the contract says now.`);
