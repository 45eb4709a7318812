import type { FieldError } from '../problem.ts';
import { Problem } from '../problem.ts';
import type { Argument, ModelCard, NumberArgument } from './card.ts';
import { didYouMean } from './nearest-names.ts';

/** A given value: text from a query, anything from JSON, an array for a name that was given more than once. */
export type Given = Readonly<Record<string, unknown>>;

export interface Warning {
  readonly argument: string;
  readonly detail: string;
}

/** One row that a model can be asked: `columns` in the order of the card's arguments, as float32 takes them. */
export interface Row {
  readonly inputs: Readonly<Record<string, number | string>>;
  readonly columns: readonly number[];
  readonly defaultsUsed: readonly string[];
  readonly warnings: readonly Warning[];
}

const floatMax = 3.402_823_4e38;
const shownCharsMax = 40;
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

const segment = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const shown = (value: unknown) => JSON.stringify(value).slice(0, shownCharsMax);

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= shownCharsMax && decimal.test(value)
    ? Number(value)
    : Number.NaN;
}

/** The value, or what is wrong with it. */
type Read = { readonly value: number | string; readonly column: number } | { readonly wrong: string };

function expected({ type, unit }: NumberArgument): string {
  return `${type === 'integer' ? 'whole number' : 'number'}${unit === undefined ? '' : ` (${unit})`}`;
}

function readNumber(argument: NumberArgument, given: unknown): Read {
  const { type, minimum = -floatMax, maximum = floatMax } = argument;
  const value = asNumber(given);
  if (value >= minimum && value <= maximum && (type === 'number' || Number.isInteger(value))) {
    return { value, column: value };
  }
  return { wrong: `must be a ${expected(argument)} from ${minimum} to ${maximum}, not ${shown(given)}` };
}

function readValue(argument: Argument, given: unknown): Read {
  if (Array.isArray(given)) return { wrong: `is given ${given.length} times; give it once` };
  if (given === '') {
    return { wrong: argument.required ? 'is empty' : 'is empty; leave it out and its default is used' };
  }
  if (argument.type !== 'category') return readNumber(argument, given);
  const column = typeof given === 'string' ? argument.values.indexOf(given) : -1;
  if (column >= 0) return { value: given as string, column };
  return { wrong: `must be one of ${argument.values.join(', ')}, not ${shown(given)}` };
}

function warningsOf(argument: Argument, value: number | string): Warning[] {
  if (argument.type === 'category' || argument.trainingRange === undefined || typeof value === 'string')
    return [];
  const [lowest, highest] = argument.trainingRange;
  if (value >= lowest && value <= highest) return [];
  return [
    {
      argument: argument.name,
      detail: `${value} is outside the range ${lowest} to ${highest} that the model was trained on`,
    },
  ];
}

function unknownErrors(card: ModelCard, given: Given, at: string): FieldError[] {
  const names = card.arguments.map(({ name }) => name);
  return Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      pointer: `${at}/${segment(name)}`,
      detail: `is no argument of ${card.name}.${didYouMean(name, names)}`,
    }));
}

function readArgument(argument: Argument, given: unknown): Read {
  if (given !== undefined) return readValue(argument, given);
  return argument.required ? { wrong: 'is missing' } : readValue(argument, argument.default);
}

/** A row, or every error of it. `at` is the JSON pointer of the place where the arguments stand. */
export function checkRow(card: ModelCard, given: Given, at: string): Row | readonly FieldError[] {
  const errors: FieldError[] = unknownErrors(card, given, at);
  const inputs: Record<string, number | string> = {};
  const columns: number[] = [];
  const defaultsUsed: string[] = [];
  const warnings: Warning[] = [];
  for (const argument of card.arguments) {
    const { name } = argument;
    // Own keys only: a name such as "constructor" is given by nobody.
    const own = (Object.hasOwn(given, name) ? given[name] : undefined) ?? undefined;
    const read = readArgument(argument, own);
    if ('wrong' in read) {
      errors.push({ pointer: `${at}/${segment(name)}`, detail: read.wrong });
      continue;
    }
    inputs[name] = read.value;
    columns.push(read.column);
    if (own === undefined) defaultsUsed.push(name);
    warnings.push(...warningsOf(argument, read.value));
  }
  return errors.length > 0 ? errors : { inputs, columns, defaultsUsed, warnings };
}

/** The problem that names every wrong, missing, unknown and repeated argument. */
export function argumentsProblem(card: ModelCard, errors: readonly FieldError[]): Problem {
  const list = card.arguments.map(({ name, required }) => (required ? name : `${name}?`)).join(', ');
  const count = `${errors.length} argument${errors.length === 1 ? ' is' : 's are'} wrong`;
  const detail = `${count} for ${card.name}, which takes ${list}. GET /models/${card.name} describes them.`;
  return new Problem('invalid-request', detail, { errors });
}

/**
 * The row that the arguments of a query or a body make, imputed from the card.
 * @throws Problem `invalid-request` naming all that is wrong
 */
export function readRow(card: ModelCard, given: Given, at = '/query'): Row {
  const row = checkRow(card, given, at);
  if (isErrors(row)) throw argumentsProblem(card, row);
  return row;
}

export function isErrors(row: Row | readonly FieldError[]): row is readonly FieldError[] {
  return Array.isArray(row);
}
