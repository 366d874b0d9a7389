// AVI files.
import {
  avih,
  bitmapFormat,
  buildAvi,
  chunk,
  idit,
  list,
  smallAvi,
  strl,
  waveFormat,
} from '../../../testing/build/avi';
import { latin1, u32, utf8 } from '../../../testing/build/bytes';
import { problemOf } from '../../../testing/compare/problem';
import { readVideo, videoOf } from '../../../testing/compare/video';

test('a whole file', async () => {
  const bytes = smallAvi(list('INFO', chunk('ISFT', latin1('CanonMVI01\0')), chunk('INAM', utf8('Título'))));
  expect(await videoOf(bytes)).toMatchObject({
    format: 'avi',
    size: bytes.length,
    createdAt: { text: '2003-03-10T15:04:43', source: 'IDIT' },
    duration: 90,
    width: 3,
    height: 2,
    rotation: 0,
    videoCodec: 'MJPG',
    audioCodec: '0x0001',
    software: 'CanonMVI01',
    title: 'Título',
    tracks: [
      { kind: 'video', timescale: 250, samples: 2_250 },
      { kind: 'audio', channels: 1, sampleRate: 8_000, samples: 720_000 },
    ],
    warnings: [],
  });
});

const hdrl = (...streams: readonly Uint8Array[]) => buildAvi(list('hdrl', avih(40_000, 50, 3, 2), ...streams));

test.each<[string, Uint8Array, object]>([
  ['no stream', hdrl(), { duration: 2, width: null, tracks: [] }],
  [
    'a rate of 0',
    hdrl(strl({ kind: 'vids', rate: 0, length: 5, format: bitmapFormat('\0\0\0\0', 3, 2) })),
    { duration: 2, videoCodec: null },
  ],
  [
    'rows from top to bottom',
    hdrl(strl({ kind: 'vids', length: 5, format: bitmapFormat('MJPG', 3, -2) })),
    { width: 3, height: 2 },
  ],
  [
    'cut formats',
    hdrl(strl({ kind: 'vids', format: new Uint8Array(5) }), strl({ kind: 'auds', format: new Uint8Array(5) })),
    { width: null, audioCodec: null },
  ],
  [
    'subtitles and others',
    hdrl(strl({ kind: 'txts', format: new Uint8Array(0) }), strl({ kind: 'mids', format: new Uint8Array(0) })),
    { tracks: [{ kind: 'subtitle' }, { kind: 'data' }] },
  ],
  ['a stream without a header', hdrl(list('strl')), { tracks: [{ kind: 'data' }] }],
  [
    'sound only',
    hdrl(strl({ kind: 'auds', rate: 10, length: 5, format: waveFormat(0x55, 2, 44_100) })),
    { duration: 0.5, audioCodec: '0x0055', width: null },
  ],
  [
    'lists in lists',
    hdrl(Array.from({ length: 3_000 }).reduce<Uint8Array>((inner) => list('strl', inner), new Uint8Array(0))),
    { tracks: [{ kind: 'data' }] },
  ],
])('%s', async (_, bytes, expected) => expect(await videoOf(bytes)).toMatchObject(expected));

test('XMP and a time after the media data and its index, but not in the next part of a long file', async () => {
  const xmp = chunk('_PMX', utf8('<x/>'));
  const bytes = smallAvi(
    list('movi', chunk('00dc', new Uint8Array(99))),
    chunk('idx1', new Uint8Array(32)),
    xmp,
    chunk('RIFF', idit('2003-03-11 00:00:00')),
  );
  expect((await videoOf(bytes)).xmp).toMatchObject({ kind: 'xmp', size: 4, bytes: utf8('<x/>') });
});

test('a file of 3 GB: one read for the header, one for what follows the media data', async () => {
  const head = smallAvi().slice(0, -12);
  const parts = [
    head,
    latin1('LIST'),
    u32(3_000_000_004, true),
    latin1('movi'),
    3_000_000_000,
    chunk('idx1', new Uint8Array(32)),
    chunk('_PMX', utf8('<x/>')),
  ];
  const { record, requests, bytes } = await readVideo(parts);
  expect([record.duration, record.xmp?.size, requests]).toEqual([90, 4, 2]);
  expect(bytes).toBeLessThan(100_000);
});

test.each([
  ['no header', buildAvi(list('movi'))],
  ['no chunks', latin1('RIFF\0\0\0\0AVI ')],
])('%s: DamagedImage', async (_, bytes) => expect(await problemOf(() => videoOf(bytes))).toBe('DamagedImage'));

test('many chunks and streams: bounded, with a warning', async () => {
  const streams = Array.from({ length: 65 }, () => strl({ kind: 'auds', format: waveFormat(1, 1, 1) }));
  expect((await videoOf(hdrl(...streams))).warnings).toEqual(['Only the first 64 tracks were read']);
  const empty = Array.from({ length: 4_096 }, () => chunk('JUNK', new Uint8Array(0)));
  expect((await videoOf(smallAvi(...empty))).warnings).toEqual(['Only the first 4096 chunks were read']);
});
