// The metadata blocks of JPEG XL: boxes around the codestream [ISO/IEC 18181-2 clause 4]. The ICC profile is a compressed part
// of the codestream itself, and is not read.
import { hasAt } from '../../bytes/cursor';
import type { BlockFinder, FinderInput, FoundBlock } from '../block';
import { findInBoxes } from './boxes';

export const jxlBlocks: BlockFinder = { container: 'jxl', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const isBareCodestream = hasAt(input.file.upTo(0, 2), 0, '\xff\x0a');
  return isBareCodestream ? [] : findInBoxes(input);
}
