import { canonicalJson } from './canonical-json.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Makes a document of the next version of its type's schema. Pure; fields that it does not know it leaves alone. */
export type Upgrade = (older: Fields) => Fields;

/** How the records of one type are kept as normalised items on one side and as one aggregate document on the other. */
export interface RecordMapping {
  /** The first segment of the records' ids, with its slash. */
  readonly prefix: string;
  /** A list of the document each element of which is an item of its own; `undefined`: one item holds everything. */
  readonly lines: { readonly field: string; readonly linesMax: number } | undefined;
  /** The first makes version 2 of a version 1, and so on: what was ever stored is read for ever. */
  readonly upgrades: readonly Upgrade[];
}

/** A document taken apart: what its header item holds, and the list whose elements are items (absent is not empty). */
export interface Items {
  readonly header: Fields;
  readonly lines: readonly unknown[] | undefined;
}

/**
 * The canonical image of a record, taken apart. Fields that the mapping does not know stay in the header.
 * `undefined` for what is not an object in canonical form: that cannot come back byte for byte, and stays text.
 */
export function toItems(image: string, mapping: RecordMapping | undefined): Items | undefined {
  const document = canonicalObject(image);
  const lines = document === undefined ? undefined : linesOf(document, mapping);
  if (document === undefined || lines === undefined) return document && { header: document, lines };
  const others = Object.entries(document).filter(([name]) => name !== mapping?.lines?.field);
  return { header: Object.fromEntries(others), lines };
}

/** A field that is no list, or a longer one than the items of a transaction allow, stays in the header. */
function linesOf(document: Fields, mapping: RecordMapping | undefined): readonly unknown[] | undefined {
  if (mapping?.lines === undefined) return undefined;
  const list = document[mapping.lines.field];
  return Array.isArray(list) && list.length <= mapping.lines.linesMax ? list : undefined;
}

/** The canonical image that `toItems` took apart, byte for byte. */
export function toDocument({ header, lines }: Items, mapping: RecordMapping | undefined): string {
  const field = mapping?.lines?.field;
  if (lines === undefined || field === undefined) return canonicalJson(header);
  return canonicalJson(Object.fromEntries([...Object.entries(header), [field, lines]]));
}

/** The object that a text is the canonical form of, if it is one. */
export function canonicalObject(text: string): Fields | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Fields;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The version of its type's schema that a document was written in: 1 unless it says otherwise. */
function versionOf({ schemaVersion }: Fields): number {
  return typeof schemaVersion === 'number' && Number.isInteger(schemaVersion) ? schemaVersion : 1;
}

/**
 * A document in the newest version of its type's schema, step by step from the one that it was written in. One of a later
 * version than is known here (a deployment that was rolled back) stays as it is.
 */
export function upgradeFields(stored: Fields, upgrades: readonly Upgrade[]): Fields {
  let fields = stored;
  for (let version = Math.max(1, versionOf(stored)); version <= upgrades.length; version += 1) {
    const step = upgrades[version - 1];
    if (step !== undefined) fields = { ...step(fields), schemaVersion: version + 1 };
  }
  return fields;
}
