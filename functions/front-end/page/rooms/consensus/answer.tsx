import { formatMs, formatNumber, formatPercent } from '../../formats.ts';
import { Badge } from '../../parts/badge.tsx';
import { Table } from '../../parts/table.tsx';
import { labelOf, placeOf, type Together, without } from './without.ts';

type Prediction = Together['prediction'];

const said = (prediction: Prediction | undefined, label: string | undefined): string => {
  if (prediction === undefined) return 'nothing';
  if ('value' in prediction) return `${formatNumber(Math.round(prediction.value))} ${prediction.unit}`;
  const own = label ?? prediction.label;
  return `${own} ${formatPercent(prediction.probabilities[own] ?? 0)}`;
};

/** What the group says, and how each member bears on it. */
export function Answer({ answer }: { answer: Together }) {
  const { prediction, members, quorum, disagreement, method } = answer;
  const label = labelOf(prediction);
  return (
    <section class="panel" aria-label="The answer">
      <p class="together">
        <span class="muted">Together they say</span> <strong class="said">{said(prediction, label)}</strong>
      </p>
      <p class="states">
        <Badge
          tone={disagreement < 0.1 ? 'good' : 'warn'}
        >{`${formatPercent(disagreement)} disagreement`}</Badge>
        <Badge tone="plain">{`${formatNumber(quorum.answered)} of ${formatNumber(quorum.members)} answered`}</Badge>
        <span class="hint">
          weighed by {method.weighting}, made one by {method.aggregator}
        </span>
      </p>
      <Axis answer={answer} label={label} />
      <Table label="What each member says" heads={['Member', 'Says', '#Weight', 'Without it', '#Time']}>
        {members.map((member) => (
          <tr key={member.name}>
            <td>{member.name}</td>
            <td>
              {member.prediction === undefined ? (
                <Badge tone="bad">{member.status}</Badge>
              ) : (
                said(member.prediction, labelOf(member.prediction))
              )}
            </td>
            <td class="number">{formatPercent(member.weight)}</td>
            <td>{said(without(answer, member.name), label)}</td>
            <td class="number">{formatMs(member.latencyMs)}</td>
          </tr>
        ))}
      </Table>
      {answer.warnings.map(({ argument, detail }) => (
        <p key={argument} class="hint">
          {argument}: {detail}
        </p>
      ))}
    </section>
  );
}

const size = { width: 640, row: 26, left: 12, right: 12, top: 26 };

/** Every member on one axis: the probability that it gives to the group's label, or its value. The table says the same. */
function Axis({ answer, label }: { answer: Together; label: string | undefined }) {
  const members = answer.members.flatMap((member) =>
    member.prediction === undefined ? [] : [{ ...member, at: placeOf(member.prediction, label) }],
  );
  const together = placeOf(answer.prediction, label);
  const places = [together, ...members.map(({ at }) => at)];
  const [low, high] = label === undefined ? [Math.min(...places), Math.max(...places)] : [0, 1];
  const span = high === low ? 1 : high - low;
  const x = (at: number) => size.left + ((at - low) / span) * (size.width - size.left - size.right);
  const height = size.top + members.length * size.row + 8;
  const edge = (at: number) => (label === undefined ? formatNumber(Math.round(at)) : formatPercent(at));
  return (
    <figure class="chart">
      <figcaption>
        <strong>{label === undefined ? 'Value' : `Probability of ${label}`}</strong>{' '}
        <span class="muted">the line is the group, a dot a member, the larger the more it counts</span>
      </figcaption>
      <svg class="plot" viewBox={`0 0 ${size.width} ${height}`} aria-hidden="true">
        <path class="axis" d={`M${size.left} ${size.top - 8}H${size.width - size.right}`} />
        <path class="marker" d={`M${x(together).toFixed(1)} 6V${height - 4}`} />
        {members.map(({ name, at, weight }, row) => (
          <g key={name}>
            <circle
              class={weight > 0 ? 'dot' : 'dot none'}
              cx={x(at).toFixed(1)}
              cy={size.top + row * size.row + 8}
              r={(4 + 10 * Math.sqrt(weight)).toFixed(1)}
            />
            <text
              x={x(at) > size.width / 2 ? x(at) - 18 : x(at) + 18}
              y={size.top + row * size.row + 13}
              text-anchor={x(at) > size.width / 2 ? 'end' : 'start'}
            >
              {name}
            </text>
          </g>
        ))}
      </svg>
      <p class="ends muted">
        <span>{edge(low)}</span>
        <span>{edge(high)}</span>
      </p>
    </figure>
  );
}
