import type { system } from '@layers/contract/system';
import type { Handler } from '@layers/http/serve';
import { committedDocument } from './committed-document.ts';

export const readOpenapi: Handler<typeof system.readOpenapi> = () => ({
  status: 200,
  body: { ...committedDocument() },
});
