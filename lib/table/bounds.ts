// The smallest and the greatest value of a column, from which a reader knows which row groups it can leave out.
import type { Growing } from './growing';

/** Texts are compared by their bytes in UTF-8 [Parquet format, ColumnOrder]; null = there is no value. */
export type Bound = Uint8Array | number | boolean | null;

/** `add` takes a value, and for a text the place of its length and bytes in `from`. */
export type Bounds = Readonly<{
  add(value: string | number | boolean, from: Growing, at: number): void;
  min(): Bound;
  max(): Bound;
}>;

/** Bounds without any value. */
export function createBounds(isText: boolean): Bounds {
  return isText ? textBounds() : plainBounds();
}

function plainBounds(): Bounds {
  let min: number | boolean | null = null;
  let max: number | boolean | null = null;
  return {
    add(value) {
      if (typeof value === 'string' || Number.isNaN(value)) return;
      if (min === null || value < min) min = value;
      if (max === null || value > max) max = value;
    },
    min: () => min,
    max: () => max,
  };
}

function textBounds(): Bounds {
  let min: Uint8Array | null = null;
  let max: Uint8Array | null = null;
  return {
    add(_value, { bytes, length }, at) {
      const start = at + 4;
      if (min === null || compare(bytes, start, length, min) < 0) min = bytes.slice(start, length);
      if (max === null || compare(bytes, start, length, max) > 0) max = bytes.slice(start, length);
    },
    min: () => min,
    max: () => max,
  };
}

/** Compares the bytes from `start` up to `end` with all of `other`. */
function compare(bytes: Uint8Array, start: number, end: number, other: Uint8Array): number {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[start + at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return end - start - other.length;
}
