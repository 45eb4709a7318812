import * as z from 'zod';
import { integerParameter, pageOf, pageParameters } from './query.ts';
import { routes } from './route.ts';

/** Ids are made by the server from the request's idempotency scope, or at random: `prod_` and 22 base64url characters. */
const productId = z
  .string()
  .regex(/^prod_[A-Za-z0-9_-]{22}$/)
  .meta({ description: 'A product id.', examples: ['prod_AAAAAAAAAAAAAAAAAAAAAA'] });

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217, as EUR')
  .meta({ description: 'ISO 4217 code.', examples: ['EUR'] });

const category = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a-z and 0-9 joined by hyphens')
  .max(40);

/** Printable text: no control characters, which neither a document nor a log line should carry. */
const printable = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'must not contain control characters');

const productFields = {
  name: printable(120).meta({ examples: ['Enamel mug'] }),
  priceMinor: z.int().min(0).max(100_000_000).meta({ description: 'Price in minor units, as cents.' }),
  currency,
  category,
  stock: z.int().min(0).max(1_000_000).meta({ description: 'Units that can be sold.' }),
  description: printable(2000).optional(),
  image: z
    .url({ protocol: /^https$/, hostname: z.regexes.domain })
    .max(500)
    .optional(),
};

export const newProduct = z.strictObject(productFields).meta({ id: 'NewProduct' });

export const product = z
  .object({ id: productId, ...productFields, version: z.int().min(1) })
  .meta({ id: 'Product' });

const mirror = 'synced, degraded or stale: whether the answer is safe in both stores.';
const etag = 'The version of the product: `"<epoch>.<product version>.<stock version>"`.';
const written = { ETag: etag, Mirror: mirror };

const ifMatch = z
  .object({ 'if-match': z.string().max(200).optional() })
  .meta({ description: 'The ETag that the change was made on.' });

const oneProduct = { path: z.object({ id: productId }) };

export const shop = routes({
  listProducts: {
    method: 'GET',
    path: '/products',
    summary: 'The catalogue, page by page',
    request: {
      query: z.strictObject({
        ...pageParameters,
        category: category.optional(),
        minPriceMinor: integerParameter(0, 100_000_000, 'Lowest price in minor units.').optional(),
        maxPriceMinor: integerParameter(0, 100_000_000, 'Highest price in minor units.').optional(),
      }),
    },
    responses: {
      200: {
        description: 'A page of products.',
        body: pageOf(product),
        headers: { Mirror: mirror, Link: 'rel="next"' },
      },
    },
    problems: ['unavailable'],
  },
  readProduct: {
    method: 'GET',
    path: '/products/{id}',
    summary: 'One product',
    request: oneProduct,
    responses: { 200: { description: 'The product.', body: product, headers: written } },
    problems: ['not-found', 'unavailable'],
  },
  createProduct: {
    method: 'POST',
    path: '/products',
    summary: 'A new product',
    request: { body: newProduct },
    responses: {
      201: {
        description: 'Created.',
        body: product,
        headers: { ...written, Location: 'The address of the product.' },
      },
    },
    problems: ['outcome-unknown', 'unavailable'],
  },
  replaceProduct: {
    method: 'PUT',
    path: '/products/{id}',
    summary: 'A product, replaced whole',
    request: { ...oneProduct, headers: ifMatch, body: newProduct },
    responses: { 200: { description: 'Replaced.', body: product, headers: written } },
    problems: ['not-found', 'precondition-failed', 'outcome-unknown', 'unavailable'],
  },
  deleteProduct: {
    method: 'DELETE',
    path: '/products/{id}',
    summary: 'A product, taken out of the catalogue',
    request: { ...oneProduct, headers: ifMatch },
    responses: { 204: { description: 'Deleted.', headers: { Mirror: mirror } } },
    problems: ['not-found', 'precondition-failed', 'outcome-unknown', 'unavailable'],
  },
});
