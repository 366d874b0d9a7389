// Compares the place of the video in a motion photo with the place that a scan of the file found.
import type { MotionPhoto } from '../../../lib/block/motion-photo';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, compareValues } from './comparison';

type Place = readonly [offset: number, length: number];
/** The members of a row of `truth_meta.jsonl` about motion photos. */
export type MotionTruth = Readonly<{
  size: number;
  flags?: Readonly<{
    motion?: Readonly<{
      micro_video?: Readonly<{ offset_from_end: number }>;
      motion_photo?: Readonly<{ pts_us?: number }>;
      samsung?: Readonly<{ off: number; len: number }>;
      mpvd_box?: Place;
      video_bytes?: Place;
    }>;
  }>;
}>;

/** Two values: the kind with the place, and the time of the image in the video. */
export function compareMotion({ flags }: MotionTruth, photo: MotionPhoto | null): BlockComparison {
  const motion = flags?.motion;
  const place = motion?.mpvd_box ?? samsungPlace(motion?.samsung) ?? motion?.video_bytes;
  // The scan did not look for the time of the former specification.
  const time = motion?.motion_photo === undefined ? photo?.presentationTimestampUs : motion.motion_photo.pts_us;
  const values = [
    { at: 'motion:place', ours: shown(photo, photo?.offset, photo?.length), truth: shown(motion, ...(place ?? [])) },
    { at: 'motion:time', ours: text(photo?.presentationTimestampUs), truth: text(time) },
  ];
  return compareValues(values.filter(({ ours, truth }) => ours !== '' || truth !== ''));
}

function samsungPlace(samsung: Readonly<{ off: number; len: number }> | undefined): Place | undefined {
  return samsung === undefined ? undefined : [samsung.off, samsung.len];
}

function shown(photo: object | null | undefined, offset?: number | null, length?: number | null): string {
  return photo === null || photo === undefined ? '' : `${offset ?? 'nowhere'} ${length ?? ''}`.trim();
}

function text(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

const files = 'corpus-meta/files';

export const knownMotion: readonly KnownDifference[] = [
  {
    file: `${files}/jpg/photoprism__image-isom-avc1.jpg`,
    at: 'motion:place',
    reason: 'A video after the image that nothing in the file names.',
  },
  {
    file: `${files}/jpg/Lychee__google_motion_photo_broken.jpg`,
    at: 'motion:place',
    reason: 'The place that XMP names has no video; the reader does not look there.',
  },
  {
    file: `${files}/made/motionphoto_badlen.jpg`,
    at: 'motion:place',
    reason: 'XMP states a length that is greater than the file: no place. The scan looked for the video.',
  },
];
