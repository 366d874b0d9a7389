// Finds the bytes of a value that was left unread because it is long.
import { u32 } from '../bytes/cursor';
import { readRange, readUpTo } from '../bytes/reader';
import type { RangeReader, TagEntry } from '../types';
import { readTiffHeader, tiffHeaderLength } from './header';

/**
 * The offset in the stream of the value of a tag whose type has one byte; null when the value is in its entry. Throws what the
 * reader throws, and ProblemError `DamagedImage` when the entry lies outside.
 */
export async function payloadStart(reader: RangeReader, { count, offset }: TagEntry): Promise<number | null> {
  const { big, littleEndian } = readTiffHeader(await readUpTo(reader, 0, tiffHeaderLength));
  if (count <= (big ? 8 : 4)) return null;
  // Of an offset of 8 bytes, only the lower half counts: a longer one is refused when the tags are read.
  const at = offset + (big ? (littleEndian ? 12 : 16) : 8);
  return u32(await readRange(reader, at, at + 4), 0, littleEndian);
}
