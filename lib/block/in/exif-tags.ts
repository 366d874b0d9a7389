// Metadata blocks that are tags of a TIFF stream: of a TIFF file, a raw file, or the EXIF of another format.
//
//   XMP 700 [XMP part 3, 3.3]   IPTC-IIM 33723   Photoshop resources 34377   ICC profile 34675 [TIFF/EP]
//   C2PA 0xCD41, in the last page [C2PA 2.1, A.3.5]
import { u32, u64 } from '../../bytes/cursor';
import { type HeldBytes, memoryBytes, type ParserInput } from '../../bytes/held';
import { Tag } from '../../tag/ids';
import type { StreamDocument } from '../../tiff/document';
import { readTiffHeader, tiffHeaderLength } from '../../tiff/header';
import { typeOf } from '../../tiff/type';
import type { TagEntry } from '../../types';
import type { BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes, maxResourceBytes } from '../limits';
import { type Piece, readPieces, searchWithin } from './pieces';
import { blocksOfResources } from './resources';

type Wanted = ReadonlySet<BlockName>;

/**
 * The value of a tag of `size` bytes. `offset` is its place in the file, null in a stream that is only a part of a file. `bytes`
 * are cut at the limit of the tag.
 */
type Value = Readonly<{ bytes: Uint8Array; offset: number | null; size: number; wanted: Wanted }>;

type BlockTag = Readonly<{
  tag: number;
  /** The blocks that it may have. */
  names: readonly BlockName[];
  /** Bytes that are read; absent = all. */
  limit?: number;
  make(value: Value): readonly FoundBlock[];
}>;

const c2paTag = 0xcd41;

const blockTags: readonly BlockTag[] = [
  {
    tag: Tag.XMLPacket,
    names: ['xmp'],
    make: ({ bytes, offset, size }) => [{ kind: 'xmp', bytes, offset, size }],
  },
  {
    tag: Tag.IPTCNAA,
    names: ['iptc'],
    make: ({ bytes, offset, size }) => [{ kind: 'iptc', bytes, offset, size, standard: offset !== null }],
  },
  { tag: Tag.ImageResources, names: ['xmp', 'iptc'], limit: maxResourceBytes, make: readResources },
  {
    tag: Tag.InterColorProfile,
    names: ['icc'],
    limit: iccStartBytes,
    make: ({ bytes, offset, size }) => [{ kind: 'icc', bytes, offset, size }],
  },
  {
    tag: c2paTag,
    names: ['c2pa'],
    make: ({ bytes, offset, size }) => [{ kind: 'c2pa', bytes, offset, size }],
  },
];

/** A TIFF stream: its bytes, and whether it is the file itself. */
type Source = Readonly<{ bytes: HeldBytes; isFile: boolean; part: StreamDocument }>;
type Chosen = Readonly<{ source: Source; entry: TagEntry; blockTag: BlockTag }>;

/**
 * The blocks in the tags of the EXIF. Of each tag, the one in IFD0 counts, otherwise the first one; of C2PA that of the last
 * page. All values are read in one round trip.
 */
export function findInTags({ file, exif, wanted }: FinderInput): readonly FoundBlock[] {
  const sources = (exif?.parts ?? []).flatMap((part) => sourceOf(part, file));
  const chosen = blockTags
    .filter(({ names }) => names.some((name) => wanted.has(name)))
    .flatMap((blockTag) => choose(sources, blockTag));
  return sources.flatMap((source) => {
    const pieces: Piece[] = [];
    searchWithin(() => {
      for (const one of chosen) if (one.source === source) pieces.push(pieceOf(one, wanted));
    });
    return readPieces(source.bytes, pieces);
  });
}

/** A stream that is as long as the file is the file. All others are in memory. */
function sourceOf(part: StreamDocument, file: ParserInput): readonly Source[] {
  const { reader } = part.stream;
  if (reader.size === file.size) return [{ bytes: file, isFile: true, part }];
  const whole = reader.held?.(0, reader.size) ?? null;
  return whole === null ? [] : [{ bytes: memoryBytes(whole), isFile: false, part }];
}

function choose(sources: readonly Source[], blockTag: BlockTag): readonly Chosen[] {
  const found = sources.flatMap((source) =>
    source.part.document.entries
      .filter(({ tag, count }) => tag === blockTag.tag && count > 0)
      .map((entry) => ({ source, entry, blockTag })),
  );
  const ofPages = found.filter(({ entry }) => entry.ifd.startsWith('IFD'));
  const ofIfd0 = found.find(({ entry }) => entry.ifd === 'IFD0');
  const best = blockTag.tag === c2paTag ? ofPages.at(-1) : (ofIfd0 ?? found[0]);
  return best === undefined ? [] : [best];
}

function pieceOf({ source, entry, blockTag }: Chosen, wanted: Wanted): Piece {
  const { bytes, isFile } = source;
  const { type, count } = entry;
  const size = count * (typeOf(type)?.size ?? 1);
  const start = valueOffset(bytes, entry, size);
  return {
    ranges: [{ start, end: start + Math.min(size, blockTag.limit ?? size) }],
    make: ([value = new Uint8Array(0)]) => blockTag.make({ bytes: value, offset: isFile ? start : null, size, wanted }),
  };
}

/** The place of a value of `size` bytes in its stream. The IFD was read before, so its entries are in memory. */
export function valueOffset(bytes: HeldBytes, { offset }: TagEntry, size: number): number {
  const { big, littleEndian } = readTiffHeader(bytes.upTo(0, tiffHeaderLength));
  const [fieldAt, fieldLength] = big ? [offset + 12, 8] : [offset + 8, 4];
  if (size <= fieldLength) return fieldAt;
  const field = bytes.range(fieldAt, fieldAt + fieldLength);
  return big ? (u64(field, 0, littleEndian) ?? bytes.size) : u32(field, 0, littleEndian);
}

function readResources({ bytes, offset, wanted }: Value): readonly FoundBlock[] {
  const placeOf = ({ start }: { start: number }): number | null => (offset === null ? null : offset + start);
  return blocksOfResources(bytes, { wanted, standard: false, placeOf });
}
