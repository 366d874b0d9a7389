// The `moov` box: time, duration, tracks and texts of a movie [ISO/IEC 14496-12 8.2].
//
//   moov   mvhd: creation time, time scale, duration   trak...   udta   meta   mvex: mehd (duration), when there are fragments
import { u32 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import type { Box } from '../container/bmff';
import { childBoxes, firstBoxes, payload, type Walk } from './boxes';
import { guarded } from './guard';
import { videoLimits } from './limits';
import { addMetadata, addUserData, type MovieTexts } from './movie-texts';
import { readTrack, scaleAndDuration, timeAt } from './movie-track';
import type { VideoTrack } from './record';

/** `ticks` of `timescale` is the duration. `created` counts seconds since 1904. `isFragmented`: more is in fragments. */
export type Movie = MovieTexts &
  Readonly<{
    created: number | null;
    timescale: number | null;
    ticks: number | null;
    tracks: readonly VideoTrack[];
    isFragmented: boolean;
    /** Ticks of a sample by the id of its track, for fragments that do not state them. */
    defaultTicks: Map<number, number>;
    isCompressed: boolean;
  }>;

type Building = { -readonly [K in keyof Movie]: Movie[K] };

/**
 * Reads the payload of a `moov`. `isWhole`: its bytes are in memory. Otherwise it is read piece by piece. A part
 * that cannot be read is left out, with a warning.
 */
export function readMovie(moov: HeldBytes, isWhole: boolean, walk: Walk): Movie {
  const tracks: VideoTrack[] = [];
  const movie: Building = {
    created: null,
    timescale: null,
    ticks: null,
    tracks,
    isFragmented: false,
    defaultTicks: new Map(),
    isCompressed: false,
    texts: [],
    place: null,
    xmp: null,
  };
  guarded(walk, () => {
    for (const box of childBoxes(moov, { offset: 0, end: moov.size }, walk)) {
      guarded(walk, () => {
        if (box.type === 'trak') addTrack(moov, box, isWhole, movie, tracks, walk);
        else readPart(moov, box, movie, walk);
      });
    }
  });
  return movie;
}

function readPart(moov: HeldBytes, box: Box, movie: Building, walk: Walk): void {
  if (box.type === 'mvhd') {
    const header = payload(moov, box, 32);
    Object.assign(movie, scaleAndDuration(header), { created: timeAt(header, 4, 4) });
  } else if (box.type === 'udta') addUserData(moov, box, movie, walk);
  else if (box.type === 'meta') addMetadata(moov, box, movie, walk);
  else if (box.type === 'cmov') movie.isCompressed = true;
  else if (box.type === 'mvex') {
    readExtends(moov, box, movie, walk);
  }
}

/** `mehd`: the duration with all fragments. `trex`: version, flags u32   track u32   entry u32   ticks u32 */
function readExtends(moov: HeldBytes, mvex: Box, movie: Building, walk: Walk): void {
  movie.isFragmented = true;
  for (const box of childBoxes(moov, mvex, walk)) {
    if (box.type === 'mehd') {
      const ticks = timeAt(payload(moov, box, 12), 4, 4) ?? 0;
      if (ticks > 0) movie.ticks = ticks;
    }
    const trex = box.type === 'trex' ? payload(moov, box, 16) : new Uint8Array(0);
    if (trex.length === 16) movie.defaultTicks.set(u32(trex, 4, false), u32(trex, 12, false));
  }
}

function addTrack(
  moov: HeldBytes,
  trak: Box,
  isWhole: boolean,
  movie: Building,
  tracks: VideoTrack[],
  walk: Walk,
): void {
  if (tracks.length >= videoLimits.tracks) {
    walk.warnings.add(`Only the first ${videoLimits.tracks} tracks were read`);
    return;
  }
  const boxes = firstBoxes(moov, trak, walk);
  tracks.push(readTrack(moov, boxes, { isWhole, movieScale: movie.timescale }, walk));
  const [udta, meta] = [boxes.get('udta'), boxes.get('meta')];
  const own: MovieTexts = { texts: movie.texts, place: null, xmp: null, track: tracks.length };
  if (meta !== undefined) addMetadata(moov, meta, own, walk);
  if (udta !== undefined) addUserData(moov, udta, own, walk);
}
