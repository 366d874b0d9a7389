// Plans which IFDs are read, following pointers and chains.
import { maxIfds } from '../limits';
import { pointerPaths, pointerTags } from '../tag/pointer';
import type { IfdPath, TagEntry, TagValue } from '../types';
import { type Chain, chainPath } from './chain';
import type { FoundIfd } from './gps-ifd';
import { tiffHeaderMinimum } from './header';
import { hex, type Target, type Walk, warn } from './walk';

/** The number of entries that the first read of an IFD covers. A longer IFD is read again completely. */
const likelyEntries = 40;

/** Plans the IFDs that a pointer tag leads to. An IFD that is not read costs a warning. */
export function followPointers(
  walk: Walk,
  { ifd: from, tag, offset: at }: TagEntry,
  value: Exclude<TagValue, null>,
): void {
  if (!pointerTags.has(tag) || value.length === 0) return;
  const [target] = value;
  if (value instanceof Uint8Array || typeof target !== 'number')
    return warn(walk, 'bad-type', at, `tag ${hex(tag)} leads to an IFD, but its value is not an offset`);
  const path = pointerPaths.get(tag);
  if (path !== undefined) {
    if (value.length > 1)
      warn(walk, 'bad-entry', at, `tag ${hex(tag)} has more than one offset: only the first is followed`);
    return follow(walk, { path, offset: target, chain: null, at }, from);
  }
  if (from === 'Exif') return warn(walk, 'bad-entry', at, 'SubIFDs of the Exif IFD are not read');
  followSubIfds(walk, value, at);
}

/** SubIFDs are an array of offsets, or a chain when there is only one offset. */
function followSubIfds(walk: Walk, offsets: Exclude<TagValue, null>, at: number): void {
  for (const offset of offsets) {
    if (typeof offset !== 'number') continue;
    if (offsets.length === 1) followChain(walk, 'SubIFD', offset, at);
    else follow(walk, { path: chainPath('SubIFD', walk.counts.SubIFD++), offset, chain: null, at });
  }
}

export function followChain(walk: Walk, chain: Chain, offset: number, at: number): void {
  follow(walk, { path: chainPath(chain, walk.counts[chain]++), offset, chain, at });
}

/**
 * Plans the IFD of `target`, unless it was read already, lies outside, or is one too many. Of two IFDs with the same name only
 * the first is read. But some programs write several Exif IFDs, in IFD0 or inside an Exif IFD: all of them are read.
 */
export function follow(walk: Walk, target: Target, from: IfdPath | null = null): void {
  const { path, offset, at } = target;
  // The pointer may be of a floating-point type.
  if (!Number.isSafeInteger(offset)) return warn(walk, 'bad-entry', at, `the offset of ${path} is not a whole number`);
  const before = walk.visited.get(offset);
  if (before !== undefined && path === 'GPS') before.isPointedAt = true;
  if (before?.path === path) return;
  if (before !== undefined) return warn(walk, 'loop', at, `${path} at ${offset} was read before`);
  const mayRepeat = path === 'Exif' && (from === 'IFD0' || from === 'Exif');
  if (walk.paths.has(path) && !mayRepeat)
    return warn(walk, 'bad-entry', at, `${path} at ${offset} is not read: there is one before it`);
  if (walk.visited.size >= maxIfds) return warn(walk, 'limit', at, 'more IFDs than the limit');
  if (offset < tiffHeaderMinimum) return warn(walk, 'bad-entry', at, `${path} at ${offset} lies inside the header`);
  if (offset + 2 > walk.size) return warn(walk, 'truncated', at, `${path} at ${offset} lies outside`);
  const found: FoundIfd = { path, entries: [], isPointedAt: false };
  walk.visited.set(offset, found);
  walk.paths.add(path);
  const length = walk.header.big ? 16 + 20 * likelyEntries : 6 + 12 * likelyEntries;
  walk.ifds.push({ ...target, length, found });
}

/** Whether an IFD that was not read may be at `offset`: some programs write any number where the standard requires 0. */
export function mayBeIfd({ visited, size }: Walk, offset: number): boolean {
  return offset >= tiffHeaderMinimum && offset + 2 <= size && !visited.has(offset);
}
