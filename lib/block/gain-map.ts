// Whether an image has a gain map, which turns it into one of high dynamic range, and by which specification.
import { appendedItems } from './appended-items';
import type { FoundBlock } from './block';
import type { MultiPicture } from './mpf';
import { xmpNamespaces } from './xmp-namespaces';
import { propertyOf, textOf, type XmpDocument } from './xmp-value';

/** A sign of a gain map in the container. */
export type GainMapSign = Extract<FoundBlock, { kind: 'gainmap' }>['sign'];

/** Ultra HDR of Android and Adobe; ISO 21496-1; Apple's own; or only an image of that type in an MPF index. */
export type GainMapKind = 'ultra-hdr' | 'iso-21496' | 'apple' | 'mpf';

/** `kinds`: all that the image has signs of. `version`, as stored: of the first kind that states one in the XMP of the image. */
export type GainMap = Readonly<{ kinds: readonly GainMapKind[]; version: string | null }>;

/** Where a gain map may show: the XMP and the MPF index of the image, null without one, and the signs in the container. */
export type GainMapSources = Readonly<{
  xmp: XmpDocument | null;
  mpf: MultiPicture | null;
  signs: readonly GainMapSign[];
}>;

const kindOfSign: Readonly<Record<GainMapSign, GainMapKind>> = {
  'iso21496-app2': 'iso-21496',
  'tmap-item': 'iso-21496',
  'jhgm-box': 'iso-21496',
  'apple-auxC': 'apple',
};

/** The kinds of the gain map; null without one. */
export function gainMapOf({ xmp, mpf, signs }: GainMapSources): GainMap | null {
  const stated = (namespace: string, name: string): string | null =>
    xmp === null ? null : textOf(propertyOf(xmp, namespace, name));
  const ultraHdr = stated(xmpNamespaces.hdrgm, 'Version');
  const apple = stated(xmpNamespaces.HDRGainMap, 'HDRGainMapVersion');
  const kinds = new Set<GainMapKind>();
  if (ultraHdr !== null || appendedItems(xmp).some(({ semantic }) => semantic === 'GainMap')) kinds.add('ultra-hdr');
  for (const sign of signs) kinds.add(kindOfSign[sign]);
  if (apple !== null) kinds.add('apple');
  if (kinds.size === 0 && mpf?.images.some(({ type }) => type === 'gain-map') === true) kinds.add('mpf');
  return kinds.size === 0 ? null : { kinds: [...kinds], version: ultraHdr ?? apple };
}
