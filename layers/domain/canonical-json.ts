function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

/**
 * Canonical JSON: one text for one value. Members sorted by UTF-16 code units as in RFC 8785, no blanks, absent members
 * left out. Numbers are the caller's to keep whole: money and counts are integers everywhere.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}
