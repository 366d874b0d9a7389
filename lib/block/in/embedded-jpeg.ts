// Metadata blocks in the JPEG that some raw files contain: Fujifilm RAF and Panasonic RW2.
import { u32 } from '../../bytes/cursor';
import { jpgFromRaw } from '../../tag/pointer';
import type { ByteRange } from '../../types';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { findInTags, valueOffset } from './exif-tags';
import { filePart } from './file-part';
import { jpegBlocks } from './jpeg';
import { searchWithin } from './pieces';

/** The blocks that are about the photo, not about the preview. */
const ofPhoto: readonly BlockName[] = ['xmp', 'iptc'];

export const rafBlocks: BlockFinder = { container: 'raf', find: (input) => findIn(input, rafImage) };
export const rw2Blocks: BlockFinder = { container: 'rw2', find: (input) => findIn(input, rw2Image) };

/** The blocks in the tags, then those of the JPEG. */
function findIn(input: FinderInput, imageOf: (input: FinderInput) => ByteRange | null): readonly FoundBlock[] {
  const found = [...findInTags(input)];
  searchWithin(() => {
    const image = imageOf(input);
    if (image !== null) found.push(...blocksOfImage(input, image));
  });
  return found;
}

function blocksOfImage({ file, wanted }: FinderInput, { start, end }: ByteRange): readonly FoundBlock[] {
  const part = filePart(file, start, Math.min(end, file.size));
  const ofImage = new Set(ofPhoto.filter((name) => wanted.has(name)));
  if (ofImage.size === 0) return [];
  return jpegBlocks.find({ file: part, exif: null, wanted: ofImage }).map((block) => shifted(block, start));
}

function shifted(block: FoundBlock, by: number): FoundBlock {
  return 'offset' in block && block.offset !== null ? { ...block, offset: block.offset + by } : block;
}

/** "FUJIFILMCCD-RAW " ... at 84: JPEG offset u32, JPEG length u32 */
function rafImage({ file }: FinderInput): ByteRange {
  const pointer = file.range(84, 92);
  const start = u32(pointer, 0, false);
  return { start, end: start + u32(pointer, 4, false) };
}

/** The tag JpgFromRaw of IFD0. */
function rw2Image({ file, exif }: FinderInput): ByteRange | null {
  const raw = exif?.parts.find(({ stream }) => stream.root === 'Raw');
  const entry = raw?.document.entries.find(({ tag }) => tag === jpgFromRaw);
  if (entry === undefined) return null;
  const start = valueOffset(file, entry, entry.count);
  return { start, end: start + entry.count };
}
