// Parses the blocks that a finder found.
import { md5 } from '../bytes/md5';
import type { BlockName, BlockWarning, FoundBlock } from './block';
import { type C2paDocument, parseC2pa } from './c2pa';
import { type GainMap, gainMapOf } from './gain-map';
import { type IccProfile, parseIcc } from './icc';
import { type IptcDocument, parseIptc } from './iptc';
import { type MotionPhoto, motionPhotoOf } from './motion-photo';
import { type MultiPicture, parseMpf } from './mpf';
import { parseXmp } from './xmp';
import type { XmpDocument } from './xmp-value';

/** A text chunk of a PNG. */
export type PngText = Omit<Extract<FoundBlock, { kind: 'text' }>, 'kind'>;

/** Where a block is in its file; `offset` is null when it is compressed or in several pieces. */
export type BlockPlace = Readonly<{ block: BlockName; offset: number | null; size: number }>;

/**
 * The content of all blocks of a file; null for one that the file does not have. `isIptcNewer`: a program has changed the IIM
 * after the XMP [MWG 2.0 3.2].
 */
export type Blocks = Readonly<{
  xmp: XmpDocument | null;
  iptc: IptcDocument | null;
  isIptcNewer: boolean;
  icc: IccProfile | null;
  c2pa: C2paDocument | null;
  text: readonly PngText[];
  mpf: MultiPicture | null;
  gainMap: GainMap | null;
  motionPhoto: MotionPhoto | null;
  places: readonly BlockPlace[];
  warnings: readonly BlockWarning[];
}>;

/** Parses the blocks of a file of `fileSize` bytes. Never throws: a block that cannot be parsed becomes a warning. */
export function parseBlocks(found: readonly FoundBlock[], fileSize: number): Blocks {
  const of = <Kind extends FoundBlock['kind']>(kind: Kind) =>
    found.filter((block): block is Extract<FoundBlock, { kind: Kind }> => block.kind === kind);
  const packets = of('xmp').map(({ bytes }) => bytes);
  const xmp = packets.length === 0 ? null : parseXmp(packets, of('xmp-extension'));
  const [mpf] = of('mpf');
  const picture = mpf === undefined ? null : parseMpf(mpf.bytes, mpf.offset);
  const iptc = of('iptc').length === 0 ? null : parseIptc(of('iptc'));
  const [icc] = of('icc');
  const c2pa = of('c2pa').length === 0 ? null : parseC2pa(of('c2pa'));
  return {
    xmp,
    iptc,
    isIptcNewer: isIptcNewer(of('iptc'), of('iptc-digest')),
    icc: icc === undefined ? null : parseIcc(icc.bytes, icc.size),
    c2pa,
    text: of('text').map(({ keyword, text, chunk }) => ({ keyword, text, chunk })),
    mpf: picture,
    gainMap: gainMapOf({ xmp, mpf: picture, signs: of('gainmap').map(({ sign }) => sign) }),
    motionPhoto: motionPhotoOf({ xmp, found: of('motion'), fileSize }),
    places: placesOf(found),
    warnings: [xmp, iptc, c2pa, picture].flatMap((block) => block?.warnings ?? []),
  };
}

/** The blocks that have to be found for those in `wanted`: gain maps and motion photos are also described elsewhere. */
export function neededFor(wanted: ReadonlySet<BlockName>): ReadonlySet<BlockName> {
  const needed = new Set(wanted);
  if (wanted.has('gainmap') || wanted.has('motion')) needed.add('xmp');
  if (wanted.has('gainmap')) needed.add('mpf');
  return needed;
}

/** The blocks without those that are not in `wanted`. */
export function onlyWanted(blocks: Blocks, wanted: ReadonlySet<BlockName>): Blocks {
  const of = <T>(name: BlockName, block: T): T | null => (wanted.has(name) ? block : null);
  return {
    xmp: of('xmp', blocks.xmp),
    iptc: of('iptc', blocks.iptc),
    isIptcNewer: blocks.isIptcNewer,
    icc: of('icc', blocks.icc),
    c2pa: of('c2pa', blocks.c2pa),
    text: of('text', blocks.text) ?? [],
    mpf: of('mpf', blocks.mpf),
    gainMap: of('gainmap', blocks.gainMap),
    motionPhoto: of('motion', blocks.motionPhoto),
    places: blocks.places.filter(({ block }) => wanted.has(block)),
    warnings: blocks.warnings.filter(({ block }) => wanted.has(block)),
  };
}

/** Whether the digest that Photoshop stored of the IIM is not that of the IIM. A digest of zeros says nothing. */
function isIptcNewer(
  blocks: readonly Extract<FoundBlock, { kind: 'iptc' }>[],
  [stored]: readonly Extract<FoundBlock, { kind: 'iptc-digest' }>[],
): boolean {
  const block = blocks.find(({ standard }) => standard);
  if (block === undefined || stored === undefined || /^0*$/.test(stored.md5)) return false;
  return block.bytes.length === block.size && md5(block.bytes) !== stored.md5;
}

/** In the order of the file; those without an offset come last. */
function placesOf(found: readonly FoundBlock[]): readonly BlockPlace[] {
  const places = found.flatMap((block) =>
    'size' in block ? [{ block: block.kind, offset: block.offset, size: block.size }] : [],
  );
  return places.sort((a, b) => (a.offset ?? Number.MAX_VALUE) - (b.offset ?? Number.MAX_VALUE));
}
