import type { system } from '@layers/contract/system';
import { Problem } from '@layers/domain/problem';
import { problemCatalogue } from '@layers/http/problem-catalogue';
import type { Handler } from '@layers/http/serve';

const items = Object.entries(problemCatalogue).map(([code, entry]) => ({
  code,
  type: `/errors/${code}`,
  ...entry,
}));

export const listErrors: Handler<typeof system.listErrors> = () => ({ status: 200, body: { items } });

export const readError: Handler<typeof system.readError> = ({ path: { code } }) => {
  const entry = items.find((item) => item.code === code);
  if (entry === undefined)
    throw new Problem('not-found', `No problem has the code ${code}. GET /errors lists them all.`);
  return { status: 200, body: entry };
};
