import type { Argument, ModelCard } from './card.ts';

function exampleOf(argument: Argument): number | string {
  if (argument.type === 'category') return argument.default ?? argument.values[0] ?? '';
  const { type, minimum = 0, maximum = 1, trainingRange = [minimum, maximum] } = argument;
  const middle = argument.default ?? (trainingRange[0] + trainingRange[1]) / 2;
  return type === 'integer' ? Math.round(middle) : middle;
}

/** Arguments that a model must be able to answer: defaults, else the middle of the training range, else the first value. */
export function exampleArguments(card: ModelCard): Record<string, number | string> {
  return Object.fromEntries(card.arguments.map((argument) => [argument.name, exampleOf(argument)]));
}
