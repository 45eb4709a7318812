import { line } from '@layers/contract/shop-bodies';
import { api } from '../../api.ts';
import { formatMoney, formatNumber } from '../../formats.ts';
import { Read } from '../../parts/feedback.tsx';
import { Field, FormFailure, typedNumber, useForm } from '../../parts/form.tsx';
import { usePolled } from '../../polling.ts';
import { type Product, putIntoCart } from './cart-writes.ts';
import { CategoryPicture } from './category-picture.tsx';

const everyMs = 5_000;

export function ProductView({ id, user }: { id: string; user: string }) {
  const polled = usePolled(`product ${id}`, () => api.readProduct({ path: { id } }), everyMs);
  return (
    <>
      <p>
        <a href="shop">← Catalogue</a>
      </p>
      <Read polled={polled} what="the product" lines={6}>
        {({ body }) => <Details product={body} user={user} />}
      </Read>
    </>
  );
}

function Details({ product, user }: { product: Product; user: string }) {
  const { name, description, priceMinor, currency, stock, category, version, image } = product;
  return (
    <article class="product">
      <CategoryPicture category={category} />
      <div>
        <h1 tabIndex={-1}>{name}</h1>
        <p class="price large">{formatMoney(priceMinor, currency)}</p>
        {description === undefined ? null : <p>{description}</p>}
        <dl class="facts">
          <dt>Category</dt>
          <dd>
            <a href={`shop?category=${category}`}>{category}</a>
          </dd>
          <dt>In stock</dt>
          <dd>{stock === 0 ? 'sold out' : formatNumber(stock)}</dd>
          <dt>Version</dt>
          <dd>{formatNumber(version)}</dd>
        </dl>
        {image === undefined ? null : (
          <p>
            <a href={image} target="_blank" rel="noreferrer">
              Picture (elsewhere)
            </a>
          </p>
        )}
        <AddForm product={product} user={user} />
      </div>
    </article>
  );
}

function AddForm({ product, user }: { product: Product; user: string }) {
  const form = useForm({
    schema: line,
    initial: { quantity: '1' },
    toRequest: ({ quantity }) => ({ productId: product.id, quantity: typedNumber(quantity) }),
    onSubmit: (request) => putIntoCart(user, line.parse(request), product.name),
  });
  return (
    <form class="add" onSubmit={form.submit} noValidate>
      <Field form={form} name="quantity" label="Quantity" input={{ inputMode: 'numeric', size: 5 }} />
      <button type="submit" class="primary" disabled={form.busy}>
        Add to cart
      </button>
      <FormFailure form={form} />
    </form>
  );
}
