// The metadata blocks of a WebP: the chunks `XMP `, `ICCP` [RFC 9649 2.7.1] and `C2PA` [C2PA 2.1, A.3.4].
import { u8 } from '../../bytes/cursor';
import type { HeldBytes } from '../../bytes/held';
import {
  animationFlag,
  type Chunk,
  chunkAt,
  chunksInTail,
  imageChunk,
  isFourCc,
  next,
  riffEndOf,
} from '../../container/webp';
import { webpTail, webpWalk } from '../../limits';
import type { BlockFinder, FinderInput, FoundBlock } from '../block';
import { iccStartBytes } from '../limits';
import { findInTags } from './exif-tags';
import { type Piece, pieceOf, readPieces, searchWithin } from './pieces';

const blockChunks: ReadonlyMap<string, 'xmp' | 'icc' | 'c2pa'> = new Map([
  ['XMP ', 'xmp'],
  ['XMP\0', 'xmp'], // written by some programs
  ['ICCP', 'icc'],
  ['C2PA', 'c2pa'],
]);

export const webpBlocks: BlockFinder = { container: 'webp', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const { file, wanted } = input;
  /** By offset: the end of the file may be searched twice. */
  const pieces = new Map<number, Piece>();
  searchWithin(() => {
    for (const chunk of chunksOf(file)) {
      const name = blockChunks.get(chunk.type);
      if (name !== undefined && wanted.has(name)) pieces.set(chunk.offset, blockPiece(chunk, name, file.size));
    }
  });
  return [...readPieces(file, [...pieces.values()]), ...findInTags(input)];
}

/** Whether the file states that it is an animation. */
function isAnimated(file: HeldBytes): boolean {
  const first = imageChunk(file);
  return first.type === 'VP8X' && (u8(file.upTo(first.offset, 1), 0) & animationFlag) !== 0;
}

/** The chunks, of a long animation those near the start and those of a wanted type at the end. */
function* chunksOf(file: HeldBytes): Generator<Chunk> {
  const riffEnd = riffEndOf(file);
  const isLong = file.size > webpTail && isAnimated(file);
  let offset = 12;
  for (let hops = 0; hops < webpWalk.chunks && !(isLong && offset > webpWalk.bytes); hops++) {
    const chunk = chunkAt(file, offset);
    if (chunk === null || (offset >= riffEnd && !isFourCc(chunk.type))) return;
    yield chunk;
    offset = next(chunk);
  }
  for (const type of blockChunks.keys()) yield* chunksInTail(file, riffEnd, type);
}

function blockPiece({ offset, length }: Chunk, kind: 'xmp' | 'icc' | 'c2pa', fileSize: number): Piece {
  const end = Math.min(fileSize, offset + length);
  const range = { start: offset, end: kind === 'icc' ? Math.min(end, offset + iccStartBytes) : end };
  return pieceOf(range, (bytes) => ({ kind, bytes, offset, size: end - offset }));
}
