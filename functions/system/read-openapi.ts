import { contract } from '@layers/contract/contract';
import type { system } from '@layers/contract/system';
import { openapiDocument } from '@layers/http/openapi';
import type { Handler } from '@layers/http/serve';

let document: Record<string, unknown> | undefined;

export const readOpenapi: Handler<typeof system.readOpenapi> = () => {
  document ??= openapiDocument(contract);
  return { status: 200, body: document };
};
