// One track of a movie [ISO/IEC 14496-12 8.3, 8.4, 8.6, 8.7].
//
//   trak   tkhd: matrix, width and height (16.16) at the end   mdia: mdhd (time scale, duration, language)  hdlr (kind at 8)
//          minf: stbl: stsd (sample-entry.ts)  stts (count, ticks)...  stsz (one size, count, sizes)
//   The parts of mdhd and tkhd have 4 bytes in version 0, and 8 bytes in version 1, where they are times or durations.
import { latin1, u8, u16, u32, u64 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import type { Box } from '../container/bmff';
import { firstBoxes, payload, type Walk } from './boxes';
import { languageOf } from './language';
import { videoLimits } from './limits';
import type { TrackKind, VideoTrack } from './record';
import { readSampleEntry, sampleEntryBytes } from './sample-entry';
import { emptyTrack } from './track';

/** Bytes of an edit list that are read. Usual ones have 1 or 2 edits. */
const editBytes = 4_096;

const kinds: ReadonlyMap<string, TrackKind> = new Map([
  ['vide', 'video'],
  ['soun', 'audio'],
  ['text', 'subtitle'],
  ['sbtl', 'subtitle'],
  ['subt', 'subtitle'],
  ['clcp', 'subtitle'],
]);

/** A part of a header: `first` is its offset in version 0, `wide` in version 1. */
export function timeAt(header: Uint8Array, first: number, wide: number): number | null {
  const isWide = header.length > 0 && u8(header, 0) === 1;
  const at = isWide ? wide : first;
  if (header.length < at + (isWide ? 8 : 4)) return null;
  if (isWide) return u64(header, at, false);
  const value = u32(header, at, false);
  return value === 0xffffffff ? null : value;
}

/** Time scale and duration of `mvhd` or `mdhd`; a time scale of 0 counts as unknown. */
export function scaleAndDuration(header: Uint8Array): Pick<VideoTrack, 'timescale' | 'ticks'> {
  const at = header.length > 0 && u8(header, 0) === 1 ? 20 : 12;
  const timescale = header.length < at + 4 ? 0 : u32(header, at, false);
  return { timescale: timescale || null, ticks: timeAt(header, 16, 24) };
}

/** `isWhole`: all bytes are in memory, so the tables may be added up. `movieScale`: ticks of a second in edit lists. */
export type MovieFacts = Readonly<{ isWhole: boolean; movieScale: number | null }>;

export function readTrack(
  moov: HeldBytes,
  trak: ReadonlyMap<string, Box>,
  { isWhole, movieScale }: MovieFacts,
  walk: Walk,
): VideoTrack {
  const mdia = boxesOf(moov, trak.get('mdia'), walk);
  const mdhd = head(moov, mdia.get('mdhd'), 36);
  const hdlr = head(moov, mdia.get('hdlr'), 12);
  const kind = (hdlr.length < 12 ? undefined : kinds.get(latin1(hdlr, 8, 4))) ?? 'data';
  const minf = boxesOf(moov, mdia.get('minf'), walk);
  const isEnough = (found: ReadonlyMap<string, Box>): boolean => !isWhole && found.has('stsd') && found.has('stts');
  const stbl = boxesOf(moov, minf.get('stbl'), walk, isEnough);
  return {
    ...emptyTrack,
    kind,
    ...scaleAndDuration(mdhd),
    editedSeconds: editedSeconds(head(moov, boxesOf(moov, trak.get('edts'), walk).get('elst'), editBytes), movieScale),
    language: languageIn(mdhd),
    ...shownAs(head(moov, trak.get('tkhd'), 96)),
    ...readSampleEntry(head(moov, stbl.get('stsd'), sampleEntryBytes), kind, walk),
    samples: countSamples(moov, stbl.get('stts'), isWhole),
    sampleBytes: isWhole ? sumSizes(moov, stbl.get('stsz')) : null,
  };
}

function boxesOf(
  moov: HeldBytes,
  box: Box | undefined,
  walk: Walk,
  isLast?: (found: ReadonlyMap<string, Box>) => boolean,
): ReadonlyMap<string, Box> {
  return box === undefined ? new Map() : firstBoxes(moov, box, walk, isLast);
}

function head(moov: HeldBytes, box: Box | undefined, most: number): Uint8Array {
  return box === undefined ? new Uint8Array(0) : payload(moov, box, most);
}

/** `elst`: version, flags u32   count u32   then ticks, media time: u32 or u64, rate u32. A media time of -1 is a pause. */
function editedSeconds(elst: Uint8Array, movieScale: number | null): number | null {
  if (elst.length < 8 || movieScale === null) return null;
  const wide = u8(elst, 0) === 1 ? 8 : 4;
  const count = u32(elst, 4, false);
  let ticks = 0;
  for (let i = 0, at = 8; i < count; i++, at += 2 * wide + 4) {
    if (at + 2 * wide + 4 > elst.length) return null;
    const isPause = u32(elst, at + wide, false) === 0xffffffff;
    if (!isPause) ticks += (wide === 8 ? u64(elst, at, false) : u32(elst, at, false)) ?? Number.NaN;
  }
  return ticks > 0 ? ticks / movieScale : null;
}

function languageIn(mdhd: Uint8Array): string | null {
  const at = mdhd.length > 0 && u8(mdhd, 0) === 1 ? 32 : 20;
  return mdhd.length < at + 2 ? null : languageOf(u16(mdhd, at, false));
}

function shownAs(tkhd: Uint8Array): Partial<VideoTrack> {
  const matrix = tkhd.length > 0 && u8(tkhd, 0) === 1 ? 52 : 40;
  if (tkhd.length < matrix + 44) return {};
  const side = (at: number): number | null => u32(tkhd, at, false) >>> 16 || null;
  return {
    id: u32(tkhd, matrix === 52 ? 20 : 12, false),
    enabled: (u8(tkhd, 3) & 1) === 1,
    rotation: rotationOf([0, 4, 12, 16].map((at) => u32(tkhd, matrix + at, false) | 0)),
    width: side(matrix + 36),
    height: side(matrix + 40),
  };
}

/** The angle of a matrix a, b, c, d that turns and may scale; null when it also mirrors or skews. */
function rotationOf([a = 0, b = 0, c = 0, d = 0]: readonly number[]): VideoTrack['rotation'] {
  if (b === 0 && c === 0) return a > 0 && d > 0 ? 0 : a < 0 && d < 0 ? 180 : null;
  if (a !== 0 || d !== 0) return null;
  return b > 0 && c < 0 ? 90 : b < 0 && c > 0 ? 270 : null;
}

/** The samples of all runs of `stts`; null when there are more runs than may be read. */
function countSamples(moov: HeldBytes, stts: Box | undefined, isWhole: boolean): number | null {
  if (stts === undefined || stts.end - stts.offset < 8) return null;
  const runs = u32(payload(moov, stts, 8), 4, false);
  if (!isWhole && runs > videoLimits.timeRuns) return null;
  const table = payload(moov, stts, 8 + runs * 8);
  if (table.length < 8 + runs * 8) return null;
  let samples = 0;
  for (let at = 8; at < table.length; at += 8) samples += u32(table, at, false);
  return samples;
}

function sumSizes(moov: HeldBytes, stsz: Box | undefined): number | null {
  if (stsz === undefined || stsz.end - stsz.offset < 12) return null;
  const header = payload(moov, stsz, 12);
  const [same, count] = [u32(header, 4, false), u32(header, 8, false)];
  if (same !== 0) return same * count;
  const table = payload(moov, stsz, 12 + count * 4);
  if (table.length < 12 + count * 4) return null;
  let bytes = 0;
  for (let at = 12; at < table.length; at += 4) bytes += u32(table, at, false);
  return bytes;
}
