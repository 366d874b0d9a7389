// The metadata blocks of a GIF: application extensions near its start [GIF89a 26].
//
//   21 FF 0B  name 8  code 3  then:
//   "XMP Data" "XMP"       the packet, not in sub-blocks, and a trailer 01 FF FE FD ... 01 00 00 of 258 bytes that leads
//                          readers which take it for sub-blocks to its end [XMP part 3, 1.1.2]
//   "ICCRGBG1" "012"       sub-blocks   [ICC]            "C2PA_GIF" 01 00 00   sub-blocks   [C2PA 2.1, A.3.5]
import { hasAt, slice, u8 } from '../../bytes/cursor';
import { joinBytes } from '../../bytes/join';
import { firstBlock, imageEnd, skipSubBlocks } from '../../container/gif';
import { gifScan } from '../../limits';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes, maxFoundBlocks, maxFoundBytes } from '../limits';
import { searchWithin } from './pieces';

const [extension, application, image] = [0x21, 0xff, 0x2c];
/** Bytes before the data: introducer, label, length, name and code. */
const headerLength = 3 + 11;
const trailerStart = '\x01\xff\xfe\xfd';
const magicTrailerLength = 258;

/** An application extension: its data are at `dataAt`, `end` is the offset after its terminator. */
type Extension = Readonly<{ block: 'xmp' | 'icc' | 'c2pa'; dataAt: number; end: number }>;

type DataBlock = Extract<FoundBlock, { kind: Extension['block'] }>;

const extensionNames: ReadonlyMap<string, Extension['block']> = new Map([
  ['XMP DataXMP', 'xmp'],
  ['ICCRGBG1012', 'icc'],
  ['C2PA_GIF', 'c2pa'],
]);

export const gifBlocks: BlockFinder = { container: 'gif', find };

/** Looks at the bytes of the first read, and at more when one of the wanted blocks continues after them. */
function find({ file, wanted }: FinderInput): readonly FoundBlock[] {
  let found: readonly FoundBlock[] = [];
  searchWithin(() => {
    for (const length of [gifScan, gifScan + maxFoundBytes]) {
      const bytes = file.upTo(0, length);
      const extensions = wantedExtensions(bytes, wanted);
      const whole = extensions.filter(({ end }) => end <= bytes.length);
      found = whole.map((one) => blockOf(bytes, one)).filter(({ size }) => size > 0);
      if (whole.length === extensions.length) return;
    }
  });
  return found;
}

/** The extensions that have a wanted block, also one that continues after the end of `bytes`. */
function wantedExtensions(bytes: Uint8Array, wanted: ReadonlySet<BlockName>): readonly Extension[] {
  const found: Extension[] = [];
  let offset = firstBlock(bytes);
  let trailerAt = -1;
  while (offset + headerLength <= bytes.length && found.length < maxFoundBlocks) {
    const introducer = u8(bytes, offset);
    if (introducer === image) {
      offset = imageEnd(bytes, offset);
      continue;
    }
    if (introducer !== extension) break;
    const dataAt = offset + headerLength;
    const block = u8(bytes, offset + 1) === application ? blockNameAt(bytes, offset) : null;
    if (block === 'xmp') {
      if (trailerAt < dataAt) trailerAt = findTrailer(bytes, dataAt);
      offset = trailerAt === Infinity ? skipSubBlocks(bytes, dataAt) : trailerAt + magicTrailerLength;
    } else {
      offset = skipSubBlocks(bytes, offset + 2);
    }
    if (block !== null && wanted.has(block)) found.push({ block, dataAt, end: offset });
  }
  return found;
}

function blockNameAt(bytes: Uint8Array, offset: number): Extension['block'] | null {
  const names = [...extensionNames].find(([name]) => hasAt(bytes, offset + 2, `\x0b${name}`));
  return names?.[1] ?? null;
}

/** The offset of the next trailer of an XMP packet; Infinity when there is none. */
function findTrailer(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(1, start); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (hasAt(bytes, at, trailerStart) && hasAt(bytes, at + magicTrailerLength - 2, '\0\0')) return at;
  }
  return Infinity;
}

function blockOf(bytes: Uint8Array, { block, dataAt, end }: Extension): DataBlock {
  if (block === 'xmp') {
    const trailerAt = end - magicTrailerLength;
    if (hasAt(bytes, trailerAt, trailerStart)) return xmpOf(bytes.subarray(dataAt, trailerAt), dataAt);
    // Without the trailer, some programs write the packet as it is, others in sub-blocks.
    if (hasAt(bytes, dataAt, '<?') || hasAt(bytes, dataAt, '<x')) return xmpOf(bytes.subarray(dataAt, end), dataAt);
    return xmpOf(joinSubBlocks(bytes, dataAt), null);
  }
  const data = joinSubBlocks(bytes, dataAt);
  const used = block === 'icc' ? data.subarray(0, iccStartBytes) : data;
  return { kind: block, bytes: used, offset: null, size: data.length };
}

function xmpOf(bytes: Uint8Array, offset: number | null): DataBlock {
  return { kind: 'xmp', bytes, offset, size: bytes.length };
}

/** The data of the sub-blocks at `start`, whose terminator is within `bytes`. */
function joinSubBlocks(bytes: Uint8Array, start: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = start;
  for (let length = u8(bytes, at); length > 0; length = u8(bytes, at)) {
    parts.push(slice(bytes, at + 1, length));
    at += 1 + length;
  }
  return joinBytes(parts);
}
