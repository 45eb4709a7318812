import type { system } from '@layers/contract/system';
import type { Handler } from '@layers/http/serve';

/** Every context's rows are loaded when somebody asks for them, not at every start of this function. */
async function makeDocument(): Promise<Record<string, unknown>> {
  const [{ contract }, { openapiDocument }] = await Promise.all([
    import('@layers/contract/contract'),
    import('@layers/http/openapi'),
  ]);
  return openapiDocument(contract);
}

let document: Promise<Record<string, unknown>> | undefined;

export const readOpenapi: Handler<typeof system.readOpenapi> = async () => {
  document ??= makeDocument();
  return { status: 200, body: await document };
};
