import * as z from 'zod/mini';
import { routes } from './route.ts';

const check = z.lazy(() =>
  z.object({
    status: z.enum(['pass', 'warn', 'fail']),
    observedValue: z.optional(z.number()),
    observedUnit: z.optional(z.string()),
    output: z.optional(z.string()),
    time: z.iso.datetime(),
  }),
);

/** After draft-inadarei-api-health-check: the aggregate and the checks under it. */
export const health = z.lazy(() =>
  z.object({
    status: z.enum(['pass', 'warn', 'fail']),
    version: z.string(),
    description: z.string(),
    checks: z.record(z.string(), z.array(check)),
  }),
);

const errorKind = z.lazy(() =>
  z.object({
    code: z.string(),
    type: z.string(),
    status: z.int(),
    title: z.string(),
    explanation: z.string(),
  }),
);

const text = z.string();

export const system = routes({
  sayHello: {
    method: 'GET',
    path: '/',
    summary: 'Hello World, and where to go from here',
    request: {},
    responses: () => ({
      200: {
        description: 'A greeting with links.',
        body: z.object({ message: z.string(), links: z.record(z.string(), z.string()) }),
      },
    }),
    problems: [],
  },
  readHealth: {
    method: 'GET',
    path: '/health',
    summary: 'Whether the API and the stores under it answer',
    request: {},
    responses: () => ({
      200: { description: 'Pass or warn.', body: health, mediaType: 'application/health+json' },
      503: { description: 'Fail.', body: health, mediaType: 'application/health+json' },
    }),
    problems: [],
  },
  readOpenapi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This contract as OpenAPI 3.1',
    request: {},
    responses: () => ({ 200: { description: 'The document.', body: z.record(z.string(), z.unknown()) } }),
    problems: [],
  },
  readDocs: {
    method: 'GET',
    path: '/docs',
    summary: 'This contract as a page to try it out',
    request: {},
    responses: () => ({ 200: { description: 'HTML.', body: text, mediaType: 'text/html' } }),
    problems: [],
  },
  readDocsAsset: {
    method: 'GET',
    path: '/docs/{asset}',
    summary: 'A script or style sheet of the docs page',
    request: () => ({ path: z.object({ asset: z.string().check(z.regex(/^[a-z-]{1,40}\.(js|css)$/)) }) }),
    responses: () => ({ 200: { description: 'Text.', body: text, mediaType: 'text/plain' } }),
    problems: ['not-found'],
  },
  listErrors: {
    method: 'GET',
    path: '/errors',
    summary: 'Every kind of problem that this API answers',
    request: {},
    responses: () => ({
      200: { description: 'The catalogue.', body: z.object({ items: z.array(errorKind) }) },
    }),
    problems: [],
  },
  readError: {
    method: 'GET',
    path: '/errors/{code}',
    summary: 'What one kind of problem means and what to do about it',
    request: () => ({ path: z.object({ code: z.string().check(z.regex(/^[a-z-]{1,40}$/)) }) }),
    responses: () => ({ 200: { description: 'The entry.', body: errorKind } }),
    problems: ['not-found'],
  },
});
