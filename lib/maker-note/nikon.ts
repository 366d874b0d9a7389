// Nikon. Version 2: `Nikon`, NUL, 2, 3 bytes, a TIFF header from which offsets count. Version 1: `Nikon`, NUL, 1. The first
// bodies have no header. From 2005 on, LensData and ShotInfo are enciphered: they are left unread.
import { hasAt, u32 } from '../bytes/cursor';
import type { FocusDistance } from './answers';
import { lensRange } from './lens-range';
import { isMake, known, type Maker, previewAt } from './maker';
import type { NoteIfd } from './note-ifd';

/** The place of the TIFF header in a note of version 2. */
const tiffHeader = 10;
/** Version of LensData that is in clear -> place of LensIDNumber, of the 7 bytes of an id in their order. */
const lensIdPlaces: ReadonlyMap<string, number> = new Map([
  ['0100', 6],
  ['0101', 11],
]);
/** Bits of LensType, in the order of a name. */
const lensLetters: readonly (readonly [mask: number, name: string])[] = [
  [0x40, 'E'],
  [0x04, 'G'],
  [0x02, 'D'],
  [0x08, 'VR'],
];

export const nikon: Maker = {
  name: 'Nikon',
  layout: (note) => {
    const { bytes } = note;
    if (hasAt(bytes, 0, 'Nikon\0\x02') && bytes.length >= tiffHeader + 8) {
      const littleEndian = hasAt(bytes, tiffHeader, 'II');
      return { ifd: tiffHeader + u32(bytes, tiffHeader + 4, littleEndian), base: tiffHeader, littleEndian };
    }
    if (hasAt(bytes, 0, 'Nikon\0')) return { ifd: 8, base: 'tiff', littleEndian: true };
    return isMake(note, 'nikon') ? { ifd: 0, base: 'tiff', littleEndian: note.littleEndian } : null;
  },
  facts: ({ ifd }) => {
    const range = rangeOf(ifd);
    const [shutterCount = null] = ifd.numbers(0x00a7);
    return known({
      lens: range === null ? null : [range, ...letters(ifd)].join(' '),
      lensId: lensId(ifd),
      lensRange: range,
      serialNumber: ifd.text(0x001d) ?? ifd.text(0x00a0),
      shutterCount,
      focusDistance: focusDistance(ifd),
    });
  },
  preview: (ifd) => previewAt(ifd.sub(0x0011), 0x0201, 0x0202),
};

/** Lens: shortest and longest focal length, and the aperture at each of them. */
function rangeOf(ifd: NoteIfd): string | null {
  const values = ifd.rationals(0x0084).map(([numerator, denominator]) => numerator / denominator);
  return values.length === 4 ? lensRange(values.slice(0, 2), values.slice(2)) : null;
}

/** A G lens has the bit of a D lens, too. */
function letters(ifd: NoteIfd): readonly string[] {
  const bits = ifd.bytes(0x0083)?.[0] ?? 0;
  const set = lensLetters.filter(([mask]) => (bits & mask) !== 0).map(([, name]) => name);
  return set.includes('G') ? set.filter((name) => name !== 'D') : set;
}

/** FocusDistance of LensData: centimetres on a logarithmic scale. */
function focusDistance(ifd: NoteIfd): FocusDistance | null {
  const data = ifd.bytes(0x0098);
  const step = data !== null && hasAt(data, 0, '0101') ? (data[9] ?? 0) : 0;
  const distance = 0.01 * 10 ** (step / 40);
  return step === 0 ? null : { nearest: distance, farthest: distance };
}

/** LensIDNumber, LensFStops, focal lengths, apertures, MCUVersion of LensData, then LensType: the 8 bytes of the usual id. */
function lensId(ifd: NoteIfd): string | null {
  const data = ifd.bytes(0x0098);
  const type = ifd.bytes(0x0083)?.[0];
  if (data === null || type === undefined) return null;
  const [, at] = [...lensIdPlaces].find(([version]) => hasAt(data, 0, version)) ?? [];
  if (at === undefined || at + 7 > data.length) return null;
  const id = data.subarray(at, at + 7);
  if (id.every((byte) => byte === 0)) return null;
  return [...id, type].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
