// HEIF, HEIC and AVIF, images and sequences [ISO/IEC 23008-12; AV1 Image File Format].
//
//   ftyp   meta: an item of type Exif describes the primary image item   ...   moov of a sequence: samples of its track
//   mini: the same in a few bytes (heif-mini.ts)
//   Exif item   exif_tiff_header_offset u32, then that many bytes, then the TIFF stream [23008-12 A.2.1]
import { latin1 } from '../bytes/cursor';
import { type HeldBytes, memoryBytes, type ParserInput, parseHeld } from '../bytes/held';
import { joinBytes } from '../bytes/join';
import { maxBlockBytes, maxBoxBytes, maxExifBlocks, maxKeptParts } from '../limits';
import { ProblemError } from '../problem';
import type { ByteRange, Container, ImageShape, LocateResult } from '../types';
import { type Box, boxAt, boxesOf, typeAt } from './bmff';
import { exifBlock, exifOfItem, isReadable } from './exif-block';
import { readItemImage, sizeBox } from './heif-image';
import { countParts, firstReference, type Location, type Meta, parseMeta } from './heif-meta';
import { locateMini } from './heif-mini';
import { noShape } from './image-shape';
import { readMovieShape } from './moov';
import { unlessDamaged, walkWithin } from './tolerant-walk';

const imageBrands = [
  'mif1',
  'mif2',
  'mif3',
  'heic',
  'heix',
  'heim',
  'heis',
  'avif',
  'j2ki',
  'jpeg',
  'unif',
  'vvic',
  'evbi',
];
const sequenceBrands = ['msf1', 'hevc', 'hevx', 'hevm', 'hevs', 'avis', 'j2is', 'jpgs', 'vvis', 'evbs'];

/** Bytes of an `ftyp` box in which brands are looked for. */
const maxFtypBytes = 1024;

export const heif: Container = {
  name: 'heif',
  matches,
  locate: (reader) => {
    // `locate` starts over after each read, but the bytes of `meta` stay the same. A large result takes many times the memory of
    // its bytes, so it is not kept while a read waits.
    let kept: Meta | null = null;
    const metaOf = (read: () => Uint8Array): Meta => {
      const meta = kept ?? parseMeta(read());
      if (countParts(meta) <= maxKeptParts) kept = meta;
      return meta;
    };
    return parseHeld(reader, (file) => locate(file, metaOf));
  },
};

/** An `ftyp` box with a brand of HEIF, whether major or compatible. */
function matches(head: Uint8Array): boolean {
  return brandsOf(head).some((brand) => imageBrands.includes(brand) || sequenceBrands.includes(brand));
}

/** Major brand, then the compatible ones; the version between them is skipped. Empty when there is no `ftyp`. */
function brandsOf(head: Uint8Array): string[] {
  const box = boxAt(head, 0, maxFtypBytes);
  const brands: string[] = [];
  if (box?.type !== 'ftyp') return brands;
  for (let at = box.offset; at + 4 <= box.end; at += 4) if (at !== box.offset + 4) brands.push(typeAt(head, at));
  return brands;
}

/** The format by the first brand that names a codec; most files also have brands of HEIF itself. */
function formatOf(brands: readonly string[]): Pick<ImageShape, 'format'> {
  for (const brand of brands) {
    if (brand === 'avif' || brand === 'avis') return { format: 'avif' };
    if (/^he[iv][cxms]$/.test(brand)) return { format: 'heic' };
  }
  return {};
}

function locate(file: ParserInput, metaOf: (read: () => Uint8Array) => Meta): LocateResult {
  const head = file.upTo(0, maxFtypBytes);
  const brands = brandsOf(head);
  const [major = ''] = brands;
  const { meta: metaBox, moov, mini } = findTopBoxes(file, sequenceBrands.includes(major));
  if (metaBox === null && moov === null && mini !== null) {
    // The version field of such an `ftyp` has the brand of the codec [23008-12 Amd 2, Annex O].
    return locateMini(file, mini, formatOf([latin1(head, 12, 4), ...brands]));
  }
  const meta = metaBox === null ? null : metaOf(() => readPayload(file, metaBox));
  const found = meta === null ? [] : readExifItems(file, meta);
  const track = moov === null ? null : unlessDamaged(() => readMovieShape(readPayload(file, moov)));
  const image = { ...(meta === null ? noShape : imageShape(meta)), ...formatOf(brands) };
  if (meta?.isWhole !== true && image.width === null && track === null && !found.some(isReadable)) {
    throw new ProblemError('DamagedImage', 'Cannot find the size or EXIF of a HEIF file in its meta and moov boxes');
  }
  const size = image.width === null ? {} : { width: image.width, height: image.height };
  return { shape: { ...image, ...track, ...size }, exif: exifBlock(found) };
}

type TopBoxes = { meta: Box | null; moov: Box | null; mini: Box | null };

