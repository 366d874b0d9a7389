// Finds the JPEGs of a CR3.
//
//   moov   uuid of Canon: THMB   trak of the first track: mdia minf stbl: stsz, co64   uuid: 8 bytes, PRVW   mdat
import { hasAt, u32, u64 } from '../../bytes/cursor';
import type { HeldBytes } from '../../bytes/held';
import { type Box, boxesOf, findBox } from '../../container/bmff';
import { canonBoxes } from '../../container/cr3';
import { maxBoxBytes } from '../../limits';
import type { ByteRange } from '../../types';

const previewUuid = '\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16';

/**
 * The JPEGs of a CR3 as places in the file: the thumbnail in `moov`, the preview in a `uuid` box after it, and the JPEG of full
 * size, which is the only sample of the first track. Each is as long as the file says.
 */
export function cr3Jpegs(file: HeldBytes): readonly ByteRange[] {
  const found: ByteRange[] = [];
  for (const box of boxesOf(file)) {
    if (box.type === 'moov') found.push(...jpegsInMoov(file, box));
    const preview = box.type === 'uuid' ? jpegInPreview(file, box) : null;
    if (preview !== null) return [...found, preview];
    if (box.type === 'mdat') return found;
  }
  return found;
}

/** `THMB`: version and flags 4, width u16, height u16, length u32, 4 bytes, JPEG. */
function jpegsInMoov(file: HeldBytes, { offset, end }: Box): readonly ByteRange[] {
  const moov = file.upTo(offset, Math.min(end - offset, maxBoxBytes));
  const found: ByteRange[] = [];
  for (const box of canonBoxes(moov)) {
    if (box.type !== 'THMB' || box.end - box.offset < 16) continue;
    const start = offset + box.offset + 16;
    found.push({ start, end: start + u32(moov, box.offset + 8, false) });
  }
  const full = firstSample(moov);
  return full === null ? found : [...found, full];
}

/** `uuid` 16, 8 bytes, then `PRVW`: 6 bytes, width u16, height u16, u16, length u32, JPEG. */
function jpegInPreview(file: HeldBytes, { offset, end }: Box): ByteRange | null {
  const head = file.upTo(offset, Math.min(end - offset, 48));
  if (head.length < 48 || !hasAt(head, 0, previewUuid) || !hasAt(head, 28, 'PRVW')) return null;
  const start = offset + 48;
  return { start, end: start + u32(head, 44, false) };
}

/** The sample of the first track when it has one sample [ISO/IEC 14496-12 8.7]; null otherwise. */
function firstSample(moov: Uint8Array): ByteRange | null {
  let parent = findBox(moov, 0, moov.length, 'trak');
  for (const type of ['mdia', 'minf', 'stbl']) {
    parent = parent === null ? null : findBox(moov, parent.offset, parent.end, type);
  }
  if (parent === null) return null;
  const sizes = findBox(moov, parent.offset, parent.end, 'stsz');
  const offsets = findBox(moov, parent.offset, parent.end, 'co64');
  if (sizes === null || offsets === null || sizes.end - sizes.offset < 12 || offsets.end - offsets.offset < 16) {
    return null;
  }
  const start = u64(moov, offsets.offset + 8, false);
  const isOne = u32(moov, sizes.offset + 8, false) === 1 && u32(moov, offsets.offset + 4, false) === 1;
  const shared = u32(moov, sizes.offset + 4, false);
  const length = shared === 0 && sizes.end - sizes.offset >= 16 ? u32(moov, sizes.offset + 12, false) : shared;
  return start === null || !isOne ? null : { start, end: start + length };
}
