import { useRef, useState } from 'preact/hooks';
import { api } from '../../api.ts';
import type { Failure } from '../../failure.ts';
import { formatDateTime, formatMoney, formatNumber } from '../../formats.ts';
import { FailureBox, Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import { newKey } from '../../writes.ts';
import { cancelOrder, type Order } from './cart-writes.ts';
import { StatusBadge } from './orders-view.tsx';

const everyMs = 10_000;

export function OrderView({ user, id }: { user: string; id: string }) {
  const polled = usePolled(
    `order ${user} ${id}`,
    () => api.readOrder({ path: { userId: user, orderId: id } }),
    everyMs,
  );
  return (
    <>
      <p>
        <a href="shop/orders">← Your orders</a>
      </p>
      <h1 tabIndex={-1}>Order</h1>
      <Read polled={polled} what="the order" lines={6}>
        {({ body }) => <Details order={body} />}
      </Read>
    </>
  );
}

function Details({ order }: { order: Order }) {
  const { id, items, totalMinor, currency, status, history } = order;
  return (
    <>
      <p>
        <StatusBadge status={status} /> <code>{id}</code>
      </p>
      <Table
        label="What was ordered"
        heads={['Product', '#Quantity', '#Price']}
        foot={
          <tr>
            <th scope="row" colSpan={2}>
              Total
            </th>
            <td class="number">{formatMoney(totalMinor, currency)}</td>
          </tr>
        }
      >
        {items.map(({ productId, name, quantity, priceMinor }) => (
          <tr key={productId}>
            <td>{name}</td>
            <td class="number">{formatNumber(quantity)}</td>
            <td class="number">{formatMoney(priceMinor, currency)}</td>
          </tr>
        ))}
      </Table>
      <h2>History</h2>
      <ol class="history">
        {history.map(({ status: was, at }) => (
          <li key={`${was} ${at}`}>
            {was} <time class="muted">{formatDateTime(at)}</time>
          </li>
        ))}
      </ol>
      {status === 'cancelled' ? null : <Cancel order={order} />}
    </>
  );
}

function Cancel({ order: { userId, id } }: { order: Order }) {
  const [failure, setFailure] = useState<Failure | undefined>();
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const cancel = async () => {
    setBusy(true);
    const outcome = await cancelOrder(userId, id, key.current);
    setBusy(false);
    setFailure('failure' in outcome ? outcome.failure : undefined);
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={() => void cancel()}>
        Cancel the order
      </button>
      <p class="hint">Its units go back into the stock, once.</p>
      {failure === undefined ? null : <FailureBox failure={failure} retry={() => void cancel()} />}
    </>
  );
}
