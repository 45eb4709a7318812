import { api } from '../../api.ts';
import { formatMoney, formatNumber } from '../../formats.ts';
import { Empty, Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import type { Product } from './cart-writes.ts';
import { EditProduct, NewProduct } from './product-form.tsx';

const everyMs = 5_000;

export function AdminView({ edited }: { edited: string }) {
  const polled = usePolled('products to manage', () => api.listProducts({ query: { limit: 100 } }), everyMs);
  return (
    <>
      <h1 tabIndex={-1}>Manage products</h1>
      <div class="with-side">
        <div class="wide">
          <Read polled={polled} what="the products" lines={8}>
            {({ body: { items } }) =>
              items.length === 0 ? (
                <Empty title="Nothing is for sale yet" />
              ) : (
                <Products items={items} edited={edited} />
              )
            }
          </Read>
        </div>
        <section class="side panel" aria-label="Product">
          {edited === '' ? <NewProduct /> : <EditProduct key={edited} id={edited} />}
        </section>
      </div>
    </>
  );
}

function Products({ items, edited }: { items: readonly Product[]; edited: string }) {
  return (
    <Table label="Products" heads={['Name', 'Category', '#Price', '#Stock']}>
      {items.map(({ id, name, category, priceMinor, currency, stock }) => (
        <tr key={id} class={id === edited ? 'chosen' : ''}>
          <td>
            <a href={`shop/admin?edit=${id}`} aria-label={`Change ${name}`}>
              {name}
            </a>
          </td>
          <td>{category}</td>
          <td class="number">{formatMoney(priceMinor, currency)}</td>
          <td class="number">{formatNumber(stock)}</td>
        </tr>
      ))}
    </Table>
  );
}
