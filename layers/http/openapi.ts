import { documentedPath, type RequestSchemas, type RouteRow, type Routes } from '@layers/contract/route';
import * as z from 'zod/mini';
import { problemCatalogue, problemsOfEveryBody, problemsOfEveryRoute } from './problem-catalogue.ts';

type Json = Record<string, unknown>;

/** The contract: a context's name with its rows. */
export type Contract = Readonly<Record<string, Routes>>;

const versionOfContract = '0.1.0';

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. `meta({schema})` stands for what a string in a query means. */
function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', components: Json): unknown {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      spellOutTuple(jsonSchema);
      const meta = z.globalRegistry.get(zodSchema) as { schema?: Json; description?: string } | undefined;
      if (meta?.schema === undefined) return;
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      const { description } = meta;
      Object.assign(jsonSchema, meta.schema, description === undefined ? {} : { description });
    },
  }) as Json & { $defs?: Json };
  const { $schema: _, $defs, ...rest } = made;
  Object.assign(components, rewritten($defs ?? {}));
  const { id } = (z.globalRegistry.get(schema) ?? {}) as { id?: string };
  if (id === undefined) return rewritten(rest);
  // With an id the schema itself is among its definitions, and what is left is a reference to it.
  if (!(id in ($defs ?? {}))) components[id] = rewritten(rest);
  return { $ref: `#/components/schemas/${id}` };
}

/** A tuple of like members as an array of that length: `prefixItems` is not known to every reader of OpenAPI 3.1. */
function spellOutTuple(schema: Json): void {
  const { prefixItems } = schema;
  if (!Array.isArray(prefixItems) || new Set(prefixItems.map((item) => JSON.stringify(item))).size !== 1)
    return;
  const length = prefixItems.length;
  Reflect.deleteProperty(schema, 'prefixItems');
  Object.assign(schema, { items: prefixItems[0] as unknown, minItems: length, maxItems: length });
}

const rewritten = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as T;

function parametersOf(request: RequestSchemas, components: Json): Json[] {
  const places = { path: 'path', query: 'query', headers: 'header' } as const;
  return Object.entries(places).flatMap(([part, place]) =>
    Object.entries(request[part as keyof typeof places]?._zod.def.shape ?? {}).map(([name, schema]) => {
      const { description, ...schemaRest } = schemaOf(schema, 'input', components) as Json;
      return {
        name,
        in: place,
        required: place === 'path' || !z.safeParse(schema, undefined).success,
        ...(description === undefined ? {} : { description }),
        schema: schemaRest,
      };
    }),
  );
}

function problemAnswers(row: RouteRow): Json {
  const codes = [
    ...problemsOfEveryRoute,
    ...(row.request.body === undefined ? [] : problemsOfEveryBody),
    ...(row.access === undefined ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...row.problems,
  ];
  const byStatus = Map.groupBy(new Set(codes), (code) => problemCatalogue[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, kinds]) => [
      String(status),
      {
        description: kinds.map((kind) => `\`${kind}\`: ${problemCatalogue[kind].title}.`).join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

const answerHeaders = {
  'x-request-id': { description: 'The id of this request in every log line.', schema: { type: 'string' } },
};

function answersOf(row: RouteRow, components: Json): Json {
  const given = Object.entries(row.responses).map(([status, response]) => [
    status,
    {
      description: response.description,
      headers: {
        ...answerHeaders,
        ...Object.fromEntries(
          Object.entries(response.headers ?? {}).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      },
      ...(response.body === undefined
        ? {}
        : {
            content: {
              [response.mediaType ?? 'application/json']: {
                schema: schemaOf(response.body, 'output', components),
              },
            },
          }),
    },
  ]);
  const conditional =
    row.method === 'GET' ? { 304: { description: 'The caller has it already (If-None-Match).' } } : {};
  return { ...conditional, ...problemAnswers(row), ...(Object.fromEntries(given) as Json) };
}

const scopesOf = ({ access }: RouteRow) => (typeof access === 'object' ? [access.scope] : []);

/** A laptop asks for no tokens, hence the empty alternative beside it. */
const bearer = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'Of the issuer that the deployment trusts; its subject is the user id.',
};

function operationOf(context: string, operationId: string, row: RouteRow, components: Json): Json {
  const parameters = parametersOf(row.request, components);
  return {
    operationId,
    tags: [context],
    summary: row.summary,
    ...(row.description === undefined ? {} : { description: row.description }),
    ...(row.access === undefined ? {} : { security: [{}, { bearer: scopesOf(row) }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(row.request.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(row.request.body, 'input', components) } },
          },
        }),
    responses: answersOf(row, components),
  };
}

const problemSchema = {
  type: 'object',
  description: 'A failure, after RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', description: 'Where the kind is explained, relative to the API.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What happened, why, what to do next.' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problemCatalogue) },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into {path, query, headers, body}.' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

/** The contract as an OpenAPI 3.1 document. */
export function openapiDocument(contract: Contract): Json {
  const components: Json = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const [context, rows] of Object.entries(contract)) {
    for (const [operationId, row] of Object.entries(rows)) {
      const path = documentedPath(row.path);
      paths[path] = {
        ...paths[path],
        [row.method.toLowerCase()]: operationOf(context, operationId, row, components),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'tandem',
      version: versionOfContract,
      description: 'Predict together, and sell without losing anything.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '.' }],
    tags: Object.keys(contract).map((name) => ({ name })),
    paths,
    components: { schemas: components, securitySchemes: { bearer } },
  };
}
