import { formatChange, formatNumber, formatUnits } from '../../formats.ts';
import { Badge, type Tone } from '../../parts/badge.tsx';
import { Table } from '../../parts/table.tsx';
import { usePolled } from '../../polling.ts';
import { type Faults, readFaults, type SettledRound } from './stakes.ts';

/** What is settled changes no more. */
const settledEveryMs = 3_600_000;

/** What statuses of the evidence are in words, the gravest first. */
const faultWords: Readonly<Record<string, string>> = {
  mismatch: 'revealed other answers than it had committed to',
  invalid: 'revealed what are no answers',
};
const silent = 'did not reveal';

interface Why {
  readonly tone: Tone;
  readonly word: string;
  readonly proven: string;
}

function whyOf(faults: ReadonlyMap<string, number> | undefined, change: number): Why {
  const proven = [...(faults ?? [])]
    .map(([status, times]) => `${faultWords[status] ?? silent}, ${formatNumber(times)} of them`)
    .join('; ');
  if (proven !== '') return { tone: 'bad', word: 'slashed', proven };
  if (change > 0) return { tone: 'good', word: 'rewarded', proven };
  return change < 0 ? { tone: 'warn', word: 'lost', proven } : { tone: 'plain', word: 'unchanged', proven };
}

interface RoundChangesProps {
  readonly dataset: string;
  readonly round: SettledRound | undefined;
  readonly names: ReadonlyMap<string, string>;
}

/** Rewards and slashes of the round that was settled last before a moment. */
export function RoundChanges({ dataset, round, names }: RoundChangesProps) {
  const { value: faults } = usePolled<Faults>(
    `faults ${dataset} ${round?.round}`,
    async () => (round === undefined ? new Map() : readFaults(dataset, round)),
    settledEveryMs,
  );
  return (
    <section aria-label="Rewards and slashes">
      <h3>Rewards and slashes</h3>
      {round === undefined ? (
        <p class="muted">No round was settled by then.</p>
      ) : (
        <Changes round={round} names={names} faults={faults} />
      )}
    </section>
  );
}

function Changes({
  round: { round, fromPlace, toPlace, before, after, insured },
  names,
  faults,
}: Pick<RoundChangesProps, 'names'> & { round: SettledRound; faults: Faults | undefined }) {
  const changes = [...before]
    .map(([key, stake]) => ({ key, stake, change: (after.get(key) ?? 0) - stake }))
    .sort((one, other) => other.change - one.change);
  return (
    <>
      <p class="hint">
        Round {formatNumber(round)}, outcomes {formatNumber(fromPlace)} to {formatNumber(toPlace)}: whoever
        was nearer to the truth than the group is paid by those who were further from it.
      </p>
      <Table label="Stakes before and after" heads={['Member', '#Before', '#Change', '#After', 'Why']}>
        {changes.map(({ key, stake, change }) => {
          const { tone, word, proven } = whyOf(faults?.get(key), change);
          return (
            <tr key={key} data-member={names.get(key)}>
              <td class="name">{names.get(key) ?? key.slice(0, 8)}</td>
              <td class="number">{formatUnits(stake)}</td>
              <td class="number">{formatChange(change)}</td>
              <td class="number">{formatUnits(stake + change)}</td>
              <td>
                <Badge tone={tone}>{word}</Badge> {proven}
              </td>
            </tr>
          );
        })}
        {insured === 0 ? null : (
          <tr>
            <td>insurance</td>
            <td />
            <td class="number">{formatChange(insured)}</td>
            <td />
            <td>half of what was slashed</td>
          </tr>
        )}
      </Table>
    </>
  );
}
