// The limits of reading maker notes. "Largest real" is the largest value in 239 real notes.
const KiB = 1024;

/** Bytes of a note that are read. Largest real: 43 KiB. */
export const maxNoteBytes = 64 * KiB;
/** Entries of one IFD of a note. Largest real: 104. */
export const maxNoteEntries = 512;
/** Bytes of one value of a note. Largest real that is read: 10 KiB. */
export const maxNoteValueBytes = 64 * KiB;
/** IFDs below the first one of a note. Largest real that is read: 1. */
export const maxNoteDepth = 2;
/** Ranges that are read when values lie outside of the note and are not in memory, and bytes of each. Largest real: 0. */
export const maxNoteRanges = 2;
export const maxNoteRangeBytes = 16 * KiB;
/** Characters of an answer that is a text. Largest real: 46. */
export const maxNoteText = 128;
/** Sections of the DNGPrivateData of Adobe. Largest real: 3. */
export const maxPrivateSections = 32;
