// How many reads a video takes, at any size of the object and of its sample tables.
import { box, ftyp } from '../../../testing/build/bmff';
import { concat, latin1, u32, unsigned } from '../../../testing/build/bytes';
import * as mp4 from '../../../testing/build/video';
import { readVideo } from '../../../testing/compare/video';
import type { Part } from '../../../testing/fakes/sparse';

const gigabytes = 5_000_000_000;
/** The head of an mdat with a 64-bit size, and its zeros. */
const farMedia: readonly Part[] = [
  concat(u32(1), latin1('mdat'), unsigned(BigInt(gigabytes + 16), 8, false)),
  gigabytes,
];
const keys = mp4.keysMeta([['com.apple.quicktime.make', 'Apple']]);
const moov = mp4.smallMoov(keys);

/** A movie of an hour: five tracks with sample tables of 800 KiB each, and keys after them. */
const longMoov = (() => {
  const long = (handler: string, id: number) => {
    const entry = id === 1 ? mp4.videoEntry('hvc1', 1920, 1080) : mp4.audioEntry('mp4a', 2, 48_000);
    const table = mp4.stbl({ entry, runs: [[108_000, 20]], sameSize: 7, padding: 800 * 1024 });
    return mp4.trak({ handler, header: { id, width: id === 1 ? 1920 : 0, height: id === 1 ? 1080 : 0 }, table });
  };
  const tracks = ['vide', 'soun', 'meta', 'meta', 'meta'].map((handler, i) => long(handler, i + 1));
  return box('moov', concat(mp4.mvhd({ ticks: 3_600_000 }), ...tracks, keys));
})();

test.each<[string, readonly Part[], number, number]>([
  ['moov first', [ftyp('isom'), moov, ...farMedia], 1, 65_536],
  ['moov last', [ftyp('qt  '), ...farMedia, moov], 2, 65_536 + 16_384],
  ['moov last, XMP after it', [ftyp('qt  '), ...farMedia, moov, mp4.xmpUuid('<x/>')], 2, 65_536 + 16_384],
  ['moov first, XMP after the media data', [ftyp('isom'), moov, ...farMedia, mp4.xmpUuid('<x/>')], 2, 65_536 + 16_384],
  [
    'moov after 100 KiB of other boxes',
    [ftyp('isom'), box('free', new Uint8Array(100_000)), moov, ...farMedia],
    2,
    65_536 + 65_536,
  ],
])('5 GB, %s', async (_, parts, requests, bytes) => {
  const reading = await readVideo(parts);
  expect(reading.record).toMatchObject({ duration: 90, make: 'Apple', warnings: [] });
  expect(reading.requests).toBe(requests);
  expect(reading.bytes).toBeLessThanOrEqual(bytes);
});

test('a moov of 900 KiB is read in one piece, and its samples are counted', async () => {
  const table = mp4.stbl({ entry: mp4.videoEntry('avc1', 3, 2), runs: [[3, 1]], sameSize: 4, padding: 900 * 1024 });
  const whole = box('moov', concat(mp4.mvhd(), mp4.trak({ handler: 'vide', table })));
  const { record, requests } = await readVideo([ftyp('isom'), ...farMedia, whole]);
  expect([requests, record.tracks[0]?.samples, record.tracks[0]?.sampleBytes]).toEqual([2, 3, 12]);
});

test.each<[string, readonly Part[], number]>([
  ['first', [ftyp('isom'), longMoov, ...farMedia], 6],
  ['last', [ftyp('isom'), ...farMedia, longMoov], 7],
])('a moov of 4 MB %s: a read for each of five tracks, not for their tables', async (_, parts, requests) => {
  const reading = await readVideo(parts);
  expect(reading.record).toMatchObject({
    duration: 3_600,
    width: 1920,
    videoCodec: 'hvc1',
    make: 'Apple',
    warnings: [],
  });
  expect(reading.record.tracks.map(({ samples }) => samples)).toEqual([108_000, 108_000, 108_000, 108_000, 108_000]);
  expect(reading.requests).toBe(requests);
  expect(reading.bytes).toBeLessThan(1024 ** 2);
});

test('more long tracks than reads: what was read, with a warning', async () => {
  const table = mp4.stbl({ entry: mp4.videoEntry('avc1', 3, 2), padding: 300 * 1024 });
  const tracks = Array.from({ length: 12 }, () => mp4.trak({ handler: 'vide', table }));
  const { record, requests } = await readVideo([
    ftyp('isom'),
    box('moov', concat(mp4.mvhd({ ticks: 5_000 }), ...tracks, keys)),
  ]);
  expect(record).toMatchObject({ duration: 5, videoCodec: 'avc1', make: null });
  expect(record.warnings).toEqual(['Not all parts were read, because that takes too many reads']);
  expect(requests).toBe(9);
});
