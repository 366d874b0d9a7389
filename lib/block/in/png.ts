// The metadata blocks of a PNG: chunks before the image data, and text chunks at the end of the object.
//
//   iCCP   name 00 method u8 zlib [PNG 3rd edition, 11.3.2.3]      caBX   JUMBF [C2PA 2.1, A.3.3]
//   iTXt   keyword "XML:com.adobe.xmp" [XMP part 3, 1.1.5]         text   keyword "Raw profile type ...": a hexadecimal dump
import { hasAt, latin1 } from '../../bytes/cursor';
import { inflate } from '../../bytes/decompress';
import type { HeldBytes } from '../../bytes/held';
import { type Chunk, chunkAt, chunksInTail, textTypes } from '../../container/png-chunk';
import { type ChunkText, textOf, unhex } from '../../container/png-text';
import { maxHops, pngTail } from '../../limits';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes, maxFoundBytes, maxInflated, maxTextChunks, totalFoundBytes } from '../limits';
import { findInTags } from './exif-tags';
import { type Piece, readPieces, searchWithin } from './pieces';
import { blocksOfResources } from './resources';

type Wanted = ReadonlySet<BlockName>;

/** Bytes of the longest keyword, or name of a profile, with its NUL. */
const maxKeyword = 80;
const xmpKeyword = 'XML:com.adobe.xmp';
/** The start of the keyword of a raw profile, in small letters: programs differ in that. */
const profileKeyword = 'raw profile type ';
const xmpIdentifier = 'http://ns.adobe.com/xap/1.0/\0';
/** The blocks that may be in a raw profile. */
const profileBlocks: ReadonlyMap<string, readonly BlockName[]> = new Map([
  ['xmp', ['xmp']],
  ['app1', ['xmp']],
  ['iptc', ['iptc']],
  ['8bim', ['iptc', 'xmp', 'icc']],
  ['icc', ['icc']],
  ['icm', ['icc']],
]);

/** The blocks that may be in text chunks. */
const textBlocks: readonly BlockName[] = ['xmp', 'iptc', 'icc', 'text'];

/** The content of a chunk, as stored. `offset` is its place in the file. */
type Content = ChunkText & Readonly<{ type: string; keyword: string; offset: number }>;

export const pngBlocks: BlockFinder = { container: 'png', find };

function find(input: FinderInput): readonly FoundBlock[] {
  const { file, wanted } = input;
  /** By offset: a chunk at the end may be found twice. */
  const pieces = new Map<number, Piece<Content>>();
  searchWithin(() => {
    for (const chunk of chunksOf(file, wanted)) {
      const piece = contentPiece(chunk, file, wanted);
      if (piece !== null) pieces.set(chunk.offset, piece);
    }
  });
  const contents = readPieces(file, [...pieces.values()]);
  const deflated = contents.filter(({ isDeflated }) => isDeflated).map(({ bytes }) => bytes);
  const inflated = deflated.length === 0 ? [] : file.wait('png blocks', () => inflateAll(deflated));
  let next = 0;
  const found = contents.flatMap((content) => {
    const bytes = content.isDeflated ? (inflated[next++] ?? null) : content.bytes;
    return bytes === null ? [] : blocksOf(content, bytes, wanted);
  });
  return [...found, ...findInTags(input)];
}

/** The chunks before the image data, in a short file also those after it; then those that the end of the file shows. */
function* chunksOf(file: HeldBytes, wanted: Wanted): Generator<Chunk> {
  const isShort = file.size <= pngTail;
  let idat = 0;
  let offset = 8;
  for (let hops = 0; hops < maxHops; hops++) {
    const chunk = chunkAt(file, offset);
    if (chunk === null || chunk.type === 'IEND') break;
    if (chunk.type === 'IDAT' && idat === 0) idat = offset;
    if (idat > 0 && !isShort) break;
    yield chunk;
    offset = chunk.offset + chunk.length + 4;
  }
  if (idat > 0 && textBlocks.some((name) => wanted.has(name))) yield* chunksInTail(file, idat, maxTextChunks);
}

/** The piece of a chunk that may have wanted blocks; null for every other chunk. */
function contentPiece({ type, offset, length }: Chunk, file: HeldBytes, wanted: Wanted): Piece<Content> | null {
  const head = file.upTo(offset, Math.min(length, maxKeyword));
  const keywordLength = head.indexOf(0);
  const keyword = keywordLength < 0 ? '' : latin1(head, 0, keywordLength);
  if (!blocksIn(type, keyword).some((name) => wanted.has(name))) return null;
  const range = { start: offset, end: Math.min(file.size, offset + length) };
  return {
    ranges: [range],
    make: ([data]) => {
      const text = data === undefined ? null : contentOf(type, data, keywordLength + 1);
      return text === null ? [] : [{ ...text, type, keyword, offset: offset + text.start }];
    },
  };
}

