// JUMBF boxes in the APP11 segments of a JPEG [ISO/IEC 19566-5 annex D.2].
//
//   "JP"  box instance u16  number u32  length u32  type 4  (length u64 when length is 1)  part of the box's content
//
// Every segment repeats the header of the box.
import { hasAt, u16, u32 } from '../../bytes/cursor';
import { joinBytes } from '../../bytes/join';
import type { ByteRange } from '../../types';
import type { FoundBlock } from '../block';
import type { Piece } from './pieces';

/** A part of the box `instance`: its place in the order, its bytes with the repeated header, and the length of that. */
export type JumbfPart = Readonly<{
  instance: number;
  number: number;
  range: ByteRange;
  header: number;
  isC2pa: boolean;
}>;

/** Bytes before the header of the box. */
export const jumbfPrefix = 8;

/** The part in a segment that starts with `head`; null when the segment is something else. */
export function readJumbfPart(head: Uint8Array, { start, end }: ByteRange): JumbfPart | null {
  if (!hasAt(head, 0, 'JP') || head.length < jumbfPrefix + 8) return null;
  const header = u32(head, jumbfPrefix, false) === 1 ? 16 : 8;
  // The content starts with a description box whose UUID starts with the kind of the content.
  const isC2pa = hasAt(head, jumbfPrefix + header + 4, 'jumdc2pa');
  const range = { start: start + jumbfPrefix, end };
  if (range.end - range.start < header) return null;
  return { instance: u16(head, 2, false), number: u32(head, 4, false), range, header, isC2pa };
}

/** The boxes with a C2PA manifest store. Of two parts with one number, the first one counts. */
export function jumbfPieces(parts: readonly JumbfPart[]): readonly Piece[] {
  const instances = [...new Set(parts.map(({ instance }) => instance))];
  return instances.flatMap((instance) => {
    const own = parts.filter((part) => part.instance === instance).sort((a, b) => a.number - b.number);
    const [first, ...others] = own.filter((part, i) => part.number !== own[i - 1]?.number);
    if (first === undefined || !first.isC2pa) return [];
    const rest = others.map(({ range, header }) => ({ start: range.start + header, end: range.end }));
    return [boxOf([first.range, ...rest])];
  });
}

function boxOf(ranges: readonly [ByteRange, ...ByteRange[]]): Piece {
  const offset = ranges.length === 1 ? ranges[0].start : null;
  const make = (parts: readonly Uint8Array[]): readonly FoundBlock[] => {
    const bytes = joinBytes(parts);
    return [{ kind: 'c2pa', bytes, offset, size: bytes.length }];
  };
  return { ranges, make };
}
