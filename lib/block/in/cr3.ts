// The metadata blocks of Canon CR3: boxes of the top level, next to `moov`.
import type { BlockFinder } from '../block';
import { findInBoxes } from './boxes';

export const cr3Blocks: BlockFinder = { container: 'cr3', find: (input) => findInBoxes(input) };
