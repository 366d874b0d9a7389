// The metadata blocks of a Photoshop document: image resources.
import { resourcesOf } from '../../container/psd';
import { unlessDamaged } from '../../container/tolerant-walk';
import type { BlockFinder, FinderInput, FoundBlock } from '../block';
import { findInTags } from './exif-tags';
import { readPieces } from './pieces';
import { resourcePieces } from './resources';

export const psdBlocks: BlockFinder = { container: 'psd', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const { file, wanted } = input;
  const area = unlessDamaged(() => resourcesOf(file));
  if (area === null) return [];
  const pieces = resourcePieces(file, { ...area, wanted, standard: true, placeOf: ({ start }) => start });
  return [...readPieces(file, pieces), ...findInTags(input)];
}
