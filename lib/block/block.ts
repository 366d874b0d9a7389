// The metadata blocks that a file may have next to its EXIF, as they are found in a container: whole, joined and unpacked, but
// not parsed.
import type { ParserInput } from '../bytes/held';
import type { StreamDocuments } from '../tiff/document';
import type { ByteRange } from '../types';

/** The names of the blocks, as `only` takes them, in the order of an answer. */
export const blockNames = [
  'exif',
  'makernote',
  'xmp',
  'iptc',
  'icc',
  'c2pa',
  'text',
  'mpf',
  'gainmap',
  'motion',
] as const;
export type BlockName = (typeof blockNames)[number];

/** A defect of a block that affects only the part it is in. */
export type BlockWarning = Readonly<{ block: BlockName; detail: string }>;

/**
 * A block as found. `bytes` are at most those that its parser needs, `size` is the length in the file (unpacked when that is
 * known). `offset` is the place of its first byte in the file; null when it is compressed or in several pieces.
 */
export type FoundBlock =
  /** An XMP packet in any of its encodings. */
  | Readonly<{ kind: 'xmp'; bytes: Uint8Array; offset: number | null; size: number }>
  /** A part of an Extended XMP of a JPEG [XMP part 3, 1.1.3.1]: `at` is its place in the whole of `total` bytes. */
  | Readonly<{ kind: 'xmp-extension'; guid: string; total: number; at: number; bytes: Uint8Array }>
  /** IPTC-IIM datasets. `standard`: from the place where the IIM of its format belongs. */
  | Readonly<{ kind: 'iptc'; bytes: Uint8Array; offset: number | null; size: number; standard: boolean }>
  /** The MD5 that Photoshop stored of the IIM (resource 0x0425), as 32 lower-case hexadecimal digits. */
  | Readonly<{ kind: 'iptc-digest'; md5: string }>
  /** The start of an ICC profile. */
  | Readonly<{ kind: 'icc'; bytes: Uint8Array; offset: number | null; size: number }>
  /** A JUMBF superbox with a C2PA manifest store, box header included. */
  | Readonly<{ kind: 'c2pa'; bytes: Uint8Array; offset: number | null; size: number }>
  /** A text chunk of a PNG, decoded. */
  | Readonly<{ kind: 'text'; keyword: string; text: string; chunk: 'tEXt' | 'zTXt' | 'iTXt' }>
  /** The MPF index of a JPEG [CIPA DC-007]: a TIFF stream. Offsets in it count from `offset`. */
  | Readonly<{ kind: 'mpf'; bytes: Uint8Array; offset: number }>
  /** A sign of a gain map that is not in XMP. */
  | Readonly<{ kind: 'gainmap'; sign: 'iso21496-app2' | 'tmap-item' | 'apple-auxC' | 'jhgm-box' }>
  /** A video after the image: in a box `mpvd`, or named by Samsung's trailer. `offset` and `length` in the file. */
  | Readonly<{ kind: 'motion'; sign: 'mpvd-box' | 'samsung-trailer'; offset: number; length: number }>;

/**
 * What a finder works on. `file` is the object; as with every parser under `parseHeld`, the finder is called again after each
 * read. `exif` has the TIFF streams of the image and their tags, which were read before; null = none. Only the blocks in
 * `wanted` need to be found.
 */
export type FinderInput = Readonly<{
  file: ParserInput;
  exif: StreamDocuments | null;
  wanted: ReadonlySet<BlockName>;
}>;

/** The first bytes of an object, and the size of all. */
export type FirstBytes = Readonly<{ head: Uint8Array; size: number; wanted: ReadonlySet<BlockName> }>;

/**
 * Finds the metadata blocks of one format, in the order of the file. `container` is the name of the format. It reads only bytes
 * that lead to a wanted block. Damage, or the end of the read budget, ends the search: what was found before is returned.
 * `rest`: the bytes after the first ones in which a long block continues; null = none. Reading them before everything else
 * saves requests.
 */
export type BlockFinder = Readonly<{
  container: string;
  find(input: FinderInput): readonly FoundBlock[];
  rest?(first: FirstBytes): ByteRange | null;
}>;
