import { newProduct, replacedProduct, stockChange } from '@layers/contract/shop-bodies';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { noticed } from '../../connection.ts';
import type { Failure } from '../../failure.ts';
import { parseMoney, typedMoney } from '../../formats.ts';
import { FailureBox, Loading } from '../../parts/feedback.tsx';
import { Field, type Form, FormFailure, typedNumber, useForm, type Values } from '../../parts/form.tsx';
import { go } from '../../router.ts';
import { newKey, write } from '../../writes.ts';
import type { Product } from './cart-writes.ts';

const fieldOf = { priceMinor: 'price' };
const blank = { name: '', price: '', currency: 'EUR', category: '', stock: '', description: '', image: '' };

/** What is typed, as the body of a request; optional fields that are empty are left out. */
function toBody({ name, price = '', currency = '', category, description = '', image = '' }: Values) {
  return {
    name,
    priceMinor: parseMoney(price, currency) ?? (price === '' ? undefined : price),
    currency,
    category,
    ...(description === '' ? {} : { description }),
    ...(image === '' ? {} : { image }),
  };
}

function Fields({ form }: { form: Form }) {
  return (
    <>
      <Field form={form} name="name" label="Name" />
      <div class="pair">
        <Field form={form} name="price" label="Price" hint="As 12.50" input={{ inputMode: 'decimal' }} />
        <Field form={form} name="currency" label="Currency" hint="ISO 4217" input={{ maxLength: 3 }} />
      </div>
      <Field form={form} name="category" label="Category" hint="a-z, 0-9 and hyphens" />
      <Field form={form} name="description" label="Description (optional)" multiline />
      <Field form={form} name="image" label="Picture’s address (optional)" hint="https, at a domain name" />
    </>
  );
}

export function NewProduct() {
  const form: Form = useForm({
    schema: newProduct,
    initial: blank,
    fieldOf,
    toRequest: (values) => ({
      ...toBody(values),
      stock: values.stock === '' ? undefined : typedNumber(values.stock),
    }),
    onSubmit: async (request) => {
      const body = newProduct.parse(request);
      const outcome = await write({
        what: `${body.name} added`,
        request: 'POST /products',
        group: 'shop',
        key: newKey(),
        send: (headers) => api.createProduct({ headers, body }),
        recordOf: (answer) => `products/${answer.body.id}`,
      });
      if ('failure' in outcome) return outcome.failure;
      form.reset(blank);
      return undefined;
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <h2>New product</h2>
      <Fields form={form} />
      <Field form={form} name="stock" label="Stock" input={{ inputMode: 'numeric' }} />
      <FormFailure form={form} />
      <button type="submit" class="primary" disabled={form.busy}>
        Add product
      </button>
    </form>
  );
}

interface Read {
  readonly product: Product;
  readonly etag: string;
}

export function EditProduct({ id }: { id: string }) {
  const [read, setRead] = useState<Read | undefined>();
  const [failure, setFailure] = useState<Failure | undefined>();
  const load = async () => {
    try {
      const { body, headers } = await api.readProduct({ path: { id } });
      setFailure(undefined);
      setRead({ product: body, etag: headers.get('etag') ?? '' });
    } catch (error) {
      setFailure(noticed(error));
    }
  };
  useEffect(() => void load(), [id]);
  if (failure !== undefined) return <FailureBox failure={failure} retry={() => void load()} />;
  if (read === undefined) return <Loading what="the product" lines={6} />;
  return (
    <>
      <EditForm key={read.etag} {...read} reload={() => void load()} />
      <StockForm product={read.product} reload={() => void load()} />
      <p>
        <a href="shop/admin">New product instead</a>
      </p>
    </>
  );
}

function EditForm({ product, etag, reload }: Read & { reload: () => void }) {
  const { id, name, priceMinor, currency, category, description = '', image = '' } = product;
  const form = useForm({
    schema: replacedProduct,
    initial: { name, price: typedMoney(priceMinor, currency), currency, category, description, image },
    fieldOf,
    toRequest: toBody,
    onSubmit: async (request) => {
      const body = replacedProduct.parse(request);
      const outcome = await write({
        what: `${body.name} changed`,
        request: `PUT /products/${id}`,
        group: 'shop',
        key: newKey(),
        send: (headers) =>
          api.replaceProduct({ path: { id }, headers: { ...headers, 'if-match': etag }, body }),
        recordOf: () => `products/${id}`,
      });
      if ('failure' in outcome) return outcome.failure;
      reload();
      return undefined;
    },
  });
  const remove = async () => {
    const outcome = await write({
      what: `${name} deleted`,
      request: `DELETE /products/${id}`,
      group: 'shop',
      key: newKey(),
      send: (headers) => api.deleteProduct({ path: { id }, headers }),
      recordOf: () => `products/${id}`,
    });
    if (!('failure' in outcome)) go('shop/admin');
  };
  return (
    <form onSubmit={form.submit} noValidate>
      <h2>Change {name}</h2>
      <Fields form={form} />
      <FormFailure form={form}>
        <button type="button" onClick={reload}>
          Read it again
        </button>
      </FormFailure>
      <p class="actions">
        <button type="submit" class="primary" disabled={form.busy}>
          Save
        </button>
        <button type="button" class="danger" onClick={() => void remove()}>
          Delete
        </button>
      </p>
    </form>
  );
}

function StockForm({ product: { id, name, stock }, reload }: { product: Product; reload: () => void }) {
  const form: Form = useForm({
    schema: stockChange,
    initial: { delta: '10' },
    toRequest: ({ delta }) => ({ delta: typedNumber(delta) }),
    onSubmit: async (request) => {
      const body = stockChange.parse(request);
      const outcome = await write({
        what: `Stock of ${name} changed by ${body.delta}`,
        request: `POST /products/${id}/stock`,
        group: 'shop',
        key: newKey(),
        send: (headers) => api.changeStock({ path: { id }, headers, body }),
        recordOf: () => `stock/${id}`,
      });
      if ('failure' in outcome) return outcome.failure;
      reload();
      return undefined;
    },
  });
  return (
    <form class="add" onSubmit={form.submit} noValidate>
      <p role="status">{stock} in stock</p>
      <Field
        form={form}
        name="delta"
        label="Units that come or go"
        hint="As 10 or -3"
        input={{ inputMode: 'numeric', size: 6 }}
      />
      <button type="submit" disabled={form.busy}>
        Change stock
      </button>
      <FormFailure form={form} />
    </form>
  );
}
