import type { system } from '@layers/contract/system';
import type { Handler } from '@layers/http/serve';

export const sayHello: Handler<typeof system.sayHello> = (_input, { baseUrl }) => ({
  status: 200,
  body: {
    message: 'Hello World',
    links: {
      page: `${baseUrl}/app`,
      docs: `${baseUrl}/docs`,
      openapi: `${baseUrl}/openapi.json`,
      health: `${baseUrl}/health`,
      products: `${baseUrl}/products`,
      server: `${baseUrl}/getServer`,
      models: `${baseUrl}/models`,
    },
  },
});
