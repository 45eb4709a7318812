import type { FieldError } from '../problem.ts';
import { Problem } from '../problem.ts';
import type { StandardAnswer } from './answer.ts';
import { argumentsProblem, checkRow, isErrors, type Row } from './arguments.ts';
import type { Argument, ModelCard } from './card.ts';

/** Rows that one `infer` may ask. */
export const batchRowsMax = 1000;
const errorsMax = 50;

/** The data types of the Open Inference Protocol v2 that a number may come as. */
const numberTypes = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
];

/** A tensor as the protocol writes it in JSON: flat or nested row by row. */
export interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** What a tensor looks like without its data; −1 stands for the number of rows. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

const datatypeOf = ({ type }: Argument) => ({ number: 'FP64', integer: 'INT64', category: 'BYTES' })[type];

/** One input tensor an argument, so that a client names columns and gives categories as text. */
export function inputsOf(card: ModelCard): TensorMetadata[] {
  return card.arguments.map((argument) => ({
    name: argument.name,
    datatype: datatypeOf(argument),
    shape: [-1],
  }));
}

export function outputsOf(card: ModelCard): TensorMetadata[] {
  if (card.task === 'regression') return [{ name: 'value', datatype: 'FP64', shape: [-1] }];
  return [
    { name: 'label', datatype: 'BYTES', shape: [-1] },
    { name: 'probabilities', datatype: 'FP64', shape: [-1, card.labels.length] },
  ];
}

/** Rows of a tensor of the shape [rows] or [rows, 1]; anything else is a wrong shape. */
const rowsOf = ({ shape: [rows, columns = 1, ...rest] }: Tensor) =>
  columns === 1 && rest.length === 0 ? rows : undefined;

function tensorErrors(card: ModelCard, tensors: readonly Tensor[]): FieldError[] {
  const rows = tensors[0] === undefined ? undefined : rowsOf(tensors[0]);
  return tensors.flatMap((tensor, index) => {
    const at = `/body/inputs/${index}`;
    const argument = card.arguments.find(({ name }) => name === tensor.name);
    const types = argument?.type === 'category' ? ['BYTES'] : numberTypes;
    const own = rowsOf(tensor);
    const flat = tensor.data.flat();
    const checks: readonly (readonly [boolean, string, string])[] = [
      [tensors.findIndex(({ name }) => name === tensor.name) !== index, 'name', 'is given more than once'],
      [argument !== undefined && !types.includes(tensor.datatype), 'datatype', `must be ${types.join(', ')}`],
      [
        own === undefined || own !== rows,
        'shape',
        `must be [rows] or [rows, 1], with as many rows as the first tensor`,
      ],
      [flat.length !== own, 'data', `holds ${flat.length} values, its shape says ${own ?? 'something else'}`],
    ];
    return checks.flatMap(([wrong, field, detail]) => (wrong ? [{ pointer: `${at}/${field}`, detail }] : []));
  });
}

function checkRows(card: ModelCard, tensors: readonly Tensor[], rows: number) {
  const columns = tensors.map(({ name, data }) => ({ name, data: data.flat() }));
  const errors: FieldError[] = [];
  const read: Row[] = [];
  for (let index = 0; index < rows && errors.length < errorsMax; index++) {
    const row = checkRow(
      card,
      Object.fromEntries(columns.map(({ name, data }) => [name, data[index]])),
      '/body/inputs',
    );
    if (isErrors(row))
      errors.push(...row.map((error) => ({ ...error, detail: `${error.detail} (row ${index})` })));
    else read.push(row);
  }
  return { errors, read };
}

/**
 * The rows of an `infer` request: one tensor an argument; optional ones may be absent, or null in single rows.
 * @throws Problem `payload-too-large` above `batchRowsMax` rows, `invalid-request` naming what is wrong
 */
export function readRows(card: ModelCard, tensors: readonly Tensor[]): Row[] {
  const rows = tensors[0]?.shape[0] ?? 0;
  if (rows > batchRowsMax) {
    const detail = `The batch has ${rows} rows; at most ${batchRowsMax} are answered in one request. Split it.`;
    throw new Problem('payload-too-large', detail);
  }
  const wrong = tensorErrors(card, tensors);
  if (wrong.length > 0) throw argumentsProblem(card, wrong.slice(0, errorsMax));
  const { errors, read } = checkRows(card, tensors, rows);
  if (errors.length > 0) throw argumentsProblem(card, errors.slice(0, errorsMax));
  return read;
}

/** The answers of a batch as the protocol's output tensors. */
export function outputTensors(card: ModelCard, answers: readonly StandardAnswer['prediction'][]): Tensor[] {
  const rows = answers.length;
  if (card.task === 'regression') {
    const data = answers.map((answer) => ('value' in answer ? answer.value : null));
    return [{ name: 'value', datatype: 'FP64', shape: [rows], data }];
  }
  const labels = answers.map((answer) => ('label' in answer ? answer.label : null));
  const data = answers.flatMap((answer) =>
    card.labels.map((label) => ('label' in answer ? (answer.probabilities[label] ?? 0) : null)),
  );
  return [
    { name: 'label', datatype: 'BYTES', shape: [rows], data: labels },
    { name: 'probabilities', datatype: 'FP64', shape: [rows, card.labels.length], data },
  ];
}
