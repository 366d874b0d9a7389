// Reads a video as the service does, and counts the requests and bytes.
import { windowedReader } from '../../lib/bytes/reader';
import { defaultLimits, readAhead } from '../../lib/limits';
import type { ByteRange, RangeReader } from '../../lib/types';
import { videoFormats } from '../../lib/video';
import type { VideoRecord } from '../../lib/video/record';
import { anyRef } from '../fakes/counting-bucket';
import { type Part, sparseBucket } from '../fakes/sparse';

export type VideoReading = Readonly<{ record: VideoRecord; requests: number; bytes: number }>;

/** The record of an object that is made of `parts`; a number is a count of zeros. */
export async function readVideo(
  parts: readonly Part[],
  firstRead: number = defaultLimits.firstRead,
): Promise<VideoReading> {
  const bucket = sparseBucket(parts);
  const { signal } = new AbortController();
  let requests = 0;
  let bytes = 0;
  let size = 0;
  const fetch = async (range: ByteRange): Promise<Uint8Array> => {
    const reply = await bucket.fetch(anyRef, range, null, signal);
    requests++;
    bytes += reply?.bytes.length ?? 0;
    size = reply?.stat.size ?? 0;
    return reply?.bytes ?? new Uint8Array(0);
  };
  const head = await fetch({ start: 0, end: firstRead });
  const format = videoFormats.find(({ matches }) => matches(head));
  if (format === undefined) throw new Error('not a video');
  const rest: RangeReader = { size, read: (ranges) => Promise.all(ranges.map(fetch)) };
  const record = await format.read(windowedReader(rest, head, readAhead));
  return { record, requests, bytes };
}

export async function videoOf(...parts: readonly Part[]): Promise<VideoRecord> {
  return (await readVideo(parts)).record;
}
