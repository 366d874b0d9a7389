// The metadata blocks of JPEG 2000: boxes [ISO/IEC 15444-1 Annex I; ISO/IEC 15444-2 Annex M].
//
//   jp2h: colr: method u8 (2 restricted profile, 3 any profile), precedence u8, approximation u8, ICC profile
import { hasAt, u8 } from '../../bytes/cursor';
import type { ParserInput } from '../../bytes/held';
import { type Box, boxesOf } from '../../container/bmff';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes } from '../limits';
import { findInBoxes } from './boxes';
import { filePart } from './file-part';
import { type Piece, pieceOf } from './pieces';

const codestream = '\xff\x4f\xff\x51';
const colrHeader = 3;

export const jp2Blocks: BlockFinder = { container: 'jp2', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const isBareCodestream = hasAt(input.file.upTo(0, 4), 0, codestream);
  return isBareCodestream ? [] : findInBoxes(input, headerPieces);
}

/** The ICC profile of the image header. */
function* headerPieces(
  file: ParserInput,
  { type, offset, end }: Box,
  wanted: ReadonlySet<BlockName>,
): Generator<Piece> {
  if (type !== 'jp2h' || !wanted.has('icc')) return;
  for (const colr of boxesOf(filePart(file, offset, end))) {
    const start = offset + colr.offset + colrHeader;
    const size = offset + colr.end - start;
    if (colr.type !== 'colr' || size <= 0 || ![2, 3].includes(u8(file.upTo(start - colrHeader, 1), 0))) continue;
    const range = { start, end: start + Math.min(size, iccStartBytes) };
    yield pieceOf(range, (bytes) => ({ kind: 'icc', bytes, offset: start, size }));
    return;
  }
}
