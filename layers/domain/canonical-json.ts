/** What stands in JSON as it is. Looking at a text costs half of what a call of `JSON.stringify` does. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

const quote = (text: string) => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

function emit(value: unknown): string | undefined {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((element) => emit(element) ?? 'null').join(',')}]`;
  return typeof value === 'object' ? emitObject(value) : undefined;
}

/**
 * Written by hand: an object made anew would bring members that look like array indexes to the front. `sort` alone
 * compares by UTF-16 code units, the order of RFC 8785.
 */
function emitObject(value: object): string {
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member = emit((value as Readonly<Record<string, unknown>>)[name]);
    if (member !== undefined) members += `${members === '' ? '' : ','}${quote(name)}:${member}`;
  }
  return `{${members}}`;
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
