// Photoshop image resources, which JPEG APP13 and PSD contain [Adobe Photoshop File Formats, Image Resource Blocks].
//
//   signature 4  id u16  name: length u8 and bytes, padded to even  data length u32  data, padded to even
import { hasAt, u8, u16, u32 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { maxBlockBytes, maxHops } from '../limits';

const signatures = ['8BIM', 'AgHg', 'DCSR', 'PHUT', 'MeSa'];

/** The resource that is an EXIF block. */
export const exifResource = 0x0422;

/** Bytes of a resource's header with the longest name. */
const headerLength = 4 + 2 + 256 + 4;

/** A resource: its `id`, and the place of its data. `length` is as stated; the data may end before. */
export type Resource = Readonly<{ id: number; offset: number; length: number }>;

/**
 * The data of a resource `id` between `start` and `end`: of the first one for which `wanted` is true, otherwise of the first
 * one. null when there is none.
 */
export function findResource(
  file: HeldBytes,
  start: number,
  end: number,
  id: number,
  isWanted: (data: Uint8Array) => boolean,
): Uint8Array | null {
  let first: Uint8Array | null = null;
  for (const resource of resources(file, start, end)) {
    if (resource.id !== id) continue;
    const data = file.upTo(resource.offset, Math.min(resource.length, maxBlockBytes));
    if (isWanted(data)) return data;
    first ??= data;
  }
  return first;
}

/** At most `maxHops` resources between `start` and `end`. */
export function* resources(file: HeldBytes, start: number, end: number): Generator<Resource> {
  let offset = start;
  for (let hops = 0; hops < maxHops && offset + 12 <= end; hops++) {
    const head = file.upTo(offset, Math.min(headerLength, end - offset));
    if (!signatures.some((signature) => hasAt(head, 0, signature))) return;
    const lengthAt = 6 + even(1 + u8(head, 6));
    if (lengthAt + 4 > head.length) return;
    const length = u32(head, lengthAt, false);
    const dataAt = offset + lengthAt + 4;
    yield { id: u16(head, 4, false), offset: dataAt, length };
    offset = dataAt + even(length);
  }
}

function even(length: number): number {
  return length + (length & 1);
}
