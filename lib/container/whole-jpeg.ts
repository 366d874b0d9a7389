// A complete JPEG in memory, such as a thumbnail: reads its headers, and removes its metadata [ITU-T T.81 Annex B].
//
//   SOI FFD8   parts: FF marker, u16 length (itself included), payload; after a scan header the coded data   ...   EOI FFD9
import { hasAt, u8, u16 } from '../bytes/cursor';
import { joinBytes } from '../bytes/join';
import { maxHops } from '../limits';
import { ProblemError } from '../problem';
import { isFrameHeader, isRestart, standsAlone } from './jpeg-marker';

const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;
/** DHT, DAC, SOS, DQT, DRI: together with the frame header, a decoder needs only these for one frame. */
const codingMarkers: ReadonlySet<number> = new Set([0xc4, 0xcc, SOS, 0xdb, DRI]);

/** A part: from the FF of a marker up to the next part. `payload` is the offset after the length field. */
type Part = Readonly<{ marker: number; start: number; payload: number; end: number }>;

/** Pixels of the frame, the code of its marker (SOF0 to SOF15), and the number of scans of the image. */
export type JpegFacts = Readonly<{ width: number; height: number; frame: number; scans: number }>;

/** True when `bytes` start as every JPEG does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return hasAt(bytes, 0, '\xff\xd8\xff');
}

/**
 * The size and the number of scans of a JPEG. Throws ProblemError `DamagedImage` unless it has exactly one frame header, with a
 * size, and a scan after it. Bytes after the end of the image are ignored, and the end may be missing.
 */
export function jpegFacts(bytes: Uint8Array): JpegFacts {
  let frame: Omit<JpegFacts, 'scans'> | null = null;
  let scans = 0;
  for (const { marker, payload, end } of jpegParts(bytes)) {
    if (marker === SOS && frame !== null) scans++;
    if (!isFrameHeader(marker)) continue;
    if (frame !== null || end - payload < 6) throw damaged('has two frame headers, or a short one');
    frame = { height: u16(bytes, payload + 1, false), width: u16(bytes, payload + 3, false), frame: marker };
  }
  if (frame === null || frame.width === 0 || frame.height === 0) throw damaged('does not state its size');
  if (scans === 0) throw damaged('has no scan');
  return { ...frame, scans };
}

/**
 * The image with everything that is needed to show it, but without EXIF, XMP, IPTC, colour profile, comments, a preview inside
 * it, or anything after its end. Throws ProblemError `DamagedImage` for bytes that are not a JPEG.
 */
export function withoutMetadata(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  for (const part of jpegParts(bytes)) {
    if (isNeeded(bytes, part)) kept.push(bytes.subarray(part.start, part.end));
  }
  kept.push(Uint8Array.of(0xff, EOI));
  return joinBytes(kept);
}

/** At most `maxHops` parts up to the end of the image, or of the bytes. Bytes between parts are skipped, as decoders do. */
function* jpegParts(bytes: Uint8Array): Generator<Part> {
  if (!isJpeg(bytes)) throw damaged('does not begin with FF D8');
  let start = nextMarker(bytes, 2);
  let parts = 0;
  while (start !== null) {
    const marker = u8(bytes, start + 1);
    if (marker === EOI) return;
    if (standsAlone(marker)) {
      start = nextMarker(bytes, start + 2);
      continue;
    }
    if (start + 4 > bytes.length) return;
    if (++parts > maxHops) throw damaged('has too many segments');
    const segmentEnd = start + 2 + u16(bytes, start + 2, false);
    if (segmentEnd < start + 4 || segmentEnd > bytes.length) return;
    const next = nextMarker(bytes, segmentEnd);
    const end = marker === SOS ? (next ?? bytes.length) : segmentEnd;
    yield { marker, start, payload: start + 4, end };
    start = next;
  }
}

/** The offset of the first marker at or after `from`: an FF not followed by 00, a fill byte or the code of a restart marker. */
function nextMarker(bytes: Uint8Array, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = u8(bytes, at + 1);
    if (code !== 0 && code !== 0xff && !isRestart(code)) return at;
  }
  return null;
}

/**
 * Whether a part is needed to show the image. JFIF and Adobe segments state how colours are coded. All other application
 * segments and comments, and markers without a meaning in an image of one frame, may contain metadata. So may the texts of a
 * colour profile (owner of the profile, model and serial number of a display). By the standard a thumbnail has no profile [EXIF
 * 3.0 4.5.5]; without one it is sRGB.
 */
function isNeeded(bytes: Uint8Array, { marker, payload, end }: Part): boolean {
  if (marker === 0xe0) return hasAt(bytes, payload, 'JFIF\0') && end - payload === 14;
  if (marker === 0xee) return hasAt(bytes, payload, 'Adobe') && end - payload === 12;
  return isFrameHeader(marker) || codingMarkers.has(marker);
}

function damaged(what: string): ProblemError {
  return new ProblemError('DamagedImage', `Cannot read a JPEG that ${what}`);
}
