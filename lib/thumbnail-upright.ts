// Turns a thumbnail upright, by `sharp`: its native library, or its WebAssembly build where that cannot be loaded.
import type { Sharp } from 'sharp';
import { maxThumbnailBytes, maxThumbnailPixels, thumbnailTurnSeconds } from './limits';
import { ProblemError } from './problem';
import { withinDeadline } from './store/deadline';
import type { Thumbnail } from './thumbnail';

type SharpModule = typeof import('sharp');

/** Orientation -> mirrored left to right, then turned clockwise by so many degrees [EXIF 3.0 4.6.5.1.5]. */
const turns: ReadonlyMap<number, Readonly<{ mirror: boolean; degrees: number }>> = new Map([
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

/**
 * The thumbnail as it is to be looked at: the stored bytes where it is upright already, otherwise a new JPEG without
 * metadata, its colours sRGB, of at most `maxThumbnailBytes`. Throws ProblemError `ThumbnailDamaged` for what cannot be
 * decoded whole, `ThumbnailTooLarge`, `ThumbnailUnturned` when neither build of sharp loads, `Timeout`.
 */
export async function uprightThumbnail({ bytes, orientation }: Thumbnail, signal: AbortSignal): Promise<Uint8Array> {
  const turn = turns.get(orientation);
  if (turn === undefined) return bytes;
  const sharp = await withinDeadline(signal, 'load sharp', loadSharp());
  for (const encoding of encodings) {
    // Decoding cannot be stopped from outside; the limits before it keep it short.
    const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: maxThumbnailPixels, autoOrient: false });
    const turned = image.timeout({ seconds: thumbnailTurnSeconds }).flop(turn.mirror).rotate(turn.degrees);
    const encoded = await withinDeadline(signal, 'turn the thumbnail', encode(turned.jpeg(encoding)));
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
