// The block finders.
import type { BlockFinder } from '../block';
import { jpegBlocks } from './jpeg';

/** One for each container that may have metadata blocks. */
const finders: readonly BlockFinder[] = [jpegBlocks];

/** The finder of a container; null for a container in which no blocks are looked for. */
export function finderOf(container: string): BlockFinder | null {
  return finders.find((finder) => finder.container === container) ?? null;
}