/** The blocks that a chunk may have. Dumps of other things are not text. */
function blocksIn(type: string, keyword: string): readonly BlockName[] {
  if (type === 'iCCP') return ['icc'];
  if (type === 'caBX') return ['c2pa'];
  if (!textTypes.includes(type) || keyword === '') return [];
  if (keyword === xmpKeyword) return ['xmp'];
  const profile = profileOf(keyword);
  return profile === null ? ['text'] : (profileBlocks.get(profile) ?? []);
}

/** The type of a raw profile in small letters; null for every other keyword. */
function profileOf(keyword: string): string | null {
  const small = keyword.toLowerCase();
  return small.startsWith(profileKeyword) ? small.slice(profileKeyword.length).trim() : null;
}

function contentOf(type: string, data: Uint8Array, keywordLength: number): ChunkText | null {
  if (type === 'caBX') return { bytes: data, start: 0, isDeflated: false };
  return textOf(type === 'iCCP' ? 'zTXt' : type, data, keywordLength);
}

/** The most bytes that a byte of a zlib stream can become. */
const maxDeflateRatio = 1032;

/** Each zlib stream, inflated; null for one that is damaged or beyond the limits. It may have been inflated in vain. */
async function inflateAll(streams: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]> {
  const results: (Uint8Array | null)[] = [];
  let left: number = totalFoundBytes;
  for (const stream of streams.slice(0, maxInflated)) {
    const most = Math.min(left, maxFoundBytes);
    const bytes = most === 0 ? null : await inflate(stream, most);
    left -= bytes?.length ?? Math.min(most, stream.length * maxDeflateRatio);
    results.push(bytes);
  }
  return results;
}

function blocksOf(content: Content, bytes: Uint8Array, wanted: Wanted): readonly FoundBlock[] {
  const { type, keyword, isDeflated } = content;
  const offset = isDeflated ? null : content.offset;
  if (bytes.length === 0 && blocksIn(type, keyword)[0] !== 'text') return [];
  if (type === 'iCCP') return [iccOf(bytes)];
  if (type === 'caBX') return [{ kind: 'c2pa', bytes, offset, size: bytes.length }];
  if (keyword === xmpKeyword) return [{ kind: 'xmp', bytes, offset, size: bytes.length }];
  const profile = profileOf(keyword);
  return profile === null ? [textBlock(content, bytes)] : blocksOfProfile(profile, unhex(bytes), wanted);
}

function blocksOfProfile(profile: string, bytes: Uint8Array, wanted: Wanted): readonly FoundBlock[] {
  if (bytes.length === 0) return [];
  if (profile === 'icc' || profile === 'icm') return [iccOf(bytes)];
  if (profile === 'xmp') return [xmpOf(bytes)];
  if (profile === 'app1') return hasAt(bytes, 0, xmpIdentifier) ? [xmpOf(bytes.subarray(xmpIdentifier.length))] : [];
  // A profile of type iptc may be Photoshop resources, too.
  if (profile === '8bim' || hasAt(bytes, 0, '8BIM'))
    return blocksOfResources(bytes, { wanted, standard: false, placeOf: () => null });
  return [{ kind: 'iptc', bytes, offset: null, size: bytes.length, standard: false }];
}

function xmpOf(bytes: Uint8Array): FoundBlock {
  return { kind: 'xmp', bytes, offset: null, size: bytes.length };
}

function iccOf(bytes: Uint8Array): FoundBlock {
  return { kind: 'icc', bytes: bytes.subarray(0, iccStartBytes), offset: null, size: bytes.length };
}

function textBlock({ type, keyword }: Content, bytes: Uint8Array): FoundBlock {
  const text = type === 'iTXt' ? new TextDecoder().decode(bytes) : longLatin1(bytes);
  return { kind: 'text', keyword, text, chunk: type as 'tEXt' | 'zTXt' | 'iTXt' };
}

/** As `latin1`, for texts that may be long: a character at a time takes 40 bytes each. */
function longLatin1(bytes: Uint8Array): string {
  const step = 4096;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += step) parts.push(String.fromCharCode(...bytes.subarray(at, at + step)));
  return parts.join('');
}
