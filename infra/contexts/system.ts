import { stateVariables } from '@layers/stores/environment';
import type { Context } from './context.ts';
import { allow, grantDocuments } from './grant-group.ts';

const documentStores = stateVariables.flatMap((each) => (each.kind === 'bucket' ? [each.store] : []));

/** Greets, documents, and looks whether the stores answer. */
export const system: Context = {
  name: 'system',
  files: {
    'layers/contract/openapi.json': 'openapi.json',
    'node_modules/swagger-ui-dist/swagger-ui.css': 'swagger-ui/swagger-ui.css',
    'node_modules/swagger-ui-dist/swagger-ui-bundle.js': 'swagger-ui/swagger-ui-bundle.js',
  },
  grant: (target, state) => {
    const tables = state.allTables.map((table) => table.tableArn);
    allow(target, ['dynamodb:GetItem'], ...tables);
    for (const store of documentStores) grantDocuments(target, state, store, 'health', ['s3:GetObject']);
    allow(target, ['sqs:GetQueueAttributes'], state.changeQueue.queueArn);
  },
};
