// Compares the images of an MPF index with those that a scan of the file found.
import type { MultiPicture } from '../../../lib/block/mpf';
import { type BlockComparison, compareValues } from './comparison';

/** The members of a row of `truth_meta.jsonl` about MPF: offset, size and type of each image. */
export type MpfTruth = Readonly<{ marks?: Readonly<{ mpf?: readonly (readonly [number, number, number])[] }> }>;

const types: ReadonlyMap<number, string> = new Map([
  [0, 'undefined'],
  [0x010001, 'thumbnail-vga'],
  [0x010002, 'thumbnail-full-hd'],
  [0x020002, 'disparity'],
  [0x030000, 'primary'],
]);

/** Every image. */
export function compareMpf({ marks }: MpfTruth, pictures: MultiPicture | null): BlockComparison {
  const [ours, theirs] = [pictures?.images ?? [], marks?.mpf ?? []];
  return compareValues(
    Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => {
      const [image, [offset, size, type = 0] = []] = [ours[i], theirs[i]];
      return {
        at: `mpf:${i}`,
        ours: image === undefined ? '' : `${image.type} ${image.offset} ${image.size}`,
        truth: offset === undefined ? '' : `${types.get(type) ?? type} ${offset} ${size}`,
      };
    }),
  );
}
