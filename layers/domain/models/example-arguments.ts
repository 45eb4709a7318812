import type { Argument, ModelCard, NumberArgument } from './card.ts';

function middleOf({ minimum = 0, maximum = 1, trainingRange = [minimum, maximum] }: NumberArgument): number {
  return (trainingRange[0] + trainingRange[1]) / 2;
}

function exampleOf(argument: Argument): number | string {
  if (argument.type === 'category') return argument.default ?? argument.values[0] ?? '';
  const example = argument.default ?? middleOf(argument);
  return argument.type === 'integer' ? Math.round(example) : example;
}

/** Arguments that a model must be able to answer: defaults, else the middle of the training range, else the first value. */
export function exampleArguments(card: ModelCard): Record<string, number | string> {
  return Object.fromEntries(card.arguments.map((argument) => [argument.name, exampleOf(argument)]));
}
