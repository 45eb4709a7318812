import { shop } from '@layers/contract/shop';
import { useEffect, useState } from 'preact/hooks';
import type * as z from 'zod/mini';
import { api } from '../../api.ts';
import { noticed } from '../../connection.ts';
import type { Failure } from '../../failure.ts';
import { formatMoney, formatNumber, parseMoney } from '../../formats.ts';
import { Empty, FailureBox, Read } from '../../parts/feedback.tsx';
import { Field, useForm, type Values } from '../../parts/form.tsx';
import { usePolled } from '../../polling.ts';
import { go, setQuery } from '../../router.ts';
import { type Product, putIntoCart } from './cart-writes.ts';
import { CategoryPicture } from './category-picture.tsx';

const everyMs = 5_000;
const pageSize = 24;
/** Of the seeded catalogue: filters are typed in it. */
const currency = 'EUR';

const filterNames = ['q', 'category', 'min', 'max', 'inStock'] as const;
const filterSchema = shop.listProducts.request.query;

/** The filters as the API takes them, those that are empty left out. An amount that is none stays text, which the schema refuses. */
function toQuery(values: Values): z.input<typeof filterSchema> {
  const amount = (text = '') => (text === '' ? '' : String(parseMoney(text, currency) ?? text));
  const all = {
    q: values.q,
    category: values.category,
    minPriceMinor: amount(values.min),
    maxPriceMinor: amount(values.max),
    inStock: values.inStock,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}

const known = new Set<string>();
const remember = (items: readonly Product[]) => {
  for (const { category } of items) known.add(category);
  return [...known].sort();
};

export function Catalogue({ query, user }: { query: URLSearchParams; user: string }) {
  const values = Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? '']));
  const asked = filterSchema.safeParse(toQuery(values)).success ? toQuery(values) : {};
  const text = JSON.stringify(asked);
  const polled = usePolled(text, () => api.listProducts({ query: { ...asked, limit: pageSize } }), everyMs);
  const categories = remember(polled.value?.body.items ?? []);
  return (
    <>
      <h1 tabIndex={-1}>Catalogue</h1>
      <Filters values={values} categories={categories} />
      <Read polled={polled} what="the catalogue" lines={8}>
        {({ body: { items, next } }) =>
          items.length === 0 && next === undefined ? (
            <NothingFound filtered={text !== '{}'} />
          ) : (
            <>
              <ul class="cards">
                {items.map((product) => (
                  <Card key={product.id} product={product} user={user} />
                ))}
              </ul>
              <More key={`${text} ${next ?? ''}`} query={asked} next={next} user={user} />
            </>
          )
        }
      </Read>
    </>
  );
}

function NothingFound({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty title="Nothing matches these filters">
      <button type="button" onClick={() => go('shop')}>
        Clear the filters
      </button>
    </Empty>
  ) : (
    <Empty title="Nothing is for sale yet">
      <a href="shop/admin">Add the first product</a>
    </Empty>
  );
}

function Filters({ values, categories }: { values: Values; categories: readonly string[] }) {
  const form = useForm({
    schema: filterSchema,
    initial: values,
    toRequest: toQuery,
    fieldOf: { minPriceMinor: 'min', maxPriceMinor: 'max' },
    onSubmit: () => Promise.resolve(undefined),
  });
  const change = (name: string, value: string) => {
    form.set(name, value);
    setQuery({ [name]: value });
  };
  const live = { ...form, set: change };
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filters">
      <Field form={live} name="q" label="Name" input={{ inputMode: 'search' }} />
      <Field form={live} name="min" label={`From (${currency})`} input={{ inputMode: 'decimal', size: 6 }} />
      <Field form={live} name="max" label={`To (${currency})`} input={{ inputMode: 'decimal', size: 6 }} />
      <fieldset class="chips">
        <legend>Category</legend>
        {/* First, so that it stays where it is when the categories have been read. */}
        <button
          type="button"
          aria-pressed={values.inStock === 'true'}
          onClick={() => change('inStock', values.inStock === 'true' ? '' : 'true')}
        >
          In stock
        </button>
        {['', ...categories].map((category) => (
          <button
            key={category}
            type="button"
            aria-pressed={(values.category ?? '') === category}
            onClick={() => change('category', category)}
          >
            {category === '' ? 'All' : category}
          </button>
        ))}
      </fieldset>
    </form>
  );
}

function Card({ product, user }: { product: Product; user: string }) {
  const { id, name, priceMinor, stock, category } = product;
  const [failure, setFailure] = useState<Failure | undefined>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    setFailure(await putIntoCart(user, { productId: id, quantity: 1 }, name));
    setBusy(false);
  };
  return (
    <li class="card">
      <a class="card-link" href={`shop/products/${id}`}>
        <CategoryPicture category={category} />
        <span class="card-name">{name}</span>
      </a>
      <p class="card-facts">
        <span class="price">{formatMoney(priceMinor, product.currency)}</span>
        <span class={stock === 0 ? 'stock gone' : 'stock'}>
          {stock === 0 ? 'sold out' : `${formatNumber(stock)} left`}
        </span>
      </p>
      <button type="button" disabled={busy || stock === 0} onClick={() => void add()}>
        Add <span class="visually-hidden">{name}</span> to cart
      </button>
      {failure === undefined ? null : <p class="complaint">{failure.detail}</p>}
    </li>
  );
}

interface MoreProps {
  readonly query: ReturnType<typeof toQuery>;
  readonly next: string | undefined;
  readonly user: string;
}

/** Later pages, on demand. */
function More({ query, next: first, user }: MoreProps) {
  const [items, setItems] = useState<readonly Product[]>([]);
  const [next, setNext] = useState(first);
  const [failure, setFailure] = useState<Failure | undefined>();
  useEffect(() => setFailure(undefined), [next]);
  const read = async () => {
    try {
      const { body } = await api.listProducts({ query: { ...query, limit: pageSize, cursor: next } });
      setItems((old) => [...old, ...body.items]);
      remember(body.items);
      setNext(body.next);
    } catch (error) {
      setFailure(noticed(error));
    }
  };
  return (
    <>
      <ul class="cards">
        {items.map((product) => (
          <Card key={product.id} product={product} user={user} />
        ))}
      </ul>
      {failure === undefined ? null : <FailureBox failure={failure} retry={() => void read()} />}
      {next === undefined ? null : (
        <button type="button" class="more" onClick={() => void read()}>
          Show more
        </button>
      )}
    </>
  );
}
