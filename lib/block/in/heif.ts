// The metadata blocks of HEIF and AVIF: most are in the `meta` box (heif-items.ts), the others are boxes of the top level.
import type { ParserInput } from '../../bytes/held';
import { maxBoxBytes } from '../../limits';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { boxPieces, type TopBox, walkBoxes } from './boxes';
import { findInTags } from './exif-tags';
import { metaPieces } from './heif-items';
import { miniPieces } from './heif-mini';
import { type Piece, readPieces } from './pieces';

/** The blocks that are in boxes after `meta`. */
const outsideMeta: readonly BlockName[] = ['c2pa', 'motion'];

export const heifBlocks: BlockFinder = { container: 'heif', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const { file, wanted } = input;
  const piecesOf = boxPieces(file, wanted);
  const isOutside = outsideMeta.some((name) => wanted.has(name));
  let hasMeta = false;
  const pieces = walkBoxes(file, (box) => {
    if (hasMeta && !isOutside) return null;
    const isMeta = !hasMeta && (box.type === 'meta' || box.type === 'mini');
    hasMeta ||= isMeta;
    return isMeta ? itemPieces(file, box, wanted) : piecesOf(box);
  });
  return [...readPieces(file, pieces), ...findInTags(input)];
}

function* itemPieces(file: ParserInput, box: TopBox, wanted: ReadonlySet<BlockName>): Generator<Piece> {
  const { type, offset, end } = box;
  if (type === 'mini') yield* miniPieces(file, box, wanted);
  else if (end - offset <= maxBoxBytes) yield* metaPieces(file, { bytes: file.range(offset, end), offset }, wanted);
}
