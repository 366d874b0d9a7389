// Works on several items at the same time.

/** Items at once: enough for a store that takes 20 ms for a request. */
const width = 16;

/** Calls `work` for each item; throws the first error after all that was started has ended. */
export async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++];
      try {
        if (item !== undefined) await work(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: width }, lane));
  for (const end of lanes) if (end.status === 'rejected') throw end.reason;
}
