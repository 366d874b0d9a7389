// The target of thumbnails: a whole JPEG is answered, with and without its metadata, or a problem is named.
import { jpegFacts } from '../../lib/container/whole-jpeg';
import { defaultLimits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { nothingKnown } from '../../lib/read/object';
import { readThumbnail } from '../../lib/read/thumbnail';
import { plainThumbnail, thumbnailJpeg, thumbnailTiff } from '../../testing/build/thumbnail';
import { judgeThumbnail } from '../hostile/judge';
import { bucketOfObject, plainObject } from './object';
import { blamesTheImage } from './reading';
import type { Target } from './target';

const ref = { bucketId: 'fuzz', bucket: 'fuzz', key: 'fuzz' };
const signal = new AbortController().signal;

/** Thumbnails of JPEG and TIFF; `examine` also asks for the thumbnail without its position. */
export function thumbnailTarget(): Target {
  return {
    name: 'thumbnail',
    kind: 'file',
    weight: 1,
    maxLength: 4096,
    seeds: () => [
      thumbnailJpeg(plainThumbnail),
      thumbnailJpeg(plainThumbnail, { own: 6 }),
      thumbnailTiff(plainThumbnail),
    ],
    run: async (input) => judge(await thumbnailOf(input, false)),
    examine: async (input) => {
      const [stored, bare] = [await thumbnailOf(input, false), await thumbnailOf(input, true)];
      const wrong = [...judge(stored), ...judge(bare)];
      if (stored === null || bare === null || wrong.length > 0) return wrong;
      const facts = [stored, bare].map((bytes) => JSON.stringify(jpegFacts(bytes)));
      if (facts[0] !== facts[1]) wrong.push('a thumbnail without metadata has another size or other scans');
      return bare.length > stored.length + 2 ? [...wrong, 'a thumbnail grows without its metadata'] : wrong;
    },
  };
}

function judge(thumbnail: Uint8Array | null): string[] {
  return thumbnail === null ? [] : [...judgeThumbnail(thumbnail)];
}

/** The thumbnail; null where a problem of the image or of its thumbnail is named. */
async function thumbnailOf(input: Uint8Array, isBare: boolean): Promise<Uint8Array | null> {
  const bucket = bucketOfObject(plainObject(input), { requests: 0, bytes: 0 });
  const deps = { bucket, limits: defaultLimits, dropGroups: isBare ? (['gps'] as const) : [] };
  try {
    const reading = await readThumbnail({ ref, deps, cost: { requests: 0, bytes: 0 }, known: nothingKnown, signal });
    if (reading.kind === 'thumbnail') return reading.bytes;
  } catch (error) {
    const isNamed = error instanceof ProblemError && (blamesTheImage.has(error.code) || ownCodes.has(error.code));
    if (!isNamed) throw error;
  }
  return null;
}

const ownCodes: ReadonlySet<string> = new Set(['ThumbnailMissing', 'ThumbnailDamaged', 'ThumbnailTooLarge']);
