// Compares the gain map that was found with the signs that a scan of the file found.
import type { GainMap } from '../../../lib/block/gain-map';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, compareValues } from './comparison';

/** The members of a row of `truth_meta.jsonl` about gain maps. */
export type GainMapTruth = Readonly<{ flags?: Readonly<{ gain_map?: readonly string[] }> }>;

/** The kinds of the signs in the image itself. A gain map of which only the second image has a sign is `another image`. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['hdrgm-xmp', 'ultra-hdr'],
  ['iso21496-app2', 'iso-21496'],
  ['tmap-item', 'iso-21496'],
  ['jhgm-box', 'iso-21496'],
  ['apple-auxC', 'apple'],
  ['apple-xmp', 'apple'],
]);

/** One value: all kinds. */
export function compareGainMap({ flags }: GainMapTruth, gainMap: GainMap | null): BlockComparison {
  const signs = flags?.gain_map ?? [];
  const expected = new Set(signs.flatMap((sign) => kinds.get(sign) ?? []));
  const truth = expected.size === 0 && signs.length > 0 ? 'another image' : [...expected].toSorted().join();
  const ours = (gainMap?.kinds ?? []).toSorted().join();
  return compareValues(truth === '' && ours === '' ? [] : [{ at: 'gainmap', ours, truth }]);
}

const secondImage =
  'Only the XMP of the second image says that it is a gain map; MPF gives it no type. It is not read, because it is after the header.';

export const knownGainMaps: readonly KnownDifference[] = [
  'corpus/valid/jpeg/libavif__apple_gainmap_old.jpg',
  'corpus-meta/files/jpg/libultrahdr__apple_gainmap_new.jpg',
].map((file) => ({ file, at: 'gainmap', reason: secondImage }));
