// The known name that a mistyped one was most likely meant to be.

/**
 * The name in `names` that is closest to `text`, when at most a third of the letters differ; null when none is that
 * close. The first of several equally close names wins.
 */
export function nearest(text: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.floor(text.length / 3) + 1;
  for (const name of names) {
    if (Math.abs(text.length - name.length) >= fewest) continue;
    const edits = editDistance(text, name);
    if (edits >= fewest) continue;
    [best, fewest] = [name, edits];
  }
  return best;
}

/**
 * The least number of edits that turn `a` into `b`. An edit inserts, removes or replaces a letter, or swaps two neighbours
 * (optimal string alignment distance).
 */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
