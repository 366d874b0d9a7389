// Work on many things, a bounded number at once, with the results in their order.

/**
 * What `work` makes of each item, in the order of the items; at most `width` are under way or wait for the ones before
 * them. Once `stop` fires nothing more is begun. `work` must not throw.
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
