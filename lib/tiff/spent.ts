// What all TIFF streams of one document have taken of the limits for a document (lib/limits.ts).

/** Counts that grow while streams are read: entries, and bytes of long IFDs, of values, and of values that are numbers. */
export type Spent = { entries: number; ifdBytes: number; valueBytes: number; numberBytes: number };

/** The counts of a document of which nothing has been read. */
export function nothingSpent(): Spent {
  return { entries: 0, ifdBytes: 0, valueBytes: 0, numberBytes: 0 };
}
