// Sony: `SONY DSC `, `SONY CAM ` and others, then the IFD at 12; or no header. Offsets count from the TIFF header. The bytes of
// some tags are enciphered by a formula without a key.
import { hasAt, u16, u32 } from '../bytes/cursor';
import { lensRange } from './lens-range';
import { isMake, known, type Maker, type NoteLayout } from './maker';
import type { NoteIfd } from './note-ifd';

const signatures: readonly string[] = ['SONY DSC ', 'SONY CAM ', 'SONY MOBILE', '\0\0SONY PIC\0', 'VHAB     \0'];
/** LensType of every E-mount lens. */
const anyELens = 65_535;
/** Enciphered tags that have the number of an E-mount lens, and its place there. */
const eLensPlaces = [
  [0x940c, 9],
  [0x9416, 0x4b],
  [0x9050, 0x107],
] as const;
/** The numbers of lenses for the E-mount. */
const [firstELens, lastELens] = [32_784, 61_000];

/** Places in tag 0x9050 of a group of models: of the shutter count, and start and length of the serial number. */
type Places = Readonly<{ models: RegExp; count: number; serial?: readonly [start: number, length: number] }>;
const places: readonly Places[] = [
  { models: /^(SLT-A(37|57|58|65V?|77V?|99V?)|HV|ILCA-(68|77M2))$/, count: 0x32, serial: [0xf0, 5] },
  { models: /^ILCE-(3000|3500|5000|5100|6000|7|7R|7S|7M2|QX1)$/, count: 0x32 },
  {
    models: /^(ILCE-(6100|6300|6400|6500|6600|7C|7M3|7RM3A?|7RM4A?|9|9M2)|ILCA-99M2|ZV-E10)$/,
    count: 0x3a,
    serial: [0x88, 6],
  },
  { models: /^ILCE-7SM3$/, count: 0x3a, serial: [0x88, 6] },
  { models: /^ILCE-1$/, count: 0x3a, serial: [0x8a, 6] },
  { models: /^(ILCE-(7M4|7RM5)|ILME-FX3)$/, count: 0x3a },
  { models: /^(ILCE-(6700|7CM2|7CR)|ZV-E1)$/, count: 0x0a, serial: [0x38, 6] },
];

export const sony: Maker = {
  name: 'Sony',
  layout: (note): NoteLayout | null => {
    const { bytes, littleEndian } = note;
    if (signatures.some((text) => hasAt(bytes, 0, text))) return { ifd: 12, base: 'tiff', littleEndian };
    return isMake(note, 'sony') ? { ifd: 0, base: 'tiff', littleEndian } : null;
  },
  facts: ({ ifd, model }) => {
    const place = places.find(({ models }) => models.test(model));
    const data = place === undefined ? null : deciphered(ifd.bytes(0x9050));
    return known({
      lensId: lensId(ifd),
      lensRange: rangeOf(ifd),
      ...(place === undefined || data === null ? {} : countAndSerial(data, place)),
    });
  },
};

function lensId(ifd: NoteIfd): string | null {
  const [type] = ifd.numbers(0xb027);
  if (type === undefined || type === 0) return null;
  if (type !== anyELens) return String(type);
  for (const [tag, at] of eLensPlaces) {
    const data = deciphered(ifd.bytes(tag));
    const id = data === null || at + 2 > data.length ? 0 : u16(data, at, true);
    if (id >= firstELens && id <= lastELens) return String(id);
  }
  return null;
}

function countAndSerial(data: Uint8Array, { count, serial }: Places) {
  const hasCount = count + 4 <= data.length;
  const [start, length] = serial ?? [0, 0];
  const bytes = data.subarray(start, start + length);
  const hasSerial = length > 0 && bytes.length === length && bytes.some((byte) => byte !== 0);
  return {
    // The count has three bytes.
    shutterCount: hasCount ? u32(data, count, true) & 0xff_ffff : null,
    internalSerialNumber: hasSerial ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') : null,
  };
}

/** LensSpec: a feature byte, focal lengths of 2 bytes, apertures of 1 byte, all in binary-coded decimal; a feature byte. */
function rangeOf(ifd: NoteIfd): string | null {
  const spec = ifd.bytes(0xb02a);
  if (spec?.length !== 8) return null;
  const digits = Array.from(spec.subarray(1, 7), (byte) => (byte >> 4) * 10 + (byte & 15));
  const [a = 0, b = 0, c = 0, d = 0, wide = 0, tele = 0] = digits;
  const isDecimal = spec.subarray(1, 7).every((byte) => byte >> 4 <= 9 && (byte & 15) <= 9);
  // A lens of one focal length has 0 as the longest one.
  const [shortest, longest] = [a * 100 + b, c * 100 + d];
  return isDecimal ? lensRange([shortest, longest || shortest], [wide / 10, (tele || wide) / 10]) : null;
}

/** Enciphered byte -> clear byte. Clear bytes from 2 to 247 are stored as their cube modulo 249, others as they are. */
const clearBytes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => byte);
for (let clear = 2; clear <= 247; clear++) clearBytes[(clear * clear * clear) % 249] = clear;

function deciphered(bytes: Uint8Array | null): Uint8Array | null {
  return bytes?.map((byte) => clearBytes[byte] as number) ?? null;
}
