import { lineQuantityMax, linesMax, userIdPattern } from '@layers/domain/shop/cart';
import { currencyCode, minorUnits } from '@layers/domain/shop/money';
import { orderIdPattern, orderStatuses } from '@layers/domain/shop/order';
import { productIdPattern, unitsMax } from '@layers/domain/shop/product';
import * as z from 'zod';
import { pageOf } from './query.ts';

export const productId = z
  .string()
  .regex(productIdPattern)
  .meta({ description: 'A product id.', examples: ['prod_AAAAAAAAAAAAAAAAAAAAAA'] });

export const userId = z
  .string()
  .regex(userIdPattern)
  .meta({ description: 'A user: where tokens are checked, the subject of the token.', examples: ['ada'] });

export const orderId = z
  .string()
  .regex(orderIdPattern)
  .meta({ description: 'An order id; later orders sort first.' });

const priceMinor = minorUnits.meta({ description: 'Price in minor units, as cents.', examples: [1250] });
const currency = currencyCode.meta({ description: 'ISO 4217 code.', examples: ['EUR'] });

export const category = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a-z and 0-9 joined by hyphens')
  .max(40)
  .meta({ examples: ['kitchen'] });

/** Printable text: no control characters, which neither a document nor a log line should carry, and no half pairs. */
const printable = (max: number) =>
  z
    .string()
    .regex(
      new RegExp(
        `^[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]{0,${max - 1}}$`,
        'u',
      ),
      `must be 1 to ${max} characters, not starting with a blank, without control characters`,
    )
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .meta({ maxLength: max });

const productFields = {
  name: printable(120).meta({ maxLength: 120, examples: ['Enamel mug'] }),
  priceMinor,
  currency,
  category,
  description: printable(2000).optional(),
  image: z
    .string()
    .regex(
      /^https:\/\/([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?$/,
      'must be the https address of an image at a domain name, without credentials, port or query',
    )
    .max(500)
    .optional()
    .meta({ examples: ['https://images.example.com/mug.jpg'] }),
};

const stock = z
  .int()
  .min(0)
  .max(unitsMax)
  .meta({ description: 'Units that can be sold.', examples: [50] });

export const newProduct = z.strictObject({ ...productFields, stock }).meta({ id: 'NewProduct' });

export const replacedProduct = z
  .strictObject({
    ...productFields,
    stock: stock
      .optional()
      .meta({ description: 'Units that can be sold. Needs If-Match; left out, it stays.' }),
  })
  .meta({ id: 'ReplacedProduct' });

export const product = z
  .object({
    id: productId,
    ...productFields,
    stock: z.int().min(0),
    version: z.int().min(1).meta({ description: 'Of what the catalogue says; selling does not change it.' }),
  })
  .meta({ id: 'Product' });

export const productPage = pageOf(product).meta({ id: 'ProductPage' });

export const stockChange = z
  .strictObject({
    delta: z
      .int()
      .min(-unitsMax)
      .max(unitsMax)
      .meta({ description: 'Units that come, or go where it is negative.', examples: [10] }),
  })
  .meta({ id: 'StockChange' });

export const stockLevel = z.object({ id: productId, stock: z.int().min(0) }).meta({ id: 'StockLevel' });

export const line = z
  .strictObject({
    productId,
    quantity: z
      .int()
      .min(1)
      .max(lineQuantityMax)
      .meta({ examples: [2] }),
  })
  .meta({ id: 'Line' });

const shownLine = z.object({
  productId,
  quantity: z.int(),
  available: z.boolean().meta({ description: 'False: the product is gone, so it has no name and no price.' }),
  name: z.string().optional(),
  priceMinor: priceMinor.optional(),
  currency: currency.optional(),
});

export const cart = z
  .object({
    userId,
    items: z.array(shownLine),
    totals: z
      .array(z.object({ currency, totalMinor: z.int().min(0) }))
      .meta({ description: 'Sums of the lines at the prices of now, one a currency.' }),
  })
  .meta({ id: 'Cart' });

export const newOrder = z
  .strictObject({
    userId,
    items: z
      .array(line)
      .min(1)
      .max(linesMax)
      .optional()
      .meta({ description: 'What to order; left out, what is in the cart, which is emptied by it.' }),
  })
  .meta({ id: 'NewOrder' });

const status = z.enum(orderStatuses);

export const order = z
  .object({
    id: orderId,
    userId,
    items: z.array(z.object({ productId, name: z.string(), quantity: z.int(), priceMinor })),
    totalMinor: z.int().min(0),
    currency,
    status,
    createdAt: z.iso.datetime(),
    history: z.array(z.object({ status, at: z.iso.datetime() })),
  })
  .meta({ id: 'Order' });

export const orderPage = pageOf(order).meta({ id: 'OrderPage' });
