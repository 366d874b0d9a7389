// The tags of several IFDs as one list of names, as services do that know no IFDs.
import { isBeyondLimits } from '../../tag/pointer';
import type { IfdPath, TagEntry } from '../../types';

/**
 * The entries that have a name, by it, in no order: `ifds` are gone through in theirs, and the first entry wins the name.
 */
export function mergedTags(
  entries: readonly TagEntry[],
  ifds: readonly IfdPath[],
  nameOf: (entry: TagEntry) => string | null,
): ReadonlyMap<string, TagEntry> {
  const merged = new Map<string, TagEntry>();
  for (const ifd of ifds) {
    for (const entry of entries) {
      const name = entry.ifd === ifd && !isBeyondLimits(entry) ? nameOf(entry) : null;
      if (name !== null && !merged.has(name)) merged.set(name, entry);
    }
  }
  return merged;
}
