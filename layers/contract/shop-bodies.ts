import { lineQuantityMax, linesMax, userIdPattern } from '@layers/domain/shop/cart';
import { currencyCode, minorUnits } from '@layers/domain/shop/money';
import { orderIdPattern, orderStatuses } from '@layers/domain/shop/order';
import { productIdPattern, unitsMax } from '@layers/domain/shop/product';
import * as z from 'zod/mini';
import { pageOf } from './query.ts';

export const productId = z
  .string()
  .check(
    z.regex(productIdPattern),
    z.meta({ description: 'A product id.', examples: ['prod_AAAAAAAAAAAAAAAAAAAAAA'] }),
  );

export const userId = z
  .string()
  .check(
    z.regex(userIdPattern),
    z.meta({ description: 'A user: where tokens are checked, the subject of the token.', examples: ['ada'] }),
  );

export const orderId = z
  .string()
  .check(z.regex(orderIdPattern), z.meta({ description: 'An order id; later orders sort first.' }));

const priceMinor = minorUnits.check(
  z.meta({ description: 'Price in minor units, as cents.', examples: [1250] }),
);
const currency = currencyCode.check(z.meta({ description: 'ISO 4217 code.', examples: ['EUR'] }));

export const category = z
  .string()
  .check(
    z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a-z and 0-9 joined by hyphens'),
    z.maxLength(40),
    z.meta({ examples: ['kitchen'] }),
  );

/** Printable text: no control characters, which neither a document nor a log line should carry, and no half pairs. */
const printable = (max: number) =>
  z.string().check(
    z.regex(
      new RegExp(
        `^[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]{0,${max - 1}}$`,
        'u',
      ),
      `must be 1 to ${max} characters, not starting with a blank, without control characters`,
    ),
    z.refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
    z.meta({ maxLength: max }),
  );

const productFields = () => ({
  name: printable(120).check(z.meta({ maxLength: 120, examples: ['Enamel mug'] })),
  priceMinor,
  currency,
  category,
  description: z.optional(printable(2000)),
  image: z
    .optional(
      z
        .string()
        .check(
          z.regex(
            /^https:\/\/([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/,
            'must be the https address of an image at a domain name, without credentials, port or query',
          ),
          z.maxLength(500),
        ),
    )
    .check(z.meta({ examples: ['https://images.example.com/mug.jpg'] })),
});

const stock = () =>
  z
    .int()
    .check(z.gte(0), z.lte(unitsMax), z.meta({ description: 'Units that can be sold.', examples: [50] }));

export const newProduct = z.lazy(() =>
  z.strictObject({ ...productFields(), stock: stock() }).check(z.meta({ id: 'NewProduct' })),
);

export const replacedProduct = z.lazy(() =>
  z
    .strictObject({
      ...productFields(),
      stock: z
        .optional(stock())
        .check(z.meta({ description: 'Units that can be sold. Needs If-Match; left out, it stays.' })),
    })
    .check(z.meta({ id: 'ReplacedProduct' })),
);

export const product = z.lazy(() =>
  z
    .object({
      id: productId,
      ...productFields(),
      stock: z.int().check(z.gte(0)),
      version: z
        .int()
        .check(z.gte(1), z.meta({ description: 'Of what the catalogue says; selling does not change it.' })),
    })
    .check(z.meta({ id: 'Product' })),
);

export const productPage = pageOf(product).check(z.meta({ id: 'ProductPage' }));

export const stockChange = z.lazy(() =>
  z
    .strictObject({
      delta: z
        .int()
        .check(
          z.gte(-unitsMax),
          z.lte(unitsMax),
          z.meta({ description: 'Units that come, or go where it is negative.', examples: [10] }),
        ),
    })
    .check(z.meta({ id: 'StockChange' })),
);

export const stockLevel = z.lazy(() =>
  z.object({ id: productId, stock: z.int().check(z.gte(0)) }).check(z.meta({ id: 'StockLevel' })),
);

export const line = z.lazy(() =>
  z
    .strictObject({
      productId,
      quantity: z.int().check(z.gte(1), z.lte(lineQuantityMax), z.meta({ examples: [2] })),
    })
    .check(z.meta({ id: 'Line' })),
);

const shownLine = z.lazy(() =>
  z.object({
    productId,
    quantity: z.int(),
    available: z
      .boolean()
      .check(z.meta({ description: 'False: the product is gone, so it has no name and no price.' })),
    name: z.optional(z.string()),
    priceMinor: z.optional(priceMinor),
    currency: z.optional(currency),
  }),
);

export const cart = z.lazy(() =>
  z
    .object({
      userId,
      items: z.array(shownLine),
      totals: z
        .array(z.object({ currency, totalMinor: z.int().check(z.gte(0)) }))
        .check(z.meta({ description: 'Sums of the lines at the prices of now, one a currency.' })),
    })
    .check(z.meta({ id: 'Cart' })),
);

export const newOrder = z.lazy(() =>
  z
    .strictObject({
      userId,
      items: z
        .optional(z.array(line).check(z.minLength(1), z.maxLength(linesMax)))
        .check(
          z.meta({ description: 'What to order; left out, what is in the cart, which is emptied by it.' }),
        ),
    })
    .check(z.meta({ id: 'NewOrder' })),
);

const status = z.enum(orderStatuses);

export const order = z.lazy(() =>
  z
    .object({
      id: orderId,
      userId,
      items: z.array(z.object({ productId, name: z.string(), quantity: z.int(), priceMinor })),
      totalMinor: z.int().check(z.gte(0)),
      currency,
      status,
      createdAt: z.iso.datetime(),
      history: z.array(z.object({ status, at: z.iso.datetime() })),
    })
    .check(z.meta({ id: 'Order' })),
);

export const orderPage = pageOf(order).check(z.meta({ id: 'OrderPage' }));
