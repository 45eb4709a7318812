import { useObservable } from '../../observable.ts';
import type { Place } from '../../router.ts';
import { AdminView } from './admin-view.tsx';
import { CartPanel } from './cart-panel.tsx';
import { Catalogue } from './catalogue.tsx';
import { OrderView } from './order-view.tsx';
import { OrdersView } from './orders-view.tsx';
import { ProductView } from './product-view.tsx';
import { shopper } from './shopper.ts';

const views = [
  { path: '', name: 'Catalogue' },
  { path: 'orders', name: 'Your orders' },
  { path: 'admin', name: 'Manage products' },
] as const;

/** Buying, what was bought, and the shop’s own side of the counter. */
export function ShopRoom({ parts, query }: Place) {
  const [view = '', id] = parts;
  const user = useObservable(shopper);
  return (
    <div class="room shop">
      <nav class="tabs views" aria-label="Views of the shop">
        {views.map(({ path, name }) => (
          <a
            key={path}
            href={path === '' ? 'shop' : `shop/${path}`}
            aria-current={view === path ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <div class="with-side">
        <div class="wide">{viewOf(view, id, query, user)}</div>
        {view === 'admin' ? null : <CartPanel user={user} />}
      </div>
    </div>
  );
}

function viewOf(view: string, id: string | undefined, query: URLSearchParams, user: string) {
  if (view === 'products' && id !== undefined) return <ProductView key={id} id={id} user={user} />;
  if (view === 'orders')
    return id === undefined ? <OrdersView user={user} /> : <OrderView key={id} user={user} id={id} />;
  if (view === 'admin') return <AdminView edited={query.get('edit') ?? ''} />;
  return <Catalogue query={query} user={user} />;
}
