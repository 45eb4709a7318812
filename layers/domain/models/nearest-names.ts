const nearestMax = 3;
const nameCharsMax = 100;

/** Edits that turn `a` into `b`: insertions, deletions, substitutions (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const kept = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function farness(given: string, name: string): number {
  const [a, b] = [given.toLowerCase(), name.toLowerCase()];
  return a !== '' && (a.includes(b) || b.includes(a)) ? 0 : distance(a, b) / Math.max(a.length, b.length, 1);
}

/** At most three of `names` that `given` may have meant, the likeliest first; none when nothing is near. */
export function nearestNames(given: string, names: readonly string[]): string[] {
  const asked = given.slice(0, nameCharsMax);
  return names
    .map((name) => ({ name, farness: farness(asked, name) }))
    .filter((candidate) => candidate.farness <= 0.5)
    .sort((a, b) => a.farness - b.farness || a.name.localeCompare(b.name, 'en'))
    .slice(0, nearestMax)
    .map(({ name }) => name);
}

/** " Did you mean a or b?", or nothing when no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const near = nearestNames(given, names);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
