import { aggregate, aggregators } from '@layers/domain/consensus/aggregate';
import type { api } from '../../api.ts';

export type Together = Awaited<ReturnType<typeof api.askTogether>>['body'];
type Prediction = Together['prediction'];

/** A prediction as one place on the axis: the probability of the consensus's label, or the value. */
export function placeOf(prediction: Prediction, label: string | undefined): number {
  return 'value' in prediction ? prediction.value : (prediction.probabilities[label ?? ''] ?? 0);
}

export const labelOf = (prediction: Prediction): string | undefined =>
  'label' in prediction ? prediction.label : undefined;

/** What the group would say without one of its members, by the rule of the group itself. */
export function without(answer: Together, name: string): Prediction | undefined {
  const aggregator = aggregators.find((one) => one.name === answer.method.aggregator);
  const others = answer.members.filter((member) => member.name !== name && member.weight > 0);
  if (aggregator === undefined) return undefined;
  const { prediction: together } = answer;
  if ('value' in together) {
    const opinions = others.flatMap(({ prediction, weight }) =>
      prediction !== undefined && 'value' in prediction ? [{ answer: [prediction.value], weight }] : [],
    );
    const [value] = aggregate(aggregator, opinions) ?? [];
    return value === undefined ? undefined : { value, unit: together.unit };
  }
  const labels = Object.keys(together.probabilities);
  const opinions = others.flatMap(({ prediction, weight }) =>
    prediction !== undefined && 'probabilities' in prediction
      ? [{ answer: labels.map((label) => prediction.probabilities[label] ?? 0), weight }]
      : [],
  );
  const point = aggregate(aggregator, opinions);
  if (point === undefined) return undefined;
  const best = point.indexOf(Math.max(...point));
  return {
    label: labels[best] ?? '',
    probabilities: Object.fromEntries(labels.map((label, place) => [label, point[place] ?? 0])),
  };
}
