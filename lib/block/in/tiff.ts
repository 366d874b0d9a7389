// The metadata blocks of TIFF files and of raw files that are built as TIFF: they are tags.
import type { BlockFinder } from '../block';
import { findInTags } from './exif-tags';

export const tiffBlocks: BlockFinder = { container: 'tiff', find: findInTags };
