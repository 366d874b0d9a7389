// Turns a thumbnail upright, by `sharp`: its native library, or its WebAssembly build where that cannot be loaded.
import type { Sharp } from 'sharp';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { type HeldPlace, holdPlace } from '../io/lent-place';
import { createPlaces, type Places } from '../io/places';
import {
  largeThumbnailPixels,
  maxThumbnailBytes,
  maxThumbnailPixels,
  serverReads,
  thumbnailTurnSeconds,
  thumbnailTurns,
  uprightJobs,
} from '../limits';
import { ProblemError } from '../problem';
import { factsOf, type Thumbnail } from './thumbnail';

type SharpModule = typeof import('sharp');

/** Mirrored left to right, then turned clockwise by so many degrees. */
type Turn = Readonly<{ mirror: boolean; degrees: number }>;

/** By orientation [EXIF 3.0 4.6.5.1.5]. */
const turns: ReadonlyMap<number, Turn> = new Map([
  [2, { mirror: true, degrees: 0 }],
  [3, { mirror: false, degrees: 180 }],
  [4, { mirror: true, degrees: 180 }],
  [5, { mirror: true, degrees: 270 }],
  [6, { mirror: false, degrees: 90 }],
  [7, { mirror: true, degrees: 90 }],
  [8, { mirror: false, degrees: 270 }],
]);

/**
 * How what was turned is encoded: the first loses nothing that is seen at the size of a thumbnail, but may make noise that was
 * stored at a low quality three times as long; where that is too long, the second counts.
 */
const encodings = [
  { quality: 90, chromaSubsampling: '4:4:4' },
  { quality: 60, chromaSubsampling: '4:2:0' },
] as const;

type Encoding = (typeof encodings)[number];
/** For large thumbnails. */
const smaller: readonly Encoding[] = encodings.slice(1);

/** Of the whole process: the memory and the threads of the native library are, too. */
const jobs = createPlaces(uprightJobs);
const turning = createPlaces(thumbnailTurns);
/** Places of `jobs` that are lent now. */
let lentJobs = 0;

/**
 * The result of `work`, which reads a thumbnail in `waitFor` of the place that it is given, and turns it upright. A bounded
 * number of them run at once, so that those that wait hold no thumbnail; one whose store does not reply lends its place.
 * Throws ProblemError `SlowDown` when too many wait, or the time is over.
 */
export async function uprightJob<T>(signal: AbortSignal, work: (place: HeldPlace) => Promise<T>): Promise<T> {
  await takePlace(jobs, signal);
  const place = holdPlace(jobs, signal, {
    stallMs: serverReads.stallMs,
    mayLend: () => lentJobs < uprightJobs.lent,
    lent(change) {
      lentJobs += change;
    },
    gave: () => undefined,
  });
  try {
    return await work(place);
  } finally {
    place.end();
  }
}

/**
 * The thumbnail as it is to be looked at: the stored bytes where it is upright already, otherwise a new JPEG without
 * metadata, its colours sRGB, of at most `maxThumbnailBytes`. Throws ProblemError `ThumbnailDamaged` for what cannot be
 * decoded whole, `ThumbnailTooLarge`, `ThumbnailUnturned` when neither build of sharp loads, `SlowDown` when too many are
 * to be turned at once, `Timeout`.
 */
export async function uprightThumbnail({ bytes, orientation }: Thumbnail, signal: AbortSignal): Promise<Uint8Array> {
  const turn = turns.get(orientation);
  if (turn === undefined) return bytes;
  checkDeadline(signal, 'turn the thumbnail');
  const { width, height, scans } = factsOf(bytes);
  const isLarge = width * height > largeThumbnailPixels;
  if (scans > 1 && isLarge) {
    throw new ProblemError('ThumbnailTooLarge', `Cannot turn a thumbnail of ${width} x ${height} in ${scans} scans`);
  }
  await takePlace(turning, signal);
  // Decoding cannot be stopped from outside: the place is taken until it has ended, also when nobody waits for it any more.
  const work = turned(bytes, turn, isLarge ? smaller : encodings, signal).finally(turning.give);
  return withinDeadline(signal, 'turn the thumbnail', work);
}

async function takePlace(places: Places, signal: AbortSignal): Promise<void> {
  if (await places.take({ signal, returning: false, stillWanted: () => true })) return;
  throw new ProblemError('SlowDown', 'Cannot turn the thumbnail now: too many are to be turned');
}

async function turned(
  bytes: Uint8Array,
  turn: Turn,
  tried: readonly Encoding[],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  for (const encoding of tried) {
    checkDeadline(signal, 'turn the thumbnail');
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: maxThumbnailPixels, autoOrient: false });
    const upright = image.timeout({ seconds: thumbnailTurnSeconds }).flop(turn.mirror).rotate(turn.degrees);
    // Without the best code tables, for which all coefficients are kept: 3 to 6 bytes a pixel.
    const encoded = await encode(upright.jpeg({ ...encoding, optimiseCoding: false }));
    if (encoded.length <= maxThumbnailBytes) return encoded;
  }
  throw new ProblemError('ThumbnailTooLarge', 'Cannot answer a thumbnail that is too long when it is turned');
}

async function encode(image: Sharp): Promise<Uint8Array> {
  try {
    const encoded = await image.toBuffer();
    return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError('ThumbnailDamaged', `Cannot turn the thumbnail: ${reason}`, { cause: error });
  }
}

let loading: Promise<SharpModule> | null = null;

/** On first use: no other answer needs it, and it takes as long to load as all the rest. */
function loadSharp(): Promise<SharpModule> {
  loading ??= importSharp();
  return loading;
}

async function importSharp(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import('sharp');
    // No thumbnail comes twice, and one fills no second core.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError('ThumbnailUnturned', `Cannot load sharp: ${reason}`, { cause: error });
  }
}
