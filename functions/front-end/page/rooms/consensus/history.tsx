import { useState } from 'preact/hooks';
import { api } from '../../api.ts';
import { formatNumber, formatPercent, formatTime, formatUnits } from '../../formats.ts';
import { type Line, LineChart } from '../../parts/line-chart.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import { RoundChanges } from './round-changes.tsx';
import { type SettledRound, stakePoints } from './stakes.ts';

export type HistoryLine = Awaited<ReturnType<typeof api.listWeights>>['body']['items'][number];
type Names = ReadonlyMap<string, string>;

interface Told {
  readonly lines: readonly HistoryLine[];
  readonly rounds: readonly SettledRound[];
  readonly names: Names;
}

const pointsOf = (lines: readonly HistoryLine[], key: string, of: 'weight' | 'reputation') =>
  lines.flatMap(({ place, members }) => {
    const member = members.find((one) => one.key === key);
    return member === undefined ? [] : [{ x: place, y: member[of] }];
  });

/** What can be followed over time: another one is another entry. */
const measures: readonly {
  readonly name: string;
  readonly format: (value: number) => string;
  readonly pointsOf: (told: Told, key: string) => Line['points'];
}[] = [
  { name: 'Weight', format: formatPercent, pointsOf: ({ lines }, key) => pointsOf(lines, key, 'weight') },
  {
    name: 'Reputation',
    format: (value) => value.toFixed(3),
    pointsOf: ({ lines }, key) => pointsOf(lines, key, 'reputation'),
  },
  { name: 'Stake', format: formatUnits, pointsOf: ({ rounds }, key) => stakePoints(rounds, key) },
];

const listedEveryMs = 30_000;

/** Names by key, also of those that left: the history remembers them. */
function useNames(dataset: string, lines: readonly HistoryLine[]): Names {
  const { value } = usePolled(
    `members ${dataset}`,
    () => api.listMembers({ query: { dataset } }),
    listedEveryMs,
  );
  const members = value?.body.items.map(({ publicKey, name }) => [publicKey, name] as const) ?? [];
  return new Map([
    ...lines.flatMap((line) => line.members.map(({ key, name }) => [key, name] as const)),
    ...members,
  ]);
}

interface HistoryProps {
  readonly dataset: string;
  readonly lines: readonly HistoryLine[];
  readonly rounds: readonly SettledRound[];
}

/** Weights, reputation and stakes over the outcomes, and everything at one of them. */
export function History({ dataset, lines, rounds }: HistoryProps) {
  const [chosen, setChosen] = useState<number | undefined>();
  const [measure = measures[0], setMeasure] = useState(measures[0]);
  const names = useNames(dataset, lines);
  const at = Math.min(chosen ?? lines.length - 1, lines.length - 1);
  const line = lines[at];
  if (line === undefined || measure === undefined) return null;
  const told = { lines, rounds, names };
  const drawn = [...names].map(([key, name]) => ({ name, points: measure.pointsOf(told, key) }));
  const round = rounds.findLast(({ toPlace }) => toPlace <= line.place);
  return (
    <>
      <div class="chips">
        {measures.map((one) => (
          <button key={one.name} type="button" aria-pressed={one === measure} onClick={() => setMeasure(one)}>
            {one.name}
          </button>
        ))}
      </div>
      <LineChart
        title={`${measure.name} by outcome`}
        xName="Outcome"
        lines={drawn.filter(({ points }) => points.length > 0)}
        formatX={formatNumber}
        formatY={measure.format}
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
      <div class="columns">
        <Then line={line} round={round} />
        <RoundChanges dataset={dataset} round={round} names={names} />
      </div>
    </>
  );
}

function Then({ line, round }: { line: HistoryLine; round: SettledRound | undefined }) {
  return (
    <section aria-label="At this outcome">
      <h3>At outcome {formatNumber(line.place)}</h3>
      <Table label="Members then" heads={['Member', '#Weight', '#Reputation', '#Loss', '#Stake']}>
        {line.members.map(({ key, name, weight, reputation, loss }) => {
          const stake = round?.after.get(key);
          return (
            <tr key={key}>
              <td>{name}</td>
              <td class="number">{formatPercent(weight)}</td>
              <td class="number">{reputation.toFixed(3)}</td>
              <td class="number">{loss === undefined ? '–' : loss.toFixed(3)}</td>
              <td class="number">{stake === undefined ? '–' : formatUnits(stake)}</td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}
