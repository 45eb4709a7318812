import type { Attributes } from './attribute-values.ts';
import { partKeysOf } from './row-items.ts';
import { type ItemKey, keyOf } from './table-layout.ts';

/** A record as a page of a query or a scan showed it: some of its parts may be on the next page, or newer or older. */
export interface FoundRecord {
  readonly id: string;
  readonly header: Attributes;
  /** By position; `undefined` where the page did not have it. */
  readonly parts: readonly (Attributes | undefined)[];
}

/** Items by their key. */
export class FoundItems {
  private readonly items = new Map<string, Attributes>();

  add(item: Attributes): void {
    this.items.set(FoundItems.text(keyOf(item)), item);
  }

  get(key: ItemKey): Attributes | undefined {
    return this.items.get(FoundItems.text(key));
  }

  partsOf(header: Attributes): (Attributes | undefined)[] {
    return partKeysOf(header).map((key) => this.get(key));
  }

  private static text({ pk, sk }: ItemKey): string {
    return `${pk.length}:${pk}${sk}`;
  }
}

/** The records whose header is on the page. Parts without one belong to a record of the page before. */
export function foundRecords(page: readonly Attributes[]): FoundRecord[] {
  const found = new FoundItems();
  for (const item of page) found.add(item);
  return page
    .filter((item) => item.kind?.S === 'record')
    .map((header) => ({
      id: header.id?.S ?? '',
      header,
      parts: found.partsOf(header),
    }));
}
