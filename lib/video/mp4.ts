// MP4, QuickTime, 3GP and M4V: files of boxes with a `moov` [ISO/IEC 14496-12; QuickTime File Format].
//
//   ftyp   [uuid: C2PA]   moov   [uuid: XMP]   mdat            for the web: moov first
//   ftyp   [wide] mdat   moov   [uuid]                         cameras: moov last
//   ftyp   moov: mvex   [sidx]   moof mdat   moof mdat ...     fragments
import { hasAt, latin1 } from '../bytes/cursor';
import { type HeldBytes, memoryBytes, type ParserInput } from '../bytes/held';
import { type Box, boxHead, parseBox } from '../container/bmff';
import { cr3 } from '../container/cr3';
import { heif } from '../container/heif';
import { ProblemError } from '../problem';
import { answersOf, timeOf } from './answers';
import { newWalk, type Walk } from './boxes';
import { fragmentsEnd, indexedSeconds } from './fragments';
import { guarded, parseVideo } from './guard';
import { videoLimits } from './limits';
import { type Movie, readMovie } from './movie';
import { noPlace } from './place';
import type { VideoFormat, VideoFormatName, VideoRecord } from './record';
import { pictureOf, secondsOf } from './track';
import { readC2paBox, readXmpBox, userTypeOf } from './user-boxes';

/** Boxes that old QuickTime files start with. */
const firstTypes = ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

export const mp4: VideoFormat = {
  name: 'mp4',
  matches: (head) => {
    if (hasAt(head, 4, 'ftyp')) return !heif.matches(head) && !cr3.matches(head) && !isImage(head);
    return firstTypes.some((type) => hasAt(head, 4, type)) && parseBox(head, 0, 0, Number.MAX_SAFE_INTEGER) !== null;
  },
  read: (reader) => parseVideo(reader, readFile),
};

/** Brands of images that do not start with `ftyp` in their usual form. */
function isImage(head: Uint8Array): boolean {
  return ['jp2 ', 'jpx ', 'jpm ', 'jxl '].some((brand) => hasAt(head, 8, brand));
}

function formatOf(brand: string): VideoFormatName {
  if (brand === 'qt  ' || brand === '') return 'mov';
  if (brand.startsWith('M4V')) return 'm4v';
  return /^3g[2a-z]/.test(brand) ? '3gp' : 'mp4';
}

type Found = {
  brand: string;
  movie: Movie | null;
  moovAt: number;
  xmp: Box | null;
  c2pa: Box | null;
  /** Seconds by an index of fragments. */
  indexed: number | null;
};

function readFile(file: ParserInput): VideoRecord {
  const walk = newWalk();
  const found: Found = { brand: '', movie: null, moovAt: 0, xmp: null, c2pa: null, indexed: null };
  guarded(walk, () => findTopBoxes(file, found, walk));
  const { movie } = found;
  if (movie === null) throw new ProblemError('DamagedImage', 'Cannot find the moov box of a video');
  if (movie.isCompressed) walk.warnings.add('The moov box is compressed');
  const blocks: Pick<VideoRecord, 'xmp' | 'c2pa'> = { xmp: null, c2pa: null };
  const kept = { ...blocks, duration: durationOf(movie, found.indexed) };
  guarded(walk, () => {
    if (kept.duration === null && movie.isFragmented) kept.duration = fragmentsEnd(file, movie, walk);
  });
  guarded(walk, () => {
    if (movie.xmp !== null) kept.xmp = readXmpBox(file, shifted(movie.xmp, found.moovAt));
    else if (found.xmp !== null) kept.xmp = readXmpBox(file, found.xmp);
  });
  guarded(walk, () => {
    if (found.c2pa !== null) kept.c2pa = readC2paBox(file, found.c2pa);
  });
  return {
    format: formatOf(found.brand),
    size: file.size,
    createdAt: timeOf(movie.texts, movie.created),
    ...pictureOf(movie.tracks),
    ...answersOf(movie.texts),
    ...(movie.place ?? noPlace),
    tracks: movie.tracks,
    texts: movie.texts,
    ...kept,
    warnings: [...walk.warnings],
  };
}

function shifted({ type, offset, end }: Box, by: number): Box {
  return { type, offset: offset + by, end: end + by };
}

/** null when it is in the fragments. */
function durationOf(movie: Movie, indexed: number | null): number | null {
  const stated = secondsOf(movie);
  if (stated !== null && stated > 0) return stated;
  if (movie.isFragmented) return indexed;
  const lengths = movie.tracks.map(secondsOf).filter((seconds) => seconds !== null);
  return lengths.length === 0 ? stated : Math.max(...lengths);
}

/** Goes from box to box up to the end or the first fragment, and reads the `moov`. */
function findTopBoxes(file: HeldBytes, found: Found, walk: Walk): void {
  let after = 0;
  for (let at = 0; at < file.size && walk.boxes > 0 && after <= videoLimits.topBoxesAfterMoov; walk.boxes--) {
    const box = parseBox(file.upTo(at, boxHead), 0, at, file.size);
    if (box === null || (found.movie !== null && box.type === 'moof')) return;
    readTop(file, box, found, walk);
    if (found.movie !== null) after++;
    else if (box.type === 'mdat' || box.end - at > videoLimits.tailBytes) readTail(file, box.end);
    at = box.end;
  }
}

function readTop(file: HeldBytes, box: Box, found: Found, walk: Walk): void {
  if (box.type === 'ftyp' && box.end - box.offset >= 4) found.brand = latin1(file.upTo(box.offset, 4), 0, 4);
  else if (box.type === 'moov' && found.movie === null) {
    found.moovAt = box.offset;
    found.movie = readMoov(file, box, walk);
  } else if (box.type === 'sidx') found.indexed = longer(found.indexed, indexedSeconds(file, box));
  else if (box.type === 'uuid') {
    const type = userTypeOf(file, box);
    if (type === 'xmp') found.xmp ??= box;
    if (type === 'c2pa') found.c2pa ??= box;
  }
}

function longer(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** Reads the part after the media data in one piece, because the `moov` is in it: with it when it is short. */
function readTail(file: HeldBytes, at: number): void {
  const rest = file.size - at;
  if (rest > 0) file.upTo(at, rest <= videoLimits.moovBytes ? rest : videoLimits.tailBytes);
}

function readMoov(file: HeldBytes, { offset, end }: Box, walk: Walk): Movie {
  const length = end - offset;
  if (length > videoLimits.moovBytes) return readMovie(partOf(file, offset, length), false, walk);
  const bytes = file.upTo(offset, length + videoLimits.moreBytes);
  return readMovie(memoryBytes(bytes.subarray(0, length)), true, walk);
}

/** A part of a file, with offsets from its start. */
function partOf(file: HeldBytes, base: number, size: number): HeldBytes {
  return {
    size,
    range: (start, end) => file.range(base + start, base + end),
    upTo: (start, length) => file.upTo(base + Math.min(start, size), Math.min(length, Math.max(0, size - start))),
    ranges: (ranges) => file.ranges(ranges.map(({ start, end }) => ({ start: base + start, end: base + end }))),
  };
}
