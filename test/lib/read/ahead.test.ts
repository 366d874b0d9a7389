// Reading ahead: which GETs are sent, and that the record is the one of a read without it.
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { aheadBy } from '../../../lib/read/ahead';
import { createForecast, type Forecast, type Plan } from '../../../lib/read/forecast';
import type { Bucket, ReadCost } from '../../../lib/types';
import { concat } from '../../../testing/build/bytes';
import { someExif } from '../../../testing/build/containers';
import { buildTiff } from '../../../testing/build/tiff';
import {
  anyRef,
  bucketOf,
  type CountingBucket,
  countingBucket,
  type Version,
} from '../../../testing/fakes/counting-bucket';
import { farJpeg, jpegBytes, pngOf, type RecordWorldOptions, readingOf } from './record-world';
import { orderOf, run, world } from './warm-world';

const limits = { firstRead: 4096 };
/** Bytes that no forecast covers, before or after the tags. */
const gap = 400_000;
/** Its IFDs are at the end; how far from the start depends on `more`. */
const endTiff = (more = 0): Uint8Array => buildTiff(someExif(), { place: 'ifds-last', gap: gap + more });
/** Its IFDs are always at the same place, and `more` bytes follow. */
const placeTiff = (more = 0): Uint8Array => concat(endTiff(), new Uint8Array(gap + more));
/** Its IFDs follow the first read. */
const nearTiff = (more = 0): Uint8Array =>
  concat(buildTiff(someExif(), { place: 'ifds-last', gap: 9000 + more }), new Uint8Array(gap));

type Make = (more?: number) => Uint8Array;

/** A forecast after some objects of the kind of `anyRef`. */
async function learned(make: Make, count = 10): Promise<Forecast> {
  const forecast = createForecast(limits.firstRead);
  for (let i = 0; i < count; i++) await readingOf(bucketOf(make(1000 * i)), { forecast, limits });
  return forecast;
}

/** What a read asks for: the length of the first read, `ahead`, and each later range. */
function gets({ requests }: CountingBucket): readonly string[] {
  return requests.map(({ range, ahead }, i) => (ahead !== undefined ? 'ahead' : i === 0 ? `0-${range.end}` : 'later'));
}

async function readAhead(counting: CountingBucket, forecast: Forecast, given: RecordWorldOptions = {}) {
  return readingOf(counting, { forecast, limits, ...given });
}

describe('after ten objects of the kind', () => {
  test.each<readonly [string, Make, readonly string[]]>([
    ['tags at the end', endTiff, ['0-4096', 'ahead']],
    ['tags at one place', placeTiff, ['0-4096', 'ahead']],
    ['tags soon after the first read', nearTiff, ['0-49152']],
    ['tags in the first read', () => jpegBytes, ['0-4096']],
  ])('with %s, the GETs of the next one are sent together', async (_name, make, want) => {
    const forecast = await learned(make);
    const bytes = make(5000);
    const counting = bucketOf(bytes);
    const cost: ReadCost = { requests: 0, bytes: 0, ranges: [] };
    const result = await readAhead(counting, forecast, { cost });
    expect(gets(counting)).toEqual(want);
    expect(result).toEqual(await readingOf(bucketOf(bytes), { limits }));
    const { requests } = counting;
    expect(cost).toEqual({
      requests: requests.length,
      bytes: counting.bytes(),
      ranges: requests.map(({ range }) => range),
    });
  });

  test('a held version is asked for with one GET, and a new one is read without reading ahead', async () => {
    const forecast = await learned(endTiff);
    const same = bucketOf(endTiff());
    expect(await readAhead(same, forecast, { held: '"v1"' })).toEqual({ kind: 'unchanged' });
    expect(gets(same)).toEqual(['0-4096']);
    const other = bucketOf(endTiff());
    expect(await readAhead(other, forecast, { held: '"v0"' })).toMatchObject({ kind: 'record' });
    expect(gets(other)).toEqual(['0-4096', 'later']);
  });

  test('a bucket that cannot read ahead is read as usual', async () => {
    const counting = bucketOf(endTiff());
    const { fetch } = counting.bucket;
    await readAhead({ ...counting, bucket: { fetch } }, await learned(endTiff));
    expect(gets(counting)).toEqual(['0-4096', 'later']);
  });

  test('an object of another kind of file costs one GET more, and some of them end the reading ahead', async () => {
    const forecast = await learned(endTiff);
    const all: (readonly string[])[] = [];
    for (let i = 0; i < 5; i++) {
      const counting = bucketOf(jpegBytes);
      await readAhead(counting, forecast);
      all.push(gets(counting));
    }
    const inVain = ['0-4096', 'ahead'];
    expect(all).toEqual([inVain, inVain, inVain, ['0-4096'], ['0-4096']]);
  });
});

describe('whatever is read ahead, the result is the same', () => {
  const plans: readonly Plan[] = [
    { firstRead: 4096, ahead: { last: 4096 } },
    { firstRead: 4096, ahead: { last: 131_072 } },
    { firstRead: 65_536, ahead: null },
    { firstRead: 65_536, ahead: { last: 65_536 } },
    { firstRead: 4096, ahead: { start: 4096, end: 20_000 } },
    { firstRead: 4096, ahead: { start: gap - 10_000, end: gap + 20_000 } },
    { firstRead: 4096, ahead: { start: 10 * gap, end: 11 * gap } },
  ];
  const budgets = [{}, { requests: 1 }, { requests: 2 }, { requests: 3 }, { readBytes: 5000 }, { readBytes: 25_000 }];

  test.each<readonly [string, Uint8Array]>([
    ['tags at the end', endTiff()],
    ['tags at one place', placeTiff()],
    ['tags soon after the first read', nearTiff()],
    ['tags in the first read', jpegBytes],
    ['tags far from the start of a JPEG', farJpeg],
    ['only a few bytes', pngOf(4, 4)],
    ['no image', new Uint8Array(gap)],
    ['a cut end', endTiff().slice(0, gap - 100)],
  ])('for %s', async (_name, bytes) => {
    for (const budget of budgets) {
      const told = (forecast?: Forecast) =>
        readingOf(bucketOf(bytes), { forecast, limits: { ...limits, ...budget } }).catch((error: unknown) => error);
      const want = await told();
      for (const plan of plans) expect(await told(fixedForecast(plan))).toEqual(want);
    }
  });

  function fixedForecast(plan: Plan): Forecast {
    const nothing = (): void => {};
    return { planFor: () => plan, learn: nothing, forget: nothing, exclude: nothing };
  }
});

