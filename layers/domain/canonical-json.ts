function emit(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((element) => emit(element) ?? 'null').join(',')}]`;
  return typeof value === 'object' ? emitObject(value) : undefined;
}

/**
 * Written by hand: an object made anew would bring members that look like array indexes to the front. `sort` alone
 * compares by UTF-16 code units, the order of RFC 8785.
 */
function emitObject(value: object): string {
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = emit((value as Readonly<Record<string, unknown>>)[name]);
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${member}`);
  }
  return `{${members.join(',')}}`;
}

/**
 * Canonical JSON (RFC 8785): one text for one value. Members sorted by UTF-16 code units, no blanks, absent members left
 * out. Numbers as ECMAScript writes them; money and counts are integers everywhere. Throws `TypeError` for what JSON
 * has no form for: NaN, an infinity, `undefined` or a function as the whole value.
 */
export function canonicalJson(value: unknown): string {
  const text = emit(value);
  if (text === undefined) throw new TypeError(`${typeof value} has no JSON form.`);
  return text;
}
