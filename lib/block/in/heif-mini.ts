// XMP and the ICC profile in a `mini` box of HEIF [ISO/IEC 23008-12 Amd 2, Annex O].
import { inflateAny } from '../../bytes/decompress';
import type { ParserInput } from '../../bytes/held';
import type { Box } from '../../container/bmff';
import { type MiniChunk, readMiniHeader } from '../../container/heif-mini';
import type { BlockName } from '../block';
import { iccStartBytes, maxFoundBytes } from '../limits';
import { type Piece, pieceInMemory, pieceOf } from './pieces';

/** The wanted blocks of a `mini` box. Throws ProblemError `DamagedImage` when its header is cut off. */
export function* miniPieces(file: ParserInput, box: Box, wanted: ReadonlySet<BlockName>): Generator<Piece> {
  const { icc, xmp, isCompressed, hasGainMap } = readMiniHeader(file, box);
  if (hasGainMap && wanted.has('gainmap')) yield pieceInMemory({ kind: 'gainmap', sign: 'tmap-item' });
  if (icc.length > 0 && wanted.has('icc')) yield iccPiece(box, icc);
  if (xmp.length > 0 && wanted.has('xmp')) yield xmpPiece(file, box, xmp, isCompressed);
}

function iccPiece(box: Box, { offset, length }: MiniChunk): Piece {
  const start = Math.min(box.end, box.offset + offset);
  const size = Math.min(length, box.end - start);
  const range = { start, end: start + Math.min(size, iccStartBytes) };
  return pieceOf(range, (bytes) => ({ kind: 'icc', bytes, offset: start, size }));
}

function xmpPiece(file: ParserInput, box: Box, { offset, length }: MiniChunk, isCompressed: boolean): Piece {
  const start = Math.min(box.end, box.offset + offset);
  return pieceOf({ start, end: Math.min(box.end, start + length) }, (stored) => {
    if (!isCompressed) return { kind: 'xmp', bytes: stored, offset: start, size: stored.length };
    const bytes = file.wait('mini XMP', () => inflateAny(stored, maxFoundBytes));
    return bytes === null ? null : { kind: 'xmp', bytes, offset: null, size: bytes.length };
  });
}
