// The block finders.
import type { BlockFinder } from '../block';
import { cr3Blocks } from './cr3';
import { gifBlocks } from './gif';
import { heifBlocks } from './heif';
import { jp2Blocks } from './jp2';
import { jpegBlocks } from './jpeg';
import { jxlBlocks } from './jxl';
import { pngBlocks } from './png';
import { psdBlocks } from './psd';
import { tiffBlocks } from './tiff';
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
];

/** The finder of a container; null for a container in which no blocks are looked for. */
export function finderOf(container: string): BlockFinder | null {
  return finders.find((finder) => finder.container === container) ?? null;
}
