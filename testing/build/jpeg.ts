// Builds JPEG streams of segments in any order, and puts segments into real ones.
import { concat, latin1, noise, u16, u32 } from './bytes';

/** A marker segment. `fill`: the number of FF bytes before it. `claims`: a wrong length to write instead. */
export type Segment = Readonly<{ marker: number; payload: Uint8Array; fill?: number; claims?: number }>;

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);

export const APP0 = 0xe0;
export const APP1 = 0xe1;
export const APP13 = 0xed;

/** The most bytes a segment's payload can have. */
export const maxPayload = 65_533;

/** SOI, the segments, a scan of `scanLength` bytes, EOI. */
export function buildJpeg(segments: readonly Segment[], scanLength = 16): Uint8Array {
  return concat(SOI, ...segments.map(segmentBytes), startOfScan(scanLength), EOI);
}

/** A real JPEG with segments put directly after its SOI. */
export function insertSegments(jpeg: Uint8Array, segments: readonly Segment[]): Uint8Array {
  return concat(SOI, ...segments.map(segmentBytes), jpeg.subarray(2));
}

function segmentBytes({ marker, payload, fill = 0, claims }: Segment): Uint8Array {
  const marking = Uint8Array.of(...Array.from({ length: fill + 1 }, () => 0xff), marker);
  return concat(marking, u16(claims ?? payload.length + 2), payload);
}

/** In image data, FF is always followed by 00. */
function startOfScan(length: number): Uint8Array {
  const scan = noise(length).map((byte) => (byte === 0xff ? 0xfe : byte));
  return concat(Uint8Array.of(0xff, 0xda), u16(8), Uint8Array.of(1, 1, 0, 0, 63, 0), scan);
}

/** `units`: 0 none, 1 inch, 2 cm. */
export function jfif(units = 0, x = 1, y = 1): Segment {
  return {
    marker: APP0,
    payload: concat(latin1('JFIF\0'), Uint8Array.of(1, 2, units), u16(x), u16(y), Uint8Array.of(0, 0)),
  };
}

/** A frame header of one component: baseline (C0) unless another marker is given. */
export function frameHeader(width: number, height: number, marker = 0xc0, precision = 8): Segment {
  return { marker, payload: concat(Uint8Array.of(precision), u16(height), u16(width), Uint8Array.of(1, 1, 0x11, 0)) };
}

/** An APP1 with a TIFF stream, or a part of one. `pad` is the sixth byte of the identifier. */
export function exifSegment(tiff: Uint8Array, pad = 0): Segment {
  return { marker: APP1, payload: concat(latin1('Exif\0'), Uint8Array.of(pad), tiff) };
}

/** A TIFF stream cut into APP1 of at most `length` bytes of it each. */
export function exifSegments(tiff: Uint8Array, length = maxPayload - 6): Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < tiff.length; at += length) segments.push(exifSegment(tiff.subarray(at, at + length)));
  return segments;
}

export function xmpSegment(text = '<x:xmpmeta/>'): Segment {
  return { marker: APP1, payload: latin1(`http://ns.adobe.com/xap/1.0/\0${text}`) };
}

export function comment(length: number): Segment {
  return { marker: 0xfe, payload: new Uint8Array(length).fill(0x2e) };
}

/** A Photoshop image resource block. */
export type Resource = Readonly<{ id: number; data: Uint8Array; name?: string; signature?: string }>;

/** An APP13 with Photoshop image resources. */
export function photoshopSegment(resources: readonly Resource[]): Segment {
  return { marker: APP13, payload: concat(latin1('Photoshop 3.0\0'), ...resources.map(resourceBytes)) };
}

/** One block, its name and data padded to even. */
export function resourceBytes({ id, data, name = '', signature = '8BIM' }: Resource): Uint8Array {
  const pascal = evened(concat(Uint8Array.of(name.length), latin1(name)));
  return concat(latin1(signature), u16(id), pascal, u32(data.length), evened(data));
}

function evened(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : concat(bytes, Uint8Array.of(0));
}
