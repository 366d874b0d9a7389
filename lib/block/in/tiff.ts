// The metadata blocks of formats in which they are tags: TIFF files, raw files that are built as TIFF, and bare EXIF.
import type { BlockFinder } from '../block';
import { findInTags } from './exif-tags';

const ofTags = (container: string): BlockFinder => ({ container, find: findInTags });

export const tiffBlocks = ofTags('tiff');
export const mrwBlocks = ofTags('mrw');
export const x3fBlocks = ofTags('x3f');
export const bareExifBlocks = ofTags('exif');
