// The `uuid` boxes of XMP and of C2PA.
//
//   XMP   user type 16   packet                                                          [XMP part 3, 1.2.7.1]
//   C2PA  user type 16   version, flags u32   purpose, 0   [offset u64]   JUMBF superbox  [C2PA A.5.1]
import { hasAt, latin1 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { type Box, boxAt } from '../container/bmff';
import { payload } from './boxes';
import { videoLimits } from './limits';
import type { VideoRecord } from './record';

const userTypes = {
  xmp: '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac',
  c2pa: '\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81',
} as const;

/** Bytes of a user type, and of a purpose with its 0. */
const typeLength = 16;
const purposeBytes = 32;

export function userTypeOf(file: HeldBytes, box: Box): keyof typeof userTypes | null {
  const type = payload(file, box, typeLength);
  if (hasAt(type, 0, userTypes.xmp)) return 'xmp';
  return hasAt(type, 0, userTypes.c2pa) ? 'c2pa' : null;
}

/** The packet of a `uuid` box, or of `XMP_`. */
export function readXmpBox(file: HeldBytes, box: Box): VideoRecord['xmp'] {
  const offset = box.offset + (box.type === 'uuid' ? typeLength : 0);
  const size = box.end - offset;
  return { kind: 'xmp', offset, size, bytes: file.upTo(offset, Math.min(size, videoLimits.xmpBytes)) };
}

/** The manifest store in a `uuid` box; null for a box with another purpose. */
export function readC2paBox(file: HeldBytes, box: Box): VideoRecord['c2pa'] {
  const start = box.offset + typeLength + 4;
  const head = file.upTo(start, Math.min(box.end - start, purposeBytes + 16));
  const purposeEnd = head.indexOf(0);
  if (purposeEnd < 0 || purposeEnd > purposeBytes) return null;
  const purpose = latin1(head, 0, purposeEnd);
  if (purpose !== 'manifest' && purpose !== 'original' && purpose !== 'update') return null;
  const offset = start + purposeEnd + 1 + 8;
  const size = Math.max(0, box.end - offset);
  const bytes = file.upTo(offset, Math.min(size, videoLimits.c2paBytes));
  return boxAt(bytes, 0, bytes.length)?.type === 'jumb' ? { kind: 'c2pa', offset, size, bytes } : null;
}
