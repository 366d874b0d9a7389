// Builds raw files of cameras that are not plain TIFF: CR3, RAF, MRW, RW2, X3F, CRW.
import { box, ftyp } from './bmff';
import { concat, latin1, noise, u16, u32 } from './bytes';
import { buildTiff, type Ifd, lying, type TiffOptions, undefinedField } from './tiff';

const canonUuid = Uint8Array.of(
  ...[0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0, 0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48],
);

/** The boxes in Canon's `uuid` box, in their order: `CMT1` and others, each a TIFF stream. `before`: boxes before `moov`. */
export function buildCr3(
  boxes: readonly (readonly [type: string, payload: Uint8Array])[],
  before: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const canon = box('uuid', concat(canonUuid, ...boxes.map(([type, payload]) => box(type, payload))));
  const xmp = box('uuid', concat(noise(16), noise(9)));
  const moov = box('moov', concat(xmp, canon, box('mvhd', new Uint8Array(12))));
  return concat(ftyp('crx ', ['crx ', 'isom']), before, moov, box('mdat', noise(9)));
}

/** The header, then the JPEG; `claims` are its offset and length where they shall be wrong. */
export function buildRaf(jpeg: Uint8Array, claims: { offset?: number; length?: number } = {}): Uint8Array {
  const header = concat(latin1('FUJIFILMCCD-RAW 0201FF389501'), new Uint8Array(56));
  const offset = header.length + 24;
  return concat(header, u32(claims.offset ?? offset), u32(claims.length ?? jpeg.length), new Uint8Array(16), jpeg);
}

export type MrwBlock = Readonly<{ name: string; data: Uint8Array; claims?: number }>;

export function buildMrw(blocks: readonly MrwBlock[]): Uint8Array {
  const body = concat(
    ...blocks.map(({ name, data, claims }) => concat(latin1(`\0${name}`), u32(claims ?? data.length), data)),
  );
  return concat(latin1('\0MRM'), u32(body.length), body);
}

/** PRD: the sensor is larger than the image. */
export function prd(width: number, height: number): MrwBlock {
  const sides = concat(u16(height + 8), u16(width + 8), u16(height), u16(width));
  return { name: 'PRD', data: concat(latin1('27200001'), sides, new Uint8Array(8)) };
}

/** A TIFF stream whose first four bytes are another format's. */
export function relabelled(magic: string, ifd0: Ifd, options: TiffOptions = {}): Uint8Array {
  const bytes = buildTiff(ifd0, { ...options, littleEndian: magic.startsWith('II') });
  bytes.set(latin1(magic));
  return bytes;
}

/** RW2: the fields, and JpgFromRaw 0x002E where there is a JPEG; `claims` is its length where it shall be wrong. */
export function buildRw2(fields: Ifd['fields'], jpeg?: Uint8Array, claims?: number): Uint8Array {
  const embedded = jpeg === undefined ? [] : [undefinedField(0x002e, jpeg)];
  const lie = claims === undefined ? embedded : embedded.map((field) => lying(field, { count: claims }));
  return relabelled('IIU\0', { fields: [...fields, ...lie] });
}

/** A section of an X3F: an image in JPEG (format 18) unless `format` is another; `claims` is the length written. */
export type X3fSection = Readonly<{ type: string; data: Uint8Array; format?: number; claims?: number }>;

/** The header, the sections, their directory, and its offset. */
export function buildX3f(columns: number, rows: number, sections: readonly X3fSection[] = []): Uint8Array {
  const sides = concat(u32(columns, true), u32(rows, true));
  const header = concat(latin1('FOVb'), u32(0x00020000, true), noise(16), u32(0, true), sides, noise(32));
  const bodies = sections.map(({ data, format = 18 }) =>
    concat(latin1('SECi'), u32(0x00020000, true), u32(2, true), u32(format, true), new Uint8Array(12), data),
  );
  let at = header.length;
  const entries = sections.map(({ type, claims }, i) => {
    const length = bodies[i]?.length ?? 0;
    at += length;
    return concat(u32(at - length, true), u32(claims ?? length, true), latin1(type));
  });
  const directory = concat(latin1('SECd'), u32(0x00020000, true), u32(sections.length, true), ...entries);
  return concat(header, ...bodies, directory, u32(at, true));
}

export function buildCrw(): Uint8Array {
  return concat(latin1('II'), u32(26, true), latin1('HEAPCCDR'), new Uint8Array(12), noise(32));
}
