// Works on many items, a limited number at a time, and returns the results in the order of the items.

/**
 * The results of `work` for each item, in the order of the items. At most `width` items are being worked on, or are done and
 * wait for an earlier one. After `stop` fires, no further item is started. `work` must not throw.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
  stop: AbortSignal,
): AsyncGenerator<Result> {
  const under: Promise<Result>[] = [];
  for await (const item of items) {
    if (stop.aborted) break;
    under.push(work(item));
    if (under.length < width) continue;
    const first = under.shift();
    if (first !== undefined) yield first;
  }
  for (const next of under) yield next;
}
