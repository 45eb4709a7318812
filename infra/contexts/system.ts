import type { Context } from './context.ts';

/** Greets, documents, and looks whether the stores answer. */
export const system: Context = {
  name: 'system',
  files: {
    'node_modules/swagger-ui-dist/swagger-ui.css': 'swagger-ui/swagger-ui.css',
    'node_modules/swagger-ui-dist/swagger-ui-bundle.js': 'swagger-ui/swagger-ui-bundle.js',
  },
  grant: (target, state) => {
    for (const table of state.allTables) table.grant(target, 'dynamodb:GetItem');
    for (const bucket of state.allBuckets) bucket.grantRead(target, 'health/*');
    state.changeQueue.grant(target, 'sqs:GetQueueAttributes');
  },
};
