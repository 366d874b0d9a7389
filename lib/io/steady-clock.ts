// A clock for ages: how long ago something was true.

/**
 * Returns a function that returns milliseconds, which never go back. They include the time for which a platform stopped the
 * process, when the monotonic clock of the system may stand still: if the date has moved on further than that clock, it counts.
 */
export function steadyClock(
  monotonic: () => number = () => performance.now(),
  date: () => number = Date.now,
): () => number {
  const start = date() - monotonic();
  let ahead = start;
  return () => {
    const ms = monotonic();
    ahead = Math.max(ahead, date() - ms);
    return ms + ahead - start;
  };
}
