import type { RowStore } from '@layers/domain/redundancy/store';
import { describeRowImages } from './row-images.suite.ts';
import { describeRowLists } from './row-lists.suite.ts';
import { describeRowWrites } from './row-writes.suite.ts';

/** What every row store does. `open` gives an empty one that nobody else uses. */
export function describeRowStore(
  name: string,
  open: () => Promise<RowStore>,
  segmentCounts: readonly number[] = [1],
): void {
  describeRowImages(name, open);
  describeRowWrites(name, open);
  describeRowLists(name, open, segmentCounts);
}
