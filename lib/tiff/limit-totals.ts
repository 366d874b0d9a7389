// Counts how much of the limits for one document (lib/limits.ts) its TIFF streams have used.

/** Totals that grow while streams are read: entries, and bytes of long IFDs, of values, and of values that are numbers. */
export type LimitTotals = { entries: number; ifdBytes: number; valueBytes: number; numberBytes: number };

/** The totals before the first stream. */
export function zeroTotals(): LimitTotals {
  return { entries: 0, ifdBytes: 0, valueBytes: 0, numberBytes: 0 };
}
