// Keeps the memory of a command small that reads a table in groups of rows.
import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8 collects garbage as soon as the heap has grown by 20 %. Little is kept of each group of rows, and V8 would let the
 * garbage grow to twice the size of a group: rewriting a dataset of a million rows took 334 MiB, with this 188 MiB and a fifth more
 * processor time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
