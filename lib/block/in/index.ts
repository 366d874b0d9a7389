// The block finders.
import { readOneByOne } from '../../tiff/partial-read';
import type { RangeReader } from '../../types';
import type { BlockFinder, FirstBytes } from '../block';
import { cr3Blocks } from './cr3';
import { rafBlocks, rw2Blocks } from './embedded-jpeg';
import { gifBlocks } from './gif';
import { heifBlocks } from './heif';
import { jp2Blocks } from './jp2';
import { jpegBlocks } from './jpeg';
import { jxlBlocks } from './jxl';
import { pngBlocks } from './png';
import { psdBlocks } from './psd';
import { svgBlocks } from './svg';
import { bareExifBlocks, mrwBlocks, tiffBlocks, x3fBlocks } from './tiff';
import { webpBlocks } from './webp';

/** One for each container that may have metadata blocks. */
const finders: readonly BlockFinder[] = [
  jpegBlocks,
  pngBlocks,
  webpBlocks,
  gifBlocks,
  psdBlocks,
  heifBlocks,
  jxlBlocks,
  jp2Blocks,
  tiffBlocks,
  cr3Blocks,
  rafBlocks,
  rw2Blocks,
  mrwBlocks,
  x3fBlocks,
  svgBlocks,
  bareExifBlocks,
];

/** The finder of a container; null for a container in which no blocks are looked for. */
export function finderOf(container: string): BlockFinder | null {
  return finders.find((finder) => finder.container === container) ?? null;
}

/** Reads the rest of the block in which the first bytes end, as far as the budget of reads allows. */
export async function readRest(container: string, first: FirstBytes, reader: RangeReader): Promise<void> {
  const rest = finderOf(container)?.rest?.(first) ?? null;
  if (rest !== null) await readOneByOne(reader, [rest]);
}
