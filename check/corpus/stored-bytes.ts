// The bytes of a value as the file stores them, from the value as the reader decoded it.
import { tagTypes } from '../../lib/tiff/type';
import type { Rational, TagEntry } from '../../lib/types';

/** The stored bytes; none for a value that was left unread. */
export function storedBytes({ value, type }: TagEntry, littleEndian: boolean): Uint8Array {
  if (value === null) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  const { size, kind } = tagTypes.get(type) ?? { size: 1, kind: 'bytes' };
  const bytes = new Uint8Array(value.length * size);
  const view = new DataView(bytes.buffer);
  value.forEach((part: number | Rational, i) => {
    const at = i * size;
    if (typeof part !== 'number') {
      view.setUint32(at, part[0], littleEndian);
      view.setUint32(at + 4, part[1], littleEndian);
    } else if (kind === 'float') {
      if (size === 4) view.setFloat32(at, part, littleEndian);
      else view.setFloat64(at, part, littleEndian);
    } else if (size === 8) view.setBigInt64(at, BigInt(part), littleEndian);
    else if (size === 4) view.setUint32(at, part, littleEndian);
    else view.setUint16(at, part, littleEndian);
  });
  return bytes;
}
