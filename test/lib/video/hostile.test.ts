// Videos made to cost memory, time or reads.
import { box, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, u32, utf8 } from '../../../testing/build/bytes';
import * as mp4 from '../../../testing/build/video';
import { readVideo, videoOf } from '../../../testing/compare/video';

const file = (...boxes: readonly Uint8Array[]) =>
  mp4.buildMp4('isom', box('moov', concat(mp4.mvhd({ ticks: 5_000 }), ...boxes)));
const many = (count: number, one: Uint8Array) => concat(...Array.from({ length: count }, () => one));
const nested = (type: string, depth: number) =>
  Array.from({ length: depth }).reduce<Uint8Array>((inner) => box(type, inner), new Uint8Array(0));
const tracks = 'Only the first 64 tracks were read';
const boxes = 'Only the first 4096 boxes were read';
const texts = 'Only the first 512 texts were read';
const endless = (type: string) => fullBox(type, 0, 0, concat(u32(0xffffffff), u32(0xffffffff), u32(0xffffffff)));

test.each<[string, Uint8Array, readonly string[]]>([
  ['5,000 boxes', many(5_000, box('free', new Uint8Array(0))), [boxes]],
  ['65 tracks', many(65, mp4.trak({ handler: 'soun' })), [tracks]],
  ['600 texts', box('udta', many(600, mp4.userText('©nam', 'x'))), [texts]],
  [
    '600 keys',
    mp4.keysMeta(Array.from({ length: 600 }, (_, i) => [`k${i}`, 'x'])),
    ['Only the first 512 keys were read'],
  ],
  ['moov in moov', nested('moov', 3_000), []],
  ['trak in trak', nested('trak', 3_000), []],
  ['udta in udta', nested('udta', 3_000), []],
  ['meta in meta', nested('meta', 3_000), []],
  [
    'tables that claim 4 billion entries',
    box('trak', box('mdia', box('minf', box('stbl', concat(endless('stsd'), endless('stts'), endless('stsz')))))),
    [],
  ],
  [
    'keys that claim 4 billion',
    box('meta', concat(mp4.hdlr('mdta'), endless('keys'), box('ilst', latin1('\0\0\0\x10\0\0\0\x01')))),
    [],
  ],
  ['boxes that claim 4 GB', concat(box('trak', new Uint8Array(0), { claims: 0xffffffff }), new Uint8Array(50)), []],
  ['a size below its head', box('udta', new Uint8Array(9), { claims: 7 }), []],
  ['a box to the end', concat(box('udta', mp4.userText('©nam', 'x'), { form: 'open' })), []],
  [
    'XML with attributes without end',
    fullBox('meta', 0, 0, concat(mp4.hdlr('nrtm'), fullBox('xml ', 0, 0, utf8(`<Device ${'a="'.repeat(5_000)}`)))),
    [],
  ],
])('%s', async (_, inside, warnings) => {
  const { record, requests } = await readVideo([file(inside)]);
  expect(record.duration).toBe(5);
  expect(record.warnings).toEqual(warnings);
  expect(requests).toBeLessThanOrEqual(9);
});

test('tables of a moov that is not read whole claim 4 billion entries', async () => {
  const stbl = box('stbl', concat(fullBox('stsd', 0, 0, u32(0)), endless('stts'), new Uint8Array(1_100_000)));
  const { record, bytes } = await readVideo([file(box('trak', box('mdia', box('minf', stbl))))]);
  expect(record).toMatchObject({ duration: 5, tracks: [{ samples: null, sampleBytes: null }] });
  expect(bytes).toBeLessThan(300_000);
});

test('boxes of 8 bytes without end at the top level of 1 GB', async () => {
  const { record, requests, bytes } = await readVideo([
    ftyp('isom'),
    mp4.smallMoov(),
    many(9_000, box('free', new Uint8Array(0))),
    1e9,
  ]);
  expect([record.duration, requests]).toEqual([90, 1]);
  expect(bytes).toBe(65_536);
});

test('the first moov counts', async () => {
  const second = box('moov', mp4.mvhd({ ticks: 7 }));
  expect(await videoOf(ftyp('isom'), mp4.smallMoov(), second)).toMatchObject({ duration: 90 });
});
