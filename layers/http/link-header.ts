/** `Link: <next page>; rel="next"` (RFC 8288) with the same query, or nothing on the last page. */
export function linkToNext(
  address: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
  next: string | undefined,
): Readonly<Record<string, string>> {
  if (next === undefined) return {};
  const parameters = new URLSearchParams();
  const all: typeof query = { ...query, cursor: next };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) parameters.set(name, String(value));
  return { Link: `<${address}?${parameters.toString()}>; rel="next"` };
}