describe('a second GET', () => {
  const bytes = endTiff();
  const first: Version = { bytes, etag: '"v1"' };

  /** Runs a read whose second GET has its own function. */
  async function readWith(fetchAhead: Bucket['fetchAhead'], forecast: Forecast, version: Version = first) {
    const counting = countingBucket(() => version);
    const bucket: Bucket = { ...counting.bucket, ...(fetchAhead === undefined ? {} : { fetchAhead }) };
    const result = await readAhead({ ...counting, bucket }, forecast);
    return { result, gets: gets(counting) };
  }

  test('of another version is not used', async () => {
    const counting = countingBucket((request) =>
      request === 1 ? { bytes: bytes.slice().fill(0, 100), etag: '"v2"' } : first,
    );
    const result = await readAhead(counting, await learned(endTiff));
    expect(gets(counting)).toEqual(['0-4096', 'ahead', 'later']);
    expect(result).toEqual(await readingOf(bucketOf(bytes), { limits }));
  });

  test.each(['SlowDown', 'Timeout', 'BucketFault', 'NoSuchKey', 'AccessDenied'] as const)(
    'that fails with %s changes nothing, and the kind is learned again',
    async (code) => {
      const forecast = await learned(endTiff);
      const failing = async (): Promise<never> => {
        throw new ProblemError(code, 'Cannot read ahead');
      };
      const { result, gets: sent } = await readWith(failing, forecast);
      expect(result).toMatchObject({ kind: 'record' });
      expect(sent).toEqual(['0-4096', 'later']);
      const next = bucketOf(bytes);
      await readAhead(next, forecast);
      expect(gets(next)).toEqual(['0-4096', 'later']);
    },
  );

  test.each<readonly [string, Bucket['fetchAhead'], Version]>([
    ['does not support ranges', async () => null, first],
    ['has no ETags', undefined, { bytes, etag: null }],
    ['has weak ETags', undefined, { bytes, etag: 'W/"v1"' }],
  ])('is not sent for a long time to a store that %s', async (_name, fetchAhead, version) => {
    const forecast = await learned(endTiff);
    expect((await readWith(fetchAhead, forecast, version)).result).toMatchObject({ kind: 'record' });
    for (let i = 0; i < 10; i++) {
      const next = bucketOf(bytes);
      await readAhead(next, forecast);
      expect(gets(next)).toEqual(['0-4096', 'later']);
    }
  });

  test.each<readonly [string, RecordWorldOptions, Version | null]>([
    ['is known to the caller', { isKnown: () => true }, first],
    ['is too large', { limits: { ...limits, objectBytes: 10 } }, first],
    ['is not an image', {}, { bytes: new Uint8Array(gap), etag: '"v1"' }],
    ['has its tags in the first read', {}, { bytes: jpegBytes, etag: '"v1"' }],
    ['does not exist', {}, null],
  ])('is stopped when the object %s', async (_name, options, version) => {
    let stopped = false;
    const hanging: Bucket['fetchAhead'] = (_ref, _range, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          stopped = true;
          reject(new ProblemError('Timeout', 'Cannot read ahead: stopped'));
        });
      });
    const { bucket, ...counting } = countingBucket(() => version);
    const forecast = await learned(endTiff);
    await readAhead({ ...counting, bucket: { ...bucket, fetchAhead: hanging } }, forecast, options).catch(() => {});
    expect(stopped).toBe(true);
    expect(gets({ ...counting, bucket })).toEqual(['0-4096']);
  });

  test('is stopped with the read', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const hanging: Bucket['fetchAhead'] = (_ref, _range, signal) => {
      signals.push(signal);
      queueMicrotask(() => controller.abort());
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
    };
    const { bucket, ...counting } = countingBucket(() => first);
    const reading = readAhead({ ...counting, bucket: { ...bucket, fetchAhead: hanging } }, await learned(endTiff), {
      signal: controller.signal,
    });
    await expect(reading).rejects.toMatchObject({ code: 'Timeout' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

test('events are learned from, also those of objects that the cache has', async () => {
  const forecast = createForecast(limits.firstRead);
  const events = world(null, { openAhead: aheadBy(forecast), limits: { ...defaultLimits, ...limits } });
  for (const version of [1, 2, 3]) {
    events.now = { bytes: endTiff(1000 * version), etag: `"v${version}"` };
    await run(events, 'warm', { order: orderOf(`0${version}`) });
  }
  expect(forecast.planFor(anyRef, 'record').ahead).toEqual({ last: 16_384 });
});

test('an object that changes meanwhile is read again without reading ahead', async () => {
  const counting = countingBucket((request) => ({ bytes: endTiff(), etag: request < 1 ? '"v0"' : '"v1"' }));
  expect(await readAhead(counting, await learned(endTiff))).toMatchObject({ kind: 'record' });
  expect(gets(counting)).toEqual(['0-4096', 'ahead', 'later', 'later', 'later']);
});
