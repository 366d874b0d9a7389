// HEIF, HEIC and AVIF, images and sequences [ISO/IEC 23008-12; AV1 Image File Format].
//
//   ftyp   meta: an item of type Exif describes the primary image item   ...   moov of a sequence: samples of its track
//   Exif item   exif_tiff_header_offset u32, then that many bytes, then the TIFF stream [23008-12 A.2.1]
import { latin1 } from '../bytes/cursor';
import { joinBytes, memoryReader, readRange, readUpTo } from '../bytes/reader';
import { maxBlockBytes, maxBoxBytes } from '../limits';
import { ProblemError } from '../problem';
import type { Container, ExifBlock, ImageShape, Located, RangeReader } from '../types';
import { type Box, boxesIn, boxesOf } from './bmff';
import { exifItem } from './exif-block';
import { readItemImage } from './heif-image';
import { type Location, type Meta, parseMeta } from './heif-meta';
import { readMovieShape } from './moov';
import { noShape, unlessDamaged } from './shape';

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

export const heif: Container = { name: 'heif', matches, locate };

/** An `ftyp` box with a brand of HEIF, whether major or compatible. */
function matches(head: Uint8Array): boolean {
  return brandsOf(head).some((brand) => imageBrands.includes(brand) || sequenceBrands.includes(brand));
}

/** Major brand, then the compatible ones; the version between them is passed over. Empty when there is no `ftyp`. */
function brandsOf(head: Uint8Array): string[] {
  const [box] = boxesIn(head, 0, Math.min(head.length, maxFtypBytes));
  const brands: string[] = [];
  if (box?.type !== 'ftyp') return brands;
  for (let at = box.offset; at + 4 <= box.end; at += 4) if (at !== box.offset + 4) brands.push(latin1(head, at, 4));
  return brands;
}

/** By the first brand that tells: most files name one of HEIF itself, too. */
function formatOf(brands: readonly string[]): Pick<ImageShape, 'format'> {
  for (const brand of brands) {
    if (brand === 'avif' || brand === 'avis') return { format: 'avif' };
    if (/^he[iv][cxms]$/.test(brand)) return { format: 'heic' };
  }
  return {};
}

async function locate(reader: RangeReader): Promise<Located> {
  const brands = brandsOf(await readUpTo(reader, 0, maxFtypBytes));
  const [major = ''] = brands;
  const boxes = await findTopBoxes(reader, sequenceBrands.includes(major));
  const { moov } = boxes;
  const meta = boxes.meta === null ? null : parseMeta(await readPayload(reader, boxes.meta));
  if (meta === null && moov === null) {
    throw new ProblemError('DamagedImage', 'Cannot find the meta or moov box of a HEIF file');
  }
  const exif = meta === null ? null : await readExif(reader, meta);
  const track = moov === null ? null : await unlessDamaged(async () => readMovieShape(await readPayload(reader, moov)));
  const image = { ...(meta === null ? noShape : imageShape(meta)), ...formatOf(brands) };
  const size = image.width === null ? {} : { width: image.width, height: image.height };
  return { shape: track === null ? image : { ...image, ...track, ...size }, exif };
}

type TopBoxes = { meta: Box | null; moov: Box | null };

/** Hops from box to box until the ones needed are found: `meta`, and `moov` of a sequence, as far as the budget reaches. */
async function findTopBoxes(reader: RangeReader, isSequence: boolean): Promise<TopBoxes> {
  const found: TopBoxes = { meta: null, moov: null };
  try {
    for await (const box of boxesOf(reader)) {
      if (box.type === 'meta') found.meta ??= box;
      if (box.type === 'moov' && isSequence && box.end - box.offset <= maxBoxBytes) found.moov ??= box;
      if (found.meta !== null && (found.moov !== null || !isSequence)) break;
    }
  } catch (error) {
    const enough = error instanceof ProblemError && error.code === 'BudgetExceeded' && found.meta !== null;
    if (!enough) throw error;
  }
  return found;
}

function readPayload(reader: RangeReader, { type, offset, end }: Box): Promise<Uint8Array> {
  if (end - offset > maxBoxBytes) {
    throw new ProblemError(
      'BudgetExceeded',
      `Cannot read a ${type} box of ${end - offset} bytes: the limit is ${maxBoxBytes}`,
    );
  }
  return readRange(reader, offset, end);
}

/** What the primary item's properties state, and how many image items are not hidden. */
function imageShape(meta: Meta): ImageShape {
  const image = meta.primary === null ? null : readItemImage(meta, meta.primary);
  const visible = meta.items.filter(({ id, hidden }) => !hidden && hasSize(meta, id));
  return { ...noShape, ...image, frames: Math.max(1, visible.length) };
}

function hasSize({ properties }: Meta, id: number): boolean {
  return (properties.get(id) ?? []).some(({ type, offset, end }) => type === 'ispe' && end - offset >= 12);
}

/** The Exif item that describes the primary item, else the first that is not said to describe another. */
async function readExif(reader: RangeReader, meta: Meta): Promise<ExifBlock | null> {
  const { primary } = meta;
  const describing = meta.references.filter(({ type }) => type === 'cdsc');
  const ofPrimary = new Set(
    describing.filter(({ to }) => primary !== null && to.includes(primary)).map(({ from }) => from),
  );
  const ofAny = new Set(describing.map(({ from }) => from));
  const ids = meta.items.filter(({ type }) => type === 'Exif').map(({ id }) => id);
  const id = ids.find((candidate) => ofPrimary.has(candidate)) ?? ids.find((candidate) => !ofAny.has(candidate));
  const location = meta.locations.find((candidate) => candidate.id === id);
  return location === undefined ? null : exifItem(await readItem(reader, meta, location, 1));
}

/** All extents of an item, one after the other, cut at `maxBlockBytes`. `depth`: how often an item may lie in another. */
async function readItem(reader: RangeReader, meta: Meta, location: Location, depth: number): Promise<Uint8Array> {
  const source = await itemSource(reader, meta, location, depth);
  let left = maxBlockBytes;
  const ranges = location.extents.map(({ offset, length }) => {
    const start = Math.min(offset, source.size);
    const end = Math.min(source.size, start + Math.min(left, length === 0 ? left : length));
    left -= end - start;
    return { start, end };
  });
  return joinBytes(await source.read(ranges));
}

/** What the offsets of an item count in: the file, the `idat` box, or another item [14496-12 8.11.3]. */
async function itemSource(
  reader: RangeReader,
  meta: Meta,
  { id, method }: Location,
  depth: number,
): Promise<RangeReader> {
  if (method === 0) return reader;
  if (method === 1) return memoryReader(meta.idat);
  const base = meta.references.find(({ type, from }) => type === 'iloc' && from === id)?.to[0];
  const location = meta.locations.find((candidate) => candidate.id === base);
  if (method !== 2 || location === undefined || depth === 0) {
    throw new ProblemError('DamagedImage', `Cannot locate item ${id}: construction method ${method} leads nowhere`);
  }
  return memoryReader(await readItem(reader, meta, location, depth - 1));
}