/** Goes from box to box, within the budget of reads, until it has found `meta` and, for a sequence, `moov`. */
function findTopBoxes(file: HeldBytes, isSequence: boolean): TopBoxes {
  const found: TopBoxes = { meta: null, moov: null, mini: null };
  const walk = (): void => {
    for (const box of boxesOf(file)) {
      if (box.type === 'meta') found.meta ??= box;
      if (box.type === 'mini') found.mini ??= box;
      if (box.type === 'moov' && isSequence && box.end - box.offset <= maxBoxBytes) found.moov ??= box;
      if ((found.meta ?? found.mini) !== null && (found.moov !== null || !isSequence)) return;
    }
  };
  walkWithin(walk, () => found.meta !== null);
  return found;
}

function readPayload(file: HeldBytes, { type, offset, end }: Box): Uint8Array {
  if (end - offset > maxBoxBytes) {
    throw new ProblemError(
      'BudgetExceeded',
      `Cannot read a ${type} box of ${end - offset} bytes: the limit is ${maxBoxBytes}`,
    );
  }
  return file.range(offset, end);
}

/** What the primary item's properties state, and how many image items are not hidden. */
function imageShape(meta: Meta): ImageShape {
  const image = meta.primary === null ? null : readItemImage(meta, meta.primary);
  const visible = meta.listedItems.filter(({ id, hidden }) => !hidden && sizeBox(meta, id) !== undefined);
  return { ...noShape, ...image, frames: Math.max(1, visible.length) };
}

/**
 * The EXIF of the primary item. It is in the Exif items that describe it. If none of these can be read, those that describe no
 * item are used; if none of these either, the only Exif item of the file.
 */
function readExifItems(file: HeldBytes, meta: Meta): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const exifIds = meta.listedItems.filter(({ type }) => type === 'Exif').map(({ id }) => id);
  for (const ids of describingItems(meta, exifIds)) {
    for (const id of ids.slice(0, maxExifBlocks)) found.push(readExifItem(file, meta, id));
    if (found.some(isReadable)) break;
  }
  return found;
}

/**
 * Ids of items with metadata, in groups: those that describe the primary item; those that describe no item; the only one of the
 * file.
 */
export function describingItems(
  { primary, references }: Pick<Meta, 'primary' | 'references'>,
  ids: readonly number[],
): readonly (readonly number[])[] {
  const describing = references.filter(({ type }) => type === 'cdsc');
  const ofPrimary = new Set(
    describing.filter(({ to }) => primary !== null && to.includes(primary)).map(({ from }) => from),
  );
  const ofAny = new Set(describing.map(({ from }) => from));
  const ofOther = ids.filter((id) => ofAny.has(id) && !ofPrimary.has(id));
  return [ids.filter((id) => ofPrimary.has(id)), ids.filter((id) => !ofAny.has(id)), ids.length === 1 ? ofOther : []];
}

/** The EXIF of an item; no bytes when the item cannot be located. */
function readExifItem(file: HeldBytes, meta: Meta, id: number): Uint8Array {
  const location = meta.locations.find((candidate) => candidate.id === id);
  if (location === undefined) return new Uint8Array(0);
  return exifOfItem(unlessDamaged(() => readItem(file, meta, location, 1)) ?? new Uint8Array(0));
}

type ItemPlaces = Pick<Meta, 'locations' | 'references' | 'idat'>;

/** The bytes of an item, as `itemRanges` cuts them. `depth` limits how deep items may lie in other items. */
function readItem(file: HeldBytes, meta: ItemPlaces, location: Location, depth: number): Uint8Array {
  const source = itemSource(file, meta, location, depth);
  return joinBytes(source.ranges(itemRanges(source, location)));
}

/** The extents of an item in its source, cut at `maxBlockBytes` and after `maxKeptParts` of them. */
export function itemRanges({ size }: HeldBytes, { extents }: Location): ByteRange[] {
  let left = maxBlockBytes;
  return extents.slice(0, maxKeptParts).map(({ offset, length }) => {
    const start = Math.min(offset, size);
    const end = Math.min(size, start + Math.min(left, length === 0 ? left : length));
    left -= end - start;
    return { start, end };
  });
}

/** The bytes in which the offsets of an item count: the file, the `idat` box, or another item [14496-12 8.11.3]. */
export function itemSource(file: HeldBytes, meta: ItemPlaces, { id, method }: Location, depth: number): HeldBytes {
  if (method === 0) return file;
  if (method === 1) return memoryBytes(meta.idat);
  const base = firstReference(meta.references, 'iloc', id);
  const location = meta.locations.find((candidate) => candidate.id === base);
  if (method !== 2 || location === undefined || depth === 0) {
    throw new ProblemError(
      'DamagedImage',
      `Cannot locate item ${id}: construction method ${method} cannot be followed`,
    );
  }
  return memoryBytes(readItem(file, meta, location, depth - 1));
}
