import * as z from 'zod/mini';
import {
  conditionalWriteHeaders,
  etagHeader,
  linkHeader,
  locationHeader,
  mirrorHeader,
  writeHeaders,
} from './headers.ts';
import { booleanParameter, integerParameter, pageParameters } from './query.ts';
import { routes } from './route.ts';
import {
  cart,
  category,
  line,
  newOrder,
  newProduct,
  order,
  orderId,
  orderPage,
  product,
  productId,
  productPage,
  replacedProduct,
  stockChange,
  stockLevel,
  userId,
} from './shop-bodies.ts';

const versioned = { ...etagHeader, ...mirrorHeader };
const created = { ...versioned, ...locationHeader };
const page = { ...mirrorHeader, ...linkHeader };

const oneProduct = () => ({ path: z.object({ id: productId }) });
const oneUser = () => ({ path: z.object({ userId }) });
const oneOrder = () => ({ path: z.object({ userId, orderId }) });

/** What every write through the stores can answer, and every read. */
const readProblems = ['unavailable'] as const;
const writeProblems = ['idempotency-mismatch', 'read-only-mode', 'outcome-unknown', 'unavailable'] as const;

const catalogueKeeper = { scope: 'catalogue:write' } as const;
const priceMinorMax = 100_000_000;

export const shop = routes({
  listProducts: {
    method: 'GET',
    path: '/products',
    summary: 'The catalogue, page by page',
    description:
      'A page may be shorter than its limit, even empty, and still have a next one: follow `next`.',
    request: () => ({
      query: z
        .strictObject({
          ...pageParameters(),
          category: z.optional(category),
          minPriceMinor: z.optional(integerParameter(0, priceMinorMax, 'Lowest price in minor units.')),
          maxPriceMinor: z.optional(integerParameter(0, priceMinorMax, 'Highest price in minor units.')),
          q: z
            .optional(z.string().check(z.minLength(1), z.maxLength(100)))
            .check(z.meta({ description: 'Text in the name, in any case of letters.' })),
          inStock: z.optional(
            booleanParameter('Only products that have units, or only those that have none.'),
          ),
        })
        .check(
          z.refine((query) => (query.minPriceMinor ?? 0) <= (query.maxPriceMinor ?? priceMinorMax), {
            path: ['minPriceMinor'],
            message: 'must not be above maxPriceMinor',
          }),
        ),
    }),
    responses: () => ({ 200: { description: 'A page of products.', body: productPage, headers: page } }),
    problems: readProblems,
  },
  readProduct: {
    method: 'GET',
    path: '/products/{id}',
    summary: 'One product',
    request: oneProduct,
    responses: () => ({ 200: { description: 'The product.', body: product, headers: versioned } }),
    problems: readProblems,
  },
  createProduct: {
    method: 'POST',
    path: '/products',
    summary: 'A new product',
    access: catalogueKeeper,
    request: () => ({ headers: writeHeaders(), body: newProduct }),
    responses: () => ({ 201: { description: 'Created.', body: product, headers: created } }),
    problems: ['version-conflict', ...writeProblems],
  },
  replaceProduct: {
    method: 'PUT',
    path: '/products/{id}',
    summary: 'A product, replaced whole',
    description:
      'With If-Match a stale version is refused; without it the last writer wins, and `stock` is refused.',
    access: catalogueKeeper,
    request: () => ({ ...oneProduct(), headers: conditionalWriteHeaders(), body: replacedProduct }),
    responses: () => ({ 200: { description: 'Replaced.', body: product, headers: versioned } }),
    problems: ['precondition-failed', 'precondition-required', ...writeProblems],
  },
  deleteProduct: {
    method: 'DELETE',
    path: '/products/{id}',
    summary: 'A product, taken out of the catalogue',
    access: catalogueKeeper,
    request: () => ({ ...oneProduct(), headers: conditionalWriteHeaders() }),
    responses: () => ({ 204: { description: 'Deleted.', headers: mirrorHeader } }),
    problems: ['precondition-failed', ...writeProblems],
  },
  changeStock: {
    method: 'POST',
    path: '/products/{id}/stock',
    summary: 'Units of a product that come or go',
    access: catalogueKeeper,
    request: () => ({ ...oneProduct(), headers: writeHeaders(), body: stockChange }),
    responses: () => ({ 200: { description: 'The stock after it.', body: stockLevel, headers: versioned } }),
    problems: ['insufficient-stock', 'limit-reached', ...writeProblems],
  },
  addToCart: {
    method: 'POST',
    path: '/cart/{userId}',
    summary: 'Units of a product, put into the cart',
    description: 'Quantities of one product add up.',
    access: 'owner',
    request: () => ({ ...oneUser(), headers: writeHeaders(), body: line }),
    responses: () => ({
      201: { description: 'The cart after it.', body: cart, headers: { ...mirrorHeader, ...locationHeader } },
    }),
    problems: ['limit-reached', ...writeProblems],
  },
  readCart: {
    method: 'GET',
    path: '/cart/{userId}',
    summary: 'The cart, at the prices of now',
    access: 'owner',
    request: oneUser,
    responses: () => ({ 200: { description: 'The cart.', body: cart, headers: mirrorHeader } }),
    problems: readProblems,
  },
  removeFromCart: {
    method: 'DELETE',
    path: '/cart/{userId}/item/{productId}',
    summary: 'A line, taken out of the cart',
    access: 'owner',
    request: () => ({ path: z.object({ userId, productId }), headers: writeHeaders() }),
    responses: () => ({ 204: { description: 'Removed.', headers: mirrorHeader } }),
    problems: writeProblems,
  },
  placeOrder: {
    method: 'POST',
    path: '/orders',
    summary: 'An order, of the lines given or of the cart',
    description:
      'Prices are fixed, the total is summed and the stock is taken in one transaction, or nothing happens.',
    access: 'owner',
    request: () => ({ headers: writeHeaders(), body: newOrder }),
    responses: () => ({ 201: { description: 'Placed.', body: order, headers: created } }),
    problems: [
      'insufficient-stock',
      'empty-cart',
      'mixed-currencies',
      'limit-reached',
      'version-conflict',
      ...writeProblems,
    ],
  },
  listOrders: {
    method: 'GET',
    path: '/orders/{userId}',
    summary: 'A user’s orders, the newest first',
    access: 'owner',
    request: () => ({ ...oneUser(), query: z.strictObject(pageParameters()) }),
    responses: () => ({ 200: { description: 'A page of orders.', body: orderPage, headers: page } }),
    problems: readProblems,
  },
  readOrder: {
    method: 'GET',
    path: '/orders/{userId}/{orderId}',
    summary: 'One order with the history of its status',
    access: 'owner',
    request: oneOrder,
    responses: () => ({ 200: { description: 'The order.', body: order, headers: versioned } }),
    problems: readProblems,
  },
  cancelOrder: {
    method: 'POST',
    path: '/orders/{userId}/{orderId}/cancel',
    summary: 'An order, cancelled: its units can be sold again',
    description: 'The stock is given back once, however often it is asked.',
    access: 'owner',
    request: () => ({ ...oneOrder(), headers: writeHeaders() }),
    responses: () => ({ 200: { description: 'The cancelled order.', body: order, headers: versioned } }),
    problems: writeProblems,
  },
});
