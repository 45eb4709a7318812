import { useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { formatDateTime, formatMoney, formatNumber } from '../../formats.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty, Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import type { Order } from './cart-writes.ts';

const everyMs = 10_000;

export function OrdersView({ user }: { user: string }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const polled = usePolled(
    `orders ${user} ${cursor ?? ''}`,
    () => api.listOrders({ path: { userId: user }, query: { cursor } }),
    everyMs,
  );
  return (
    <>
      <h1 tabIndex={-1}>Your orders</h1>
      <Read polled={polled} what="the orders" lines={4}>
        {({ body: { items, next } }) => (
          <>
            {items.length === 0 && cursor === undefined ? (
              <Empty title={`${user} has not ordered anything yet`}>
                <a href="shop">Find something in the catalogue</a>
              </Empty>
            ) : (
              <Orders items={items} />
            )}
            <p class="pages">
              {cursor === undefined ? null : (
                <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>
                  Newer
                </button>
              )}
              {next === undefined ? null : (
                <button type="button" onClick={() => setCursors([...cursors, next])}>
                  Older
                </button>
              )}
            </p>
          </>
        )}
      </Read>
    </>
  );
}

export const StatusBadge = ({ status }: { status: string }) => (
  <Badge tone={status === 'cancelled' ? 'plain' : 'good'}>{status}</Badge>
);

function Orders({ items }: { items: readonly Order[] }) {
  return (
    <Table label="Orders" heads={['When', 'What', '#Total', 'Status']}>
      {items.map(({ id, userId, items: lines, totalMinor, currency, status, createdAt }) => (
        <tr key={id}>
          <td>
            <a href={`shop/orders/${id}`} aria-label={`Order of ${formatDateTime(createdAt)} by ${userId}`}>
              {formatDateTime(createdAt)}
            </a>
          </td>
          <td>{lines.map(({ name, quantity }) => `${formatNumber(quantity)} × ${name}`).join(', ')}</td>
          <td class="number">{formatMoney(totalMinor, currency)}</td>
          <td>
            <StatusBadge status={status} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
