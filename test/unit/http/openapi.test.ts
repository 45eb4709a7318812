import { describe, expect, test } from '@jest/globals';
import { contract } from '@layers/contract/contract';
import type { RouteRow } from '@layers/contract/route';
import { openapiDocument } from '@layers/http/openapi';

const document = openapiDocument(contract) as {
  paths: Record<
    string,
    Record<
      string,
      { operationId: string; responses: Record<string, unknown>; parameters?: { name: string; in: string }[] }
    >
  >;
  components: { schemas: Record<string, unknown> };
};
const rows = Object.values(contract).flatMap((routes) => Object.entries<RouteRow>(routes));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  test('has one operation for each row of the contract', () => {
    const named = rows.map(
      ([operationId, row]) => `${row.method} ${row.path.replace('+}', '}')} ${operationId}`,
    );
    const documented = operations.map(
      ({ path, method, operation }) => `${method.toUpperCase()} ${path} ${operation.operationId}`,
    );
    expect(documented.sort()).toEqual(named.sort());
  });

  test('declares every parameter that a path names', () => {
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      expect(declared.sort()).toEqual(named.sort());
    }
  });

  test('resolves every reference that it makes', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('#/$defs');
  });

  test('says of every operation that it may answer 400, 404 and 500', () => {
    for (const { operation } of operations)
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '404', '500']));
  });
});
