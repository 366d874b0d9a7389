// The bounds of the metadata blocks. "Largest real" is the largest value in 1,222 real and made files.

const [KiB, MiB] = [1024, 1024 ** 2];

/** Bytes of one block: the pieces together, and after unpacking. Largest real: 740 KiB, a C2PA store. */
export const maxFoundBytes = MiB;
/** Bytes of all blocks of one object that are read. Largest real: 830 KiB. */
export const totalFoundBytes = 3 * MiB;
/** Blocks of one object. Largest real: 63, text chunks of a PNG. */
export const maxFoundBlocks = 500;
/**
 * Bytes of an ICC profile that are read: header, table, names. In real profiles the name ends at 6.4 KiB or before, in most at
 * 0.5 KiB.
 */
export const iccStartBytes = 16 * KiB;
/** Bytes at the end of a JPEG in which the directory of Samsung's trailer is looked for. Largest real: 150. */
export const samsungTrailerBytes = 4 * KiB;
