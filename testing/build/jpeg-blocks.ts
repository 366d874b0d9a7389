// Builds the segments of a JPEG that have metadata blocks next to EXIF.
import { concat, latin1, u16, u32 } from './bytes';
import { APP1, type Segment } from './jpeg';

const APP2 = 0xe2;
const APP11 = 0xeb;

/** A part of an Extended XMP, at `at` of `total` bytes. */
export function extensionSegment(guid: string, total: number, at: number, part: Uint8Array): Segment {
  const header = concat(latin1(`http://ns.adobe.com/xmp/extension/\0${guid}`), u32(total), u32(at));
  return { marker: APP1, payload: concat(header, part) };
}

/** Part `number` of the `count` parts of an ICC profile. */
export function iccSegment(part: Uint8Array, number = 1, count = 1): Segment {
  return { marker: APP2, payload: concat(latin1('ICC_PROFILE\0'), Uint8Array.of(number, count), part) };
}

export function mpfSegment(tiff: Uint8Array): Segment {
  return { marker: APP2, payload: concat(latin1('MPF\0'), tiff) };
}

export function gainMapSegment(): Segment {
  return { marker: APP2, payload: concat(latin1('urn:iso:std:iso:ts:21496:-1\0'), u32(0)) };
}

/** A JUMBF superbox with a description of the kind given (four characters of its UUID), and `length` bytes after that. */
export function jumbfBox(length: number, kind = 'c2pa', { long = false } = {}): Uint8Array {
  const uuid = concat(latin1(kind), Uint8Array.of(0, 0x11, 0, 0x10, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71));
  const description = concat(u32(8 + 16 + 1 + 5), latin1('jumd'), uuid, Uint8Array.of(3), latin1('c2pa\0'));
  const content = concat(
    description,
    new Uint8Array(length).map((_, i) => i % 251),
  );
  if (long) return concat(u32(1), latin1('jumb'), u32(0), u32(16 + content.length), content);
  return concat(u32(8 + content.length), latin1('jumb'), content);
}

/** The APP11 segments of a box, with at most `length` bytes of its content each. The numbers start at `from`. */
export function jumbfSegments(box: Uint8Array, length: number, { instance = 1, from = 1, header = 8 } = {}): Segment[] {
  const segments: Segment[] = [];
  for (let at = header; at < box.length; at += length) {
    const prefix = concat(latin1('JP'), u16(instance), u32(from + segments.length));
    const part = box.subarray(at, at + length);
    segments.push({ marker: APP11, payload: concat(prefix, box.subarray(0, header), part) });
  }
  return segments;
}

/** The trailer of a Samsung phone with one part. */
export function samsungTrailer(data: Uint8Array, { type = 0x0a30, name = 'MotionPhoto_Data' } = {}): Uint8Array {
  const part = concat(u16(0), u16(type, true), u32(name.length, true), latin1(name), data);
  const entry = concat(u16(0), u16(type, true), u32(part.length, true), u32(part.length, true));
  const directory = concat(latin1('SEFH'), u32(107, true), u32(1, true), entry);
  return concat(part, directory, u32(directory.length, true), latin1('SEFT'));
}
