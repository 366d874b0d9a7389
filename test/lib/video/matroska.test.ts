// Matroska and WebM files.
import { memoryReader } from '../../../lib/bytes/reader';
import { matroska } from '../../../lib/video/matroska';
import { concat } from '../../../testing/build/bytes';
import * as mkv from '../../../testing/build/matroska';
import { problemOf } from '../../../testing/compare/problem';
import { readVideo, videoOf } from '../../../testing/compare/video';

test('a whole file', async () => {
  const bytes = mkv.smallWebm();
  expect(await videoOf(bytes)).toMatchObject({
    format: 'webm',
    size: bytes.length,
    createdAt: { text: '2026-06-01T09:46:40Z', source: 'DateUTC' },
    duration: 90,
    width: 3,
    height: 2,
    rotation: 0,
    videoCodec: 'V_VP9',
    audioCodec: 'A_OPUS',
    title: 'A title',
    software: 'An app',
    author: 'Somebody',
    tracks: [
      { id: 1, kind: 'video', language: null },
      { id: 2, kind: 'audio', channels: 2, sampleRate: 48_000, language: 'eng' },
    ],
    warnings: [],
  });
});

test('the bytes of a file are not changed, also those of a Buffer, whose slices are no copies', async () => {
  const bytes = Buffer.from(mkv.smallWebm());
  const first = await matroska.read(memoryReader(bytes));
  expect(bytes.equals(mkv.smallWebm())).toBe(true);
  expect(await matroska.read(memoryReader(bytes))).toEqual(first);
});

const { element, float, master, text, uint } = mkv;
const build = (...children: readonly Uint8Array[]) => mkv.buildMatroska('matroska', ...children);
const track = (...children: readonly Uint8Array[]) => build(mkv.tracks(master(0xae, uint(0x83, 1), ...children)));
const picture = (...children: readonly Uint8Array[]) =>
  track(master(0xe0, uint(0xb0, 720), uint(0xba, 576), ...children));
const roll = (angle: number) => picture(master(0x7670, float(0x7675, angle)));

test.each<[string, Uint8Array, object]>([
  [
    'a scale of 1 microsecond',
    build(mkv.info(uint(0x2ad7b1, 1_000), float(0x4489, 5_000_000))),
    { format: 'mkv', duration: 5 },
  ],
  ['a scale of 0', build(mkv.info(uint(0x2ad7b1, 0), float(0x4489, 5_000))), { duration: 5 }],
  ['a duration of 4 bytes', build(mkv.info(float(0x4489, 5_000, 4))), { duration: 5 }],
  ['a duration that is not a number', build(mkv.info(float(0x4489, Number.NaN))), { duration: null }],
  ['a duration below 0', build(mkv.info(float(0x4489, -1))), { duration: null }],
  ['a date of 4 bytes', build(mkv.info(element(0x4461, new Uint8Array(4)))), { createdAt: null }],
  [
    'a date far from now',
    build(mkv.info(element(0x4461, new Uint8Array(8).fill(0x7f)))),
    { createdAt: { text: '2292-02-18T08:32:30Z' } },
  ],
  ['a number of 9 bytes', track(element(0xd7, new Uint8Array(9))), { tracks: [{ id: null }] }],
  ['a shown size', picture(uint(0x54b0, 768), uint(0x54ba, 576)), { width: 768, codedWidth: 720 }],
  [
    'a shown size in centimetres',
    picture(uint(0x54b2, 1), uint(0x54b0, 4), uint(0x54ba, 3)),
    { width: 720, height: 576 },
  ],
  ['a roll to the right', roll(-90), { width: 576, height: 720, rotation: 90 }],
  ['a roll to the left', roll(90), { rotation: 270 }],
  ['half a turn', roll(-180), { rotation: 180 }],
  ['a roll of 45 degrees', roll(45), { rotation: null }],
  ['sound by default', track(master(0xe1)), { tracks: [{ channels: 1, sampleRate: 8_000 }] }],
  [
    'a track that is off',
    build(mkv.tracks(master(0xae, uint(0x83, 17), uint(0xb9, 0)))),
    { tracks: [{ kind: 'subtitle', enabled: false }] },
  ],
  [
    'a tag of a track',
    build(mkv.info(), mkv.tags(mkv.tag('TITLE', 'T', 1))),
    { title: null, texts: [{ name: 'TITLE', value: 'T', track: 1 }] },
  ],
  ['a long text', build(mkv.info(text(0x7ba9, 'x'.repeat(5_000)))), { title: null }],
])('%s', async (_, bytes, expected) => expect(await videoOf(bytes)).toMatchObject(expected));

test('a segment of unknown size, as encoders write to a stream', async () => {
  const segment = element(
    0x18538067,
    concat(mkv.smallInfo, mkv.smallTracks, element(0x1f43b675, new Uint8Array(9), { unknown: true })),
    { unknown: true },
  );
  expect(await videoOf(mkv.header('webm'), segment)).toMatchObject({ duration: 90, width: 3, warnings: [] });
});

test('the description after 3 GB of clusters, by the seek head: one more read for each part', async () => {
  const seek = (info: number, tracks: number) => mkv.seekHead([0x1549a966, info], [0x1654ae6b, tracks]);
  const length = seek(0, 0).length;
  const cluster = element(0x1f43b675, new Uint8Array(0), { claims: 3_000_000_000 });
  const infoAt = length + cluster.length + 3_000_000_000;
  const children = [
    seek(infoAt, infoAt + mkv.smallInfo.length),
    cluster,
    3_000_000_000,
    mkv.smallInfo,
    mkv.smallTracks,
  ];
  const segment = element(0x18538067, new Uint8Array(0), { unknown: true });
  const { record, requests } = await readVideo([mkv.header('webm'), segment, ...children]);
  expect([record.duration, record.width, requests]).toEqual([90, 3, 2]);
});

test.each([
  ['no segment', mkv.header('webm')],
  ['an empty segment', build()],
  ['a cluster first', build(mkv.cluster(9))],
  ['a seek head that points to itself', build(mkv.seekHead([0x1549a966, 0], [0x1654ae6b, 0]), mkv.cluster(9))],
  [
    'places beyond the end',
    build(mkv.seekHead([0x1549a966, 1e12], [0x1654ae6b, Number.MAX_SAFE_INTEGER]), mkv.cluster(9)),
  ],
  ['an id of 5 bytes', concat(mkv.header('webm'), new Uint8Array(20).fill(8))],
])('%s: DamagedImage', async (_, bytes) => expect(await problemOf(() => videoOf(bytes))).toBe('DamagedImage'));

test('deep nesting and many elements: bounded, with a warning', async () => {
  const deep = Array.from({ length: 3_000 }).reduce<Uint8Array>(
    (inner) => master(0x1654ae6b, inner),
    new Uint8Array(0),
  );
  expect(await videoOf(build(mkv.smallInfo, deep))).toMatchObject({ duration: 90, tracks: [] });
  const voids = Array.from({ length: 4_096 }, () => element(0xec, new Uint8Array(0)));
  expect((await videoOf(build(mkv.smallInfo, ...voids))).warnings).toEqual(['Only the first 4096 elements were read']);
  const entries = Array.from({ length: 65 }, () => master(0xae));
  expect((await videoOf(build(mkv.tracks(...entries)))).warnings).toEqual(['Only the first 64 tracks were read']);
});
