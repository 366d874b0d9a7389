// Builds images of formats without EXIF: GIF, BMP, ICO and CUR; and Photoshop documents, which may have EXIF.
import { concat, latin1, u16, u32 } from './bytes';
import { type Resource, resourceBytes } from './jpeg';

const trailer = Uint8Array.of(0x3b);

/** The header and a global colour table of `2 ** (table + 1)` colours (-1: none), the blocks, the trailer. */
export function buildGif(
  width: number,
  height: number,
  blocks: readonly Uint8Array[],
  { table = 0, version = '89a' } = {},
): Uint8Array {
  const flags = table < 0 ? 0 : 0x80 | table;
  const header = concat(latin1(`GIF${version}`), u16(width, true), u16(height, true), Uint8Array.of(flags, 0, 0));
  return concat(header, colorTable(table), ...blocks, trailer);
}

function colorTable(table: number): Uint8Array {
  return new Uint8Array(table < 0 ? 0 : 3 * 2 ** (table + 1)).fill(0x2c);
}

/** An image with a local colour table where `table` is not -1, its data in sub-blocks of the lengths given. */
export function gifImage(subBlocks: readonly number[] = [2], table = -1): Uint8Array {
  const descriptor = concat(Uint8Array.of(0x2c), new Uint8Array(8), Uint8Array.of(table < 0 ? 0 : 0x80 | table));
  return concat(descriptor, colorTable(table), Uint8Array.of(2), sub(subBlocks));
}

/** An extension: 0xF9 graphic control, 0xFE comment, 0xFF application. Its bytes look like image descriptors. */
export function gifExtension(label: number, subBlocks: readonly number[]): Uint8Array {
  return concat(Uint8Array.of(0x21, label), sub(subBlocks));
}

function sub(lengths: readonly number[]): Uint8Array {
  const blocks = lengths.map((length) => concat(Uint8Array.of(length), new Uint8Array(length).fill(0x2c)));
  return concat(...blocks, Uint8Array.of(0));
}

/** A negative height is top-down; a header of 12 bytes has sides of 16 bits. */
export function buildBmp(width: number, height: number, headerLength = 40): Uint8Array {
  const sides =
    headerLength === 12 ? concat(u16(width, true), u16(height, true)) : concat(u32(width, true), u32(height, true));
  const rest = new Uint8Array(headerLength - 4 - sides.length + 24);
  return concat(latin1('BM'), u32(100, true), u32(0), u32(26, true), u32(headerLength, true), sides, rest);
}

/** Type 1 icon, 2 cursor; a side of 256 is written as 0. */
export function buildIco(sides: readonly (readonly [number, number])[], type = 1): Uint8Array {
  const entries = sides.map(([width, height]) =>
    concat(
      Uint8Array.of(width & 0xff, height & 0xff, 0, 0),
      u16(1, true),
      u16(32, true),
      u32(40, true),
      u32(6 + 16 * sides.length, true),
    ),
  );
  return concat(u16(0), u16(type, true), u16(sides.length, true), ...entries, new Uint8Array(40));
}

export type PsdOptions = Readonly<{ version?: 1 | 2; colors?: number; claims?: number }>;

/** A Photoshop document; `colors` is the length of its colour mode data, `claims` that of the resources if it shall be wrong. */
export function buildPsd(
  width: number,
  height: number,
  resources: readonly Resource[],
  { version = 1, colors = 0, claims }: PsdOptions = {},
): Uint8Array {
  const header = concat(
    latin1('8BPS'),
    u16(version),
    new Uint8Array(6),
    u16(3),
    u32(height),
    u32(width),
    u16(8),
    u16(3),
  );
  const blocks = concat(...resources.map(resourceBytes));
  return concat(
    header,
    u32(colors),
    new Uint8Array(colors),
    u32(claims ?? blocks.length),
    blocks,
    u32(0),
    new Uint8Array(8),
  );
}
