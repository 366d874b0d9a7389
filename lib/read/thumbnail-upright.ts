// Turns a thumbnail or a preview upright with `sharp`: with its native library, or with its WebAssembly build when that cannot be loaded.
import type { Sharp } from 'sharp';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { ifMissing } from '../io/optional-package';
import { createSlots, inSlot, type TakenSlots, type WaitFor } from '../io/slots';
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
import { maxPreviewBytes, turnedPreview } from './previews/limits';
import { factsOf, type Thumbnail } from './thumbnail';

type SharpModule = typeof import('sharp');

/** First mirrored left to right, then turned clockwise by `degrees`. */
type Rotation = Readonly<{ mirror: boolean; degrees: number }>;

/** The turn that makes an image upright, by its orientation [EXIF 3.0 4.6.5.1.5]. Orientation 1 is upright already. */
const rotations: ReadonlyMap<number, Rotation> = new Map([
  [2, { mirror: true, degrees: 0 }],
  [3, { mirror: false, degrees: 180 }],
  [4, { mirror: true, degrees: 180 }],
  [5, { mirror: true, degrees: 270 }],
  [6, { mirror: false, degrees: 90 }],
  [7, { mirror: true, degrees: 90 }],
  [8, { mirror: false, degrees: 270 }],
]);

/**
 * How a turned thumbnail is encoded. The first quality has no visible loss at the size of a thumbnail, but a noisy image may
 * become three times as long as it was. If it becomes too long, the second quality is used.
 */
const encodings = [
  { quality: 90, chromaSubsampling: '4:4:4' },
  { quality: 60, chromaSubsampling: '4:2:0' },
] as const satisfies readonly JpegEncoding[];

type JpegEncoding = Readonly<{ quality: number; chromaSubsampling: '4:4:4' | '4:2:0' }>;
/** For large thumbnails. */
const smallEncodings: readonly JpegEncoding[] = encodings.slice(1);
/** A preview is large and was made at a lower quality. */
const previewEncodings: readonly JpegEncoding[] = [{ quality: 85, chromaSubsampling: '4:2:0' }, ...smallEncodings];

/** What is turned: the codes of its errors begin with `name`; the limits of the image, and of turning it. */
export type TurnedImage = Readonly<{
  name: 'Thumbnail' | 'Preview';
  pixels: number;
  bytes: number;
  seconds: number;
  encodings: readonly JpegEncoding[];
}>;

const thumbnailImage: TurnedImage = {
  name: 'Thumbnail',
  pixels: maxThumbnailPixels,
  bytes: maxThumbnailBytes,
  seconds: thumbnailTurnSeconds,
  encodings,
};

/** A preview whose answer has at most `bytes`. */
export function previewImage(bytes: number = maxPreviewBytes): TurnedImage {
  return { name: 'Preview', ...turnedPreview, bytes, encodings: previewEncodings };
}

/** `jobs`: for thumbnails in memory. `turns`: for those that are turned. `lent`: slots of `jobs` that may be lent at once. */
export type UprightSlots = Readonly<{ jobs: TakenSlots; turns: TakenSlots; lent: number }>;

/** One for the whole process, because the native library uses memory and threads of the process. */
let slots: UprightSlots = {
  jobs: createSlots(uprightJobs),
  turns: createSlots(thumbnailTurns),
  lent: uprightJobs.lent,
};
/** Slots of `jobs` that are lent now. */
let lentJobs = 0;

/** Uses `shared` from now on: slots that this process shares with others. */
export function shareUprightSlots(shared: UprightSlots): void {
  slots = shared;
}

const tooMany = 'Cannot turn the thumbnail now: too many others wait to be turned';

/**
 * The result of `work`, which reads a thumbnail in `waitFor` and turns it upright. A limited number run at once; those that
 * wait have no thumbnail in memory yet. Throws ProblemError `SlowDown` when too many wait, or the time is over.
 */
