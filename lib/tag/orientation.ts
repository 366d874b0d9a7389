// The orientation of an image [EXIF 3.0 4.6.5.1.5 Orientation], in every type in which programs store it.
import type { TagEntry, TagValue } from '../types';

/**
 * Orientations in words, reduced to letters and digits: as a turn (ExifTool), or as the corner of the first pixel (libexif).
 */
const words: ReadonlyMap<string, number> = new Map([
  ...['horizontalnormal', 'horizontal', 'normal', 'topleft'].map((word) => [word, 1] as const),
  ...['mirrorhorizontal', 'topright'].map((word) => [word, 2] as const),
  ...['rotate180', 'bottomright'].map((word) => [word, 3] as const),
  ...['mirrorvertical', 'bottomleft'].map((word) => [word, 4] as const),
  ...['mirrorhorizontalandrotate270cw', 'lefttop'].map((word) => [word, 5] as const),
  ...['rotate90cw', 'rotate90', 'righttop'].map((word) => [word, 6] as const),
  ...['mirrorhorizontalandrotate90cw', 'rightbottom'].map((word) => [word, 7] as const),
  ...['rotate270cw', 'rotate270', 'rotate90ccw', 'leftbottom'].map((word) => [word, 8] as const),
]);
/** Bytes that are read: more than the longest of these texts has. */
const maxText = 64;

/** The value of an Orientation tag, 1 to 8, from a number of any type, a digit or words; null for anything else. */
export function orientationOf(entry: TagEntry | undefined): number | null {
  const value = entry?.value ?? null;
  const number = value instanceof Uint8Array ? ofBytes(value) : firstNumber(value);
  return number !== null && Number.isInteger(number) && number >= 1 && number <= 8 ? number : null;
}

function firstNumber(value: Exclude<TagValue, Uint8Array>): number | null {
  const first = value?.[0];
  if (first === undefined) return null;
  return typeof first === 'number' ? first : first[0] / first[1];
}

/** A text, or a number of which all bytes but one are zero. */
function ofBytes(value: Uint8Array): number | null {
  const shown = value.subarray(0, maxText);
  const set = shown.filter((byte) => byte !== 0);
  const [only] = set;
  if (set.length === 1 && only !== undefined && only <= 8) return only;
  const text = String.fromCharCode(...shown).split('\0', 1)[0] ?? '';
  const [, digit] = /^\s*0*([1-8])(?!\d)/.exec(text) ?? [];
  return digit === undefined ? (words.get(text.toLowerCase().replace(/[^a-z0-9]/g, '')) ?? null) : Number(digit);
}
