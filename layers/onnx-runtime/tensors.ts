import type { ModelCard } from '@layers/domain/models/card';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';

export type Runtime = typeof import('onnxruntime-node');

/** How numbers become the elements of a tensor, by its type: what training tools export. */
const elements: Readonly<
  Record<string, (values: Float32Array) => Float32Array | Float64Array | BigInt64Array | Int32Array>
> = {
  float32: (values) => values,
  float64: (values) => Float64Array.from(values),
  int64: (values) => BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))),
  int32: (values) => Int32Array.from(values),
};

function tensorOf(runtime: Runtime, type: string, values: Float32Array, shape: readonly number[]): Tensor {
  const convert = elements[type];
  if (convert === undefined) throw new Error(`an input of the type ${type} is not known here`);
  return new runtime.Tensor(type as 'float32', convert(values) as Float32Array, shape);
}

const typeOf = (input: InferenceSession.ValueMetadata | undefined) =>
  input?.isTensor === true ? input.type : 'float32';

function columnOf(columns: Float32Array, rows: number, width: number, place: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => columns[row * width + place] ?? Number.NaN);
}

/**
 * What the session is fed: a model with one input gets all columns as [rows, arguments]; one with an input for each
 * argument, as tools export that keep columns apart, gets them by name as [rows, 1], categories as text where it wants text.
 */
export function feedsOf(
  runtime: Runtime,
  session: InferenceSession,
  card: ModelCard,
  columns: Float32Array,
  rows: number,
): InferenceSession.FeedsType {
  const width = card.arguments.length;
  const [only, ...others] = session.inputNames;
  if (only !== undefined && others.length === 0 && (width > 1 || only !== card.arguments[0]?.name)) {
    return { [only]: tensorOf(runtime, typeOf(session.inputMetadata[0]), columns, [rows, width]) };
  }
  return Object.fromEntries(
    session.inputNames.map((name, index) => {
      const place = card.arguments.findIndex((argument) => argument.name === name);
      if (place < 0) throw new Error(`its input ${name} is no argument of its card`);
      const argument = card.arguments[place];
      const values = columnOf(columns, rows, width, place);
      const type = typeOf(session.inputMetadata[index]);
      if (type !== 'string') return [name, tensorOf(runtime, type, values, [rows, 1])];
      const names = argument?.type === 'category' ? argument.values : [];
      return [
        name,
        new runtime.Tensor(
          'string',
          Array.from(values, (value) => names[value] ?? String(value)),
          [rows, 1],
        ),
      ];
    }),
  );
}

/** The numbers of an output tensor; an error when there are more or fewer than the card says. */
export function numbersOf(output: OnnxValue | undefined, expected: number): Float32Array {
  const data: unknown = output?.data;
  const numbers =
    data instanceof Float32Array ? data : data instanceof Float64Array ? Float32Array.from(data) : undefined;
  if (numbers === undefined) throw new Error('its output holds no floating-point numbers');
  if (numbers.length !== expected)
    throw new Error(`its output holds ${numbers.length} numbers, its card says ${expected}`);
  return numbers;
}
