import { useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { formatNumber, formatPercent, formatTime } from '../../formats.ts';
import { Read } from '../../parts/feedback.tsx';
import { type Line, LineChart } from '../../parts/line-chart.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';

const everyMs = 6_000;
const pagesMax = 10;

type Current = Awaited<ReturnType<typeof api.readWeights>>['body'];
type HistoryLine = Awaited<ReturnType<typeof api.listWeights>>['body']['items'][number];

async function readHistory(dataset: string): Promise<readonly HistoryLine[]> {
  const lines: HistoryLine[] = [];
  let after: number | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { items, next } = (await api.listWeights({ query: { dataset, after } })).body;
    lines.push(...items);
    if (next === undefined) break;
    after = next;
  }
  return lines;
}

const microUnits = 1_000_000;
const stakeOf = (stake: string) => formatNumber(Number(stake) / microUnits);

/** What each member counts now, and how that came. */
export function Weights({ dataset }: { dataset: string }) {
  const current = usePolled(`weights ${dataset}`, () => api.readWeights({ query: { dataset } }), everyMs);
  const history = usePolled(`history ${dataset}`, () => readHistory(dataset), everyMs);
  return (
    <div class="columns">
      <section aria-label="Weights">
        <h2>What each member counts</h2>
        <Read polled={current} what="the weights" lines={5}>
          {({ body }) => <Now current={body} />}
        </Read>
      </section>
      <section aria-label="Weights over time">
        <h2>How that came</h2>
        <Read polled={history} what="the history" lines={5}>
          {(lines) =>
            lines.length === 0 ? (
              <p class="muted">No outcome was reported yet: all members count as they began.</p>
            ) : (
              <History lines={lines} />
            )
          }
        </Read>
      </section>
    </div>
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
            <td class="number">{stakeOf(stake)}</td>
            <td>{probation > 0 ? `in ${formatNumber(probation)} batches` : founder ? 'founder' : 'yes'}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function History({ lines }: { lines: readonly HistoryLine[] }) {
  const [chosen, setChosen] = useState<number | undefined>();
  const at = Math.min(chosen ?? lines.length - 1, lines.length - 1);
  const line = lines[at];
  const names = [...new Set(lines.flatMap(({ members }) => members.map(({ name }) => name)))];
  const drawn: Line[] = names.map((name) => ({
    name,
    points: lines.flatMap(({ place, members }) => {
      const member = members.find((one) => one.name === name);
      return member === undefined ? [] : [{ x: place, y: member.weight }];
    }),
  }));
  if (line === undefined) return null;
  return (
    <>
      <LineChart
        title="Weight by outcome"
        xName="Outcome"
        lines={drawn}
        formatX={formatNumber}
        formatY={formatPercent}
        at={line.place}
      />
      <div class="field">
        <label for="moment">
          Outcome <output>{formatNumber(line.place)}</output>, {formatTime(line.at)}: {String(line.truth)}
        </label>
        <input
          id="moment"
          type="range"
          min={0}
          max={lines.length - 1}
          value={at}
          onInput={(event) => setChosen(Number(event.currentTarget.value))}
        />
      </div>
      <Table label="Weights then" heads={['Member', '#Weight', '#Reputation', '#Loss']}>
        {line.members.map(({ name, weight, reputation, loss }) => (
          <tr key={name}>
            <td>{name}</td>
            <td class="number">{formatPercent(weight)}</td>
            <td class="number">{reputation.toFixed(3)}</td>
            <td class="number">{loss === undefined ? '–' : loss.toFixed(3)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
