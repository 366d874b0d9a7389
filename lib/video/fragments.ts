// The duration of a fragmented file that does not state it [ISO/IEC 14496-12 8.8.9 to 8.8.11, 8.16.3].
//
//   sidx   version, flags u32   id u32   time scale u32   earliest time, first offset: u32 or u64   reserved u16   count u16
//          then for each part: type and size u32   ticks u32   u32
//   mfra   tfra...   mfro: its own 16 bytes end the file, and state the length of mfra
import { hasAt, u8, u16, u32, u64 } from '../bytes/cursor';
import { type HeldBytes, memoryBytes } from '../bytes/held';
import { type Box, boxHead, parseBox } from '../container/bmff';
import { childBoxes, firstBoxes, payload, type Walk } from './boxes';
import type { Movie } from './movie';
import { timeAt } from './movie-track';

/** Parts of a `sidx` that are added up: 10 seconds each in usual files. */
const maxParts = 4_096;
/** Bytes of the index at the end, and of the box that describes a fragment. Usual ones have a few KiB. */
const maxIndexBytes = 256 * 1024;
/** Bytes of all fragments that are looked at: the last one of each track. Usual ones have a few KiB. */
const maxFragmentBytes = 1024 * 1024;
const mfroBytes = 16;

/** Seconds of all parts of an index; null when it is cut. */
export function indexedSeconds(file: HeldBytes, sidx: Box): number | null {
  const bytes = payload(file, sidx, 32 + maxParts * 12);
  const table = bytes.length > 0 && u8(bytes, 0) !== 0 ? 32 : 24;
  if (bytes.length < table) return null;
  const timescale = u32(bytes, 8, false);
  const count = u16(bytes, table - 2, false);
  if (timescale === 0 || count > maxParts || bytes.length < table + count * 12) return null;
  let ticks = 0;
  for (let i = 0; i < count; i++) ticks += u32(bytes, table + i * 12 + 4, false);
  return ticks / timescale;
}

/** The end of the longest track in seconds, by the index at the end of the file; null when there is none. */
export function fragmentsEnd(file: HeldBytes, movie: Movie, walk: Walk): number | null {
  if (file.size < mfroBytes) return null;
  const mfro = file.range(file.size - mfroBytes, file.size);
  const length = u32(mfro, 12, false);
  if (!hasAt(mfro, 4, 'mfro') || length < mfroBytes || length > maxIndexBytes || length > file.size) return null;
  const start = file.size - length;
  const mfra = parseBox(file.upTo(start, boxHead), 0, start, file.size);
  if (mfra?.type !== 'mfra') return null;
  let longest: number | null = null;
  let left = maxFragmentBytes;
  for (const tfra of childBoxes(file, mfra, walk)) {
    const last = tfra.type === 'tfra' ? lastEntry(payload(file, tfra, maxIndexBytes)) : null;
    const track = movie.tracks.find(({ id }) => id === last?.id);
    if (last === null || track?.timescale == null) continue;
    if (left <= 0) {
      walk.warnings.add('Not all fragments were read, because they are too long');
      break;
    }
    const moof = fragmentAt(file, last.moof);
    left -= moof?.size ?? 0;
    const end = moof === null ? last.time : endOfFragment(moof, last, movie.defaultTicks.get(last.id) ?? 0, walk);
    longest = Math.max(longest ?? 0, end / track.timescale);
  }
  return longest;
}

type Entry = Readonly<{ id: number; time: number; moof: number }>;

/** `tfra`: version, flags u32   id u32   lengths u32   count u32   time, offset of moof: u32 or u64   three numbers */
function lastEntry(tfra: Uint8Array): Entry | null {
  if (tfra.length < 16) return null;
  const lengths = u32(tfra, 8, false);
  const wide = u8(tfra, 0) === 1 ? 8 : 4;
  const entryBytes = 2 * wide + [4, 2, 0].reduce((sum, shift) => sum + ((lengths >> shift) & 3) + 1, 0);
  const at = 16 + (u32(tfra, 12, false) - 1) * entryBytes;
  if (at < 16 || at + entryBytes > tfra.length) return null;
  const number = (offset: number): number =>
    (wide === 8 ? u64(tfra, offset, false) : u32(tfra, offset, false)) ?? Number.MAX_SAFE_INTEGER;
  return { id: u32(tfra, 4, false), time: number(at), moof: number(at + wide) };
}

/** The start of the box `moof` at `offset`; null when there is none. */
function fragmentAt(file: HeldBytes, offset: number): HeldBytes | null {
  const box = offset < file.size ? parseBox(file.upTo(offset, boxHead), 0, offset, file.size) : null;
  return box?.type === 'moof' ? memoryBytes(payload(file, box, maxIndexBytes)) : null;
}

/** Ticks at the end of a fragment: the time of its first sample, and the durations of all of them. */
function endOfFragment(bytes: HeldBytes, { id, time }: Entry, trackTicks: number, walk: Walk): number {
  let end = time;
  for (const traf of childBoxes(bytes, { offset: 0, end: bytes.size }, walk)) {
    if (traf.type !== 'traf') continue;
    const boxes = firstBoxes(bytes, traf, walk);
    const [tfhd, tfdt] = [boxes.get('tfhd'), boxes.get('tfdt')];
    const header = tfhd === undefined ? new Uint8Array(0) : payload(bytes, tfhd, 28);
    if (header.length < 8 || u32(header, 4, false) !== id) continue;
    const each = defaultTicks(header) ?? trackTicks;
    const start = tfdt === undefined ? null : timeAt(payload(bytes, tfdt, 12), 4, 4);
    end = start ?? time;
    for (const trun of childBoxes(bytes, traf, walk)) {
      if (trun.type === 'trun') end += runTicks(payload(bytes, trun, maxIndexBytes), each);
    }
  }
  return end;
}

/** The ticks of a sample by `tfhd`, after the fields that its flags announce. */
function defaultTicks(tfhd: Uint8Array): number | null {
  const flags = u32(tfhd, 0, false);
  const at = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0);
  return (flags & 8) === 0 || tfhd.length < at + 4 ? null : u32(tfhd, at, false);
}

function runTicks(trun: Uint8Array, each: number): number {
  if (trun.length < 8) return 0;
  const flags = u32(trun, 0, false);
  const count = u32(trun, 4, false);
  if ((flags & 0x100) === 0) return count * each;
  const sampleBytes = [0x100, 0x200, 0x400, 0x800].reduce((sum, flag) => sum + (flags & flag ? 4 : 0), 0);
  let ticks = 0;
  let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  for (let i = 0; i < count && at + 4 <= trun.length; i++, at += sampleBytes) ticks += u32(trun, at, false);
  return ticks;
}
