// The block finders.
import type { BlockFinder } from '../block';
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
