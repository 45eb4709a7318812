import { join } from 'node:path';
import type { EmulatorOptions } from './start-localstack.ts';

export function localstackSettings(options: EmulatorOptions) {
  return {
    command: [join(options.pythonFolder, 'bin', 'python'), '-m', 'localstack.runtime.main'],
    environment: {
      GATEWAY_LISTEN: `${options.listen}:${options.port}`,
      LOCALSTACK_HOST: `localhost:${options.port}`,
      SQS_ENDPOINT_STRATEGY: 'path',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      DISABLE_EVENTS: '1',
      DYNAMODB_IN_MEMORY: '1',
      FILESYSTEM_ROOT: join(options.stateFolder, 'localstack'),
      LS_LOG: 'warn',
    },
  };
}
