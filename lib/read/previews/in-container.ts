// Finds the JPEGs that the container of an image has outside of its EXIF.

import { jpegBlocks } from '../../block/in/jpeg';
import { parseMpf } from '../../block/mpf';
import { hasAt, u32 } from '../../bytes/cursor';
import { type HeldBytes, type ParserInput, parseHeld } from '../../bytes/held';
import { hasIdentifier } from '../../container/exif-block';
import { APP1, nextSegment } from '../../container/jpeg';
import { resources } from '../../container/photoshop';
import { rafJpeg } from '../../container/raf';
import { readUnlessDamaged } from '../../container/tolerant-walk';
import { findX3fImages, x3fJpeg } from '../../container/x3f';
import { maxHops } from '../../limits';
import type { ByteRange, RangeReader } from '../../types';
import { cr3Jpegs } from './cr3';
import { heifJpegs } from './heif';
import { maxX3fSections } from './limits';

type Finder = (file: RangeReader) => Promise<readonly ByteRange[]>;

/** Container -> where it has JPEGs. The ranges may lie outside of the file. */
const finders: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['jpeg', (file) => parseHeld(file, largeThumbnails)],
  ['psd', (file) => parseHeld(file, photoshopThumbnails)],
  ['heif', (file) => parseHeld(file, heifJpegs)],
  ['cr3', (file) => parseHeld(file, cr3Jpegs)],
  ['raf', async (file) => [await rafJpeg(file)]],
  ['x3f', x3fJpegs],
]);

/** The places in the file; empty for a container that has none, and where it is damaged. */
export async function containerJpegs(container: string, file: RangeReader): Promise<readonly ByteRange[]> {
  const find = finders.get(container);
  return find === undefined ? [] : ((await readUnlessDamaged(() => find(file))) ?? []);
}

/** The thumbnails in the index of a JPEG with several images. */
function largeThumbnails(file: ParserInput): readonly ByteRange[] {
  const found = jpegBlocks.find({ file, exif: null, wanted: new Set(['mpf']) });
  return found.flatMap((block) =>
    block.kind === 'mpf'
      ? parseMpf(block.bytes, block.offset)
          .images.filter(({ type }) => type.startsWith('thumbnail'))
          .map(({ offset, size }) => ({ start: offset, end: offset + size }))
      : [],
  );
}

/**
 * The thumbnail of Photoshop, resource 0x040C: format u32 (1 = JPEG), 24 bytes, JPEG. The resources follow the header and the
 * colour mode data, each with its length u32.
 */
function photoshopThumbnails(file: HeldBytes): readonly ByteRange[] {
  const [headerLength, thumbnailHeader] = [26, 28];
  const start = headerLength + 4 + u32(file.range(headerLength, headerLength + 4), 0, false);
  const end = Math.min(file.size, start + 4 + u32(file.range(start, start + 4), 0, false));
  for (const { id, offset, length } of resources(file, start + 4, end)) {
    if (id !== 0x040c || length <= thumbnailHeader) continue;
    if (hasAt(file.upTo(offset, 4), 0, '\0\0\0\x01')) {
      return [{ start: offset + thumbnailHeader, end: offset + length }];
    }
  }
  return [];
}

async function x3fJpegs(file: RangeReader): Promise<readonly ByteRange[]> {
  const found: ByteRange[] = [];
  for (const section of (await findX3fImages(file)).slice(0, maxX3fSections)) {
    const jpeg = await x3fJpeg(file, section);
    if (jpeg !== null) found.push(jpeg);
  }
  return found;
}

/** The offset in a JPEG of the TIFF header of its first EXIF; null when there is none. */
export function tiffHeaderInJpeg(file: RangeReader): Promise<number | null> {
  const identifierLength = 6;
  return parseHeld(file, (bytes) => {
    const search = { bytes: 0, checks: 0 };
    let offset = 2;
    for (let hops = 0; hops < maxHops; hops++) {
      const segment = nextSegment(bytes, offset, search);
      if (segment === null) return null;
      const head = bytes.upTo(segment.offset, Math.min(segment.length, identifierLength));
      if (segment.marker === APP1 && hasIdentifier(head)) return segment.offset + identifierLength;
      offset = segment.offset + segment.length;
    }
    return null;
  });
}
