import { api } from '../../api.ts';
import { formatNumber, formatPercent, formatUnits } from '../../formats.ts';
import { Badge } from '../../parts/badge.tsx';
import { Read } from '../../parts/feedback.tsx';
import { Table } from '../../parts/table.tsx';
import { useGrowing, usePolled } from '../../polling.ts';
import { History, type HistoryLine } from './history.tsx';
import { Invite } from './invite.tsx';
import { roundsIn, unitsOf } from './stakes.ts';

const everyMs = 8_000;
const pageSize = 100;

type Current = Awaited<ReturnType<typeof api.readWeights>>['body'];
type Supply = Awaited<ReturnType<typeof api.readSupply>>['body'];

const useHistory = (dataset: string) =>
  useGrowing<HistoryLine>(
    `history ${dataset}`,
    async (last) => (await api.listWeights({ query: { dataset, after: last?.place, limit: pageSize } })).body,
    everyMs,
  );

const useRounds = (dataset: string) => {
  const { value = [] } = useGrowing(
    'ledger',
    async (last: { readonly seq: number } | undefined) =>
      (await api.listLedger({ query: { cursor: last?.seq, limit: pageSize } })).body,
    everyMs,
  );
  return roundsIn(value, dataset);
};

/** What each member counts now, what is at stake, and how that came. */
export function Weights({ dataset }: { dataset: string }) {
  const current = usePolled(`weights ${dataset}`, () => api.readWeights({ query: { dataset } }), everyMs);
  const supply = usePolled('supply', () => api.readSupply(), everyMs);
  const history = useHistory(dataset);
  const rounds = useRounds(dataset);
  return (
    <>
      <div class="columns">
        <section aria-label="Weights">
          <h2>What each member counts</h2>
          <Read polled={current} what="the weights" lines={5}>
            {({ body }) => <Now current={body} />}
          </Read>
        </section>
        <section aria-label="Stakes">
          <h2>What is at stake</h2>
          <Read polled={supply} what="the supply" lines={3}>
            {({ body }) => <Books supply={body} dataset={dataset} />}
          </Read>
          <Invite dataset={dataset} />
        </section>
      </div>
      <section class="wide" aria-label="Over time">
        <h2>How that came</h2>
        <Read polled={history} what="the history" lines={5}>
          {(lines) =>
            lines.length === 0 ? (
              <p class="muted">No outcome was reported yet: all members count as they began.</p>
            ) : (
              <History dataset={dataset} lines={lines} rounds={rounds} />
            )
          }
        </Read>
      </section>
    </>
  );
}

function Now({ current: { members, outcomes } }: { current: Current }) {
  return (
    <>
      <p class="muted">After {formatNumber(outcomes)} outcomes.</p>
      <Table label="Weights now" heads={['Member', '#Weight', '#Reputation', '#Stake', 'Counts']}>
        {members.map(({ name, weight, reputation, stake, probation, founder }) => (
          <tr key={name}>
            <td>{name}</td>
            <td class="number">{formatPercent(weight)}</td>
            <td class="number">{reputation.toFixed(3)}</td>
            <td class="number">{formatUnits(unitsOf(stake))}</td>
            <td>{probation > 0 ? `in ${formatNumber(probation)} batches` : founder ? 'founder' : 'yes'}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** Both sides of the invariant, and the game of this data set. */
function Books({ supply, dataset }: { supply: Supply; dataset: string }) {
  const { deposits, withdrawals, balances, insurance, conserved } = supply;
  const game = supply.datasets[dataset];
  const amount = (text: string) => formatUnits(unitsOf(text));
  return (
    <>
      <p class="states">
        {game === undefined ? (
          <Badge tone="plain">Books not opened</Badge>
        ) : (
          <>
            <Badge tone="plain">{`rounds settled: ${formatNumber(game.rounds)}`}</Badge>
            <Badge tone="plain">{`units at stake: ${amount(game.atStake)}`}</Badge>
          </>
        )}
        <Badge tone={conserved ? 'good' : 'bad'}>{conserved ? 'supply holds' : 'supply is broken'}</Badge>
      </p>
      <p class="hint">
        {game === undefined ? 'Before an operator opens its books all stand for the same. ' : ''}
        balances {amount(balances)} + insurance {amount(insurance)} = deposits {amount(deposits)} −
        withdrawals {amount(withdrawals)}
      </p>
    </>
  );
}
