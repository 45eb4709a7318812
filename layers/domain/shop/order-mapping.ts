import type { RecordMapping } from '../record-mapping.ts';
import { linesMax } from './cart.ts';

/** An order is a header and a line item for each product; the document holds the lines as a list. */
export const orderMapping: RecordMapping = {
  prefix: 'orders/',
  lines: { field: 'lines', linesMax },
  upgrades: [],
};