export async function inUprightSlot<T>(signal: AbortSignal, work: (waitFor: WaitFor) => Promise<T>): Promise<T> {
  const rules = {
    stallMs: serverReads.stallMs,
    mayLend: () => lentJobs < slots.lent,
    onLend(change: 1 | -1) {
      lentJobs += change;
    },
  };
  return inSlot(slots.jobs, { signal }, rules, tooMany, work);
}

/**
 * The thumbnail (or other `image`) upright: its stored bytes when it is upright already, otherwise a new JPEG in sRGB without
 * metadata. Throws ProblemError `ThumbnailDamaged` when it cannot be decoded completely, `ThumbnailTooLarge`,
 * `ThumbnailUnturned` when neither build of sharp can be loaded, or those of a preview; `SlowDown` when too many wait to be
 * turned, `Timeout`.
 */
export async function uprightThumbnail(
  { bytes, orientation }: Thumbnail,
  signal: AbortSignal,
  image: TurnedImage = thumbnailImage,
): Promise<Uint8Array> {
  const rotation = rotations.get(orientation);
  if (rotation === undefined) return bytes;
  checkDeadline(signal, 'turn the thumbnail');
  const { width, height, scans } = factsOf(bytes, image.name);
  const isLarge = width * height > largeThumbnailPixels;
  if ((scans > 1 && isLarge) || width * height > image.pixels) {
    const what = `${width} x ${height} in ${scans} scans`;
    throw new ProblemError(`${image.name}TooLarge`, `Cannot turn an image of ${what}`);
  }
  const { turns } = slots;
  if (!(await turns.take({ signal }))) throw new ProblemError('SlowDown', tooMany);
  // Decoding cannot be stopped: the slot stays in use until it ends, even if the result is not needed any more.
  const work = rotate(bytes, rotation, encodingsFor(image, isLarge), { image, signal }).finally(turns.give);
  return withinDeadline(signal, 'turn the thumbnail', work);
}

function encodingsFor(image: TurnedImage, isLarge: boolean): readonly JpegEncoding[] {
  return image.name === 'Thumbnail' && isLarge ? smallEncodings : image.encodings;
}

type Turning = Readonly<{ image: TurnedImage; signal: AbortSignal }>;

async function rotate(
  bytes: Uint8Array,
  rotation: Rotation,
  candidates: readonly JpegEncoding[],
  { image, signal }: Turning,
): Promise<Uint8Array> {
  const sharp = await loadSharp(image.name);
  for (const encoding of candidates) {
    checkDeadline(signal, 'turn the thumbnail');
    const stored = sharp(bytes, { failOn: 'truncated', limitInputPixels: image.pixels, autoOrient: false });
    const upright = stored.timeout({ seconds: image.seconds }).flop(rotation.mirror).rotate(rotation.degrees);
    // Without optimised code tables: computing them keeps all coefficients in memory, 3 to 6 bytes per pixel.
    const encoded = await toJpeg(upright.jpeg({ ...encoding, optimiseCoding: false }), image.name);
    if (encoded.length <= image.bytes) return encoded;
  }
  throw new ProblemError(`${image.name}TooLarge`, 'Cannot answer the image: it is too long after it was turned');
}

async function toJpeg(image: Sharp, name: TurnedImage['name']): Promise<Uint8Array> {
  try {
    const encoded = await image.toBuffer();
    return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError(`${name}Damaged`, `Cannot turn the image: ${reason}`, { cause: error });
  }
}

let loading: Promise<SharpModule> | null = null;

/** Loads sharp on first use: no other answer needs it, and it takes as long to load as everything else together. */
async function loadSharp(name: TurnedImage['name']): Promise<SharpModule> {
  loading ??= importSharp();
  try {
    return await loading;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError(`${name}Unturned`, `Cannot load sharp: ${reason}`, { cause: error });
  }
}

async function importSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp').catch(
    ifMissing('sharp', 'turning a thumbnail', (text) => new Error(text)),
  );
  // A cache would not help, because no thumbnail is turned twice. A second thread would not help, because a thumbnail is too
  // small.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
