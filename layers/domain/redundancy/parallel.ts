/** Runs `work` on every item, at most `limit` at a time. The first error ends it, once those under way are done. */
export async function eachOf<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // One iterator for all of them: whoever is done takes the next item.
  const left = items.values();
  const errors: unknown[] = [];
  const workThrough = async () => {
    for (const item of left) {
      if (errors.length > 0) return;
      await work(item).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workThrough));
  if (errors.length > 0) throw errors[0];
}
