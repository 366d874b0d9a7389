// The target of videos: what is read is sound and within the bounds, and is the same however much the first read has.
import { isDeepStrictEqual } from 'node:util';
import { ProblemError } from '../../lib/problem';
import { videoLimits } from '../../lib/video/limits';
import type { VideoRecord } from '../../lib/video/record';
import { videoInfo } from '../../lib/video/video-info';
import { smallVideos } from '../../testing/build/small-videos';
import { readVideo, type VideoReading } from '../../testing/compare/video';
import type { Target } from './target';

export function videoTarget(): Target {
  return {
    name: 'video',
    kind: 'file',
    weight: 2,
    maxLength: 4096,
    seeds: () => Object.values(smallVideos),
    run: async (input) => judge(await read(input, input.length + 1)),
    examine: async (input) => {
      const whole = await read(input, input.length + 1);
      const pieces = await read(input, 48);
      const wrong = [...judge(whole), ...judge(pieces)];
      const isCut = pieces?.record.warnings.some((warning) => warning.includes('reads')) ?? false;
      if (!isCut && !isDeepStrictEqual(whole?.record, pieces?.record)) wrong.push('other reads give another record');
      return wrong;
    },
  };
}

/** null when the input is not a video, or has no description. */
async function read(input: Uint8Array, firstRead: number): Promise<VideoReading | null> {
  try {
    return await readVideo([input], firstRead);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    if (error instanceof Error && error.message === 'not a video') return null;
    throw error;
  }
}

function judge(reading: VideoReading | null): string[] {
  if (reading === null) return [];
  const { record, requests } = reading;
  const wrong = [...judgeNumbers(record)];
  if (requests > videoLimits.reads + 1) wrong.push(`${requests} reads`);
  if (record.tracks.length > videoLimits.tracks) wrong.push('too many tracks');
  if (record.texts.length > videoLimits.texts) wrong.push('too many texts');
  if (record.texts.some(({ name, value }) => name === '' || value === '')) wrong.push('an empty text');
  if (record.createdAt !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?$/.test(record.createdAt.text))
    wrong.push(`the time ${record.createdAt.text}`);
  const info = videoInfo(record);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML does not allow them.
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?!amp;|lt;|gt;)/.test(info)) wrong.push('not XML');
  return wrong;
}

function judgeNumbers(record: VideoRecord): string[] {
  const { duration, width, height, latitude, longitude, altitude } = record;
  const numbers = [duration, width, height, latitude, longitude, altitude, ...record.tracks.flatMap(Object.values)];
  const isUnsound = numbers.some((value) => typeof value === 'number' && !Number.isFinite(value));
  const isNegative = [duration, width, height].some((value) => value !== null && value < 0);
  return [...(isUnsound ? ['a number that is not one'] : []), ...(isNegative ? ['a length below 0'] : [])];
}
