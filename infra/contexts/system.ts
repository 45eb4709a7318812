import type { Context } from './context.ts';

/** Greets, documents, and looks whether the stores answer. */
export const system: Context = {
  name: 'system',
  files: {
    'node_modules/swagger-ui-dist/swagger-ui.css': 'swagger-ui/swagger-ui.css',
    'node_modules/swagger-ui-dist/swagger-ui-bundle.js': 'swagger-ui/swagger-ui-bundle.js',
  },
  grant: (target, state) => {
    state.shopTable.grant(target, 'dynamodb:GetItem');
    state.registryTable.grant(target, 'dynamodb:GetItem');
    state.shopDocuments.grantRead(target, 'health/*');
    state.replicationQueue.grant(target, 'sqs:GetQueueAttributes');
  },
};
