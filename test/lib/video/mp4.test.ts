// MP4, QuickTime and 3GP: what is recognised, and the answers that boxes give.
import { containers } from '../../../lib/container';
import { videoFormats } from '../../../lib/video';
import type { VideoRecord, VideoTrack } from '../../../lib/video/record';
import { box, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, u16, u32, utf8 } from '../../../testing/build/bytes';
import { fixtures } from '../../../testing/build/containers';
import * as mp4 from '../../../testing/build/video';
import { problemOf } from '../../../testing/compare/problem';
import { videoOf } from '../../../testing/compare/video';

const formatOf = (bytes: Uint8Array): string | undefined => videoFormats.find(({ matches }) => matches(bytes))?.name;

const trackOf = async (table: mp4.Track): Promise<VideoTrack | undefined> =>
  (await videoOf(mp4.buildMp4('isom', box('moov', concat(mp4.mvhd(), mp4.trak(table)))))).tracks[0];
const entryOf = (entry: Uint8Array, handler = 'vide') => trackOf({ handler, table: mp4.stbl({ entry }) });

describe('what is recognised', () => {
  test.each([
    ['MP4', ftyp('isom'), 'mp4'],
    ['QuickTime without ftyp', box('mdat', new Uint8Array(9)), 'mp4'],
    ['old QuickTime', box('wide', new Uint8Array(0)), 'mp4'],
    ['AVI', latin1('RIFF\0\0\0\0AVI LIST'), 'avi'],
    ['Matroska', Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), 'matroska'],
    ['text that has the name of a box', latin1('abcmoovabcdef'), undefined],
    ['nothing', new Uint8Array(0), undefined],
    ['HEIF brands after another one', ftyp('isom', ['mif1']), undefined],
    ['CR3', ftyp('crx '), undefined],
    ['JPEG 2000 without its signature', ftyp('jp2 '), undefined],
  ])('%s', (_, head, name) => expect(formatOf(head)).toBe(name));

  const images = Object.entries(fixtures).flatMap(([name, rows]) =>
    Object.values(rows).map((bytes) => [name, bytes] as const),
  );
  test.each(images)('no image: %s', (_, bytes) => expect(formatOf(bytes)).toBeUndefined());

  test('no container of images takes a video', () => {
    const videos = [mp4.buildMp4('isom', mp4.smallMoov()), mp4.buildMp4('qt  '), latin1('RIFF\0\0\0\0AVI LIST')];
    expect(videos.flatMap((bytes) => containers.filter(({ matches }) => matches(bytes)))).toEqual([]);
  });
});

test('a whole movie', async () => {
  const bytes = mp4.buildMp4('isom', mp4.media(40), mp4.smallMoov());
  const record = await videoOf(bytes);
  expect(record).toMatchObject({
    format: 'mp4',
    size: bytes.length,
    createdAt: { text: '2026-05-28T20:26:40Z', source: 'mvhd' },
    duration: 90,
    width: 2,
    height: 3,
    codedWidth: 3,
    codedHeight: 2,
    rotation: 90,
    videoCodec: 'avc1',
    audioCodec: 'mp4a',
    make: null,
    xmp: null,
    c2pa: null,
    warnings: [],
  } satisfies Partial<VideoRecord>);
  expect(record.tracks).toMatchObject([
    {
      id: 1,
      kind: 'video',
      enabled: true,
      timescale: 90_000,
      samples: 3,
      sampleBytes: 18,
      profile: 100,
      level: 31,
      language: null,
    },
    { id: 2, kind: 'audio', channels: 2, sampleRate: 48_000, samples: 2, sampleBytes: 18, language: 'eng' },
  ]);
});

describe('the format', () => {
  test.each([
    ['isom', 'mp4'],
    ['mp42', 'mp4'],
    ['qt  ', 'mov'],
    ['3gp5', '3gp'],
    ['3g2a', '3gp'],
    ['M4V ', 'm4v'],
    ['M4VH', 'm4v'],
  ])('%s', async (brand, format) => expect((await videoOf(mp4.buildMp4(brand, mp4.smallMoov()))).format).toBe(format));

  test('without ftyp: QuickTime', async () =>
    expect((await videoOf(mp4.media(3), mp4.smallMoov())).format).toBe('mov'));
});

describe('time and duration', () => {
  const timesOf = async (times: mp4.Times) => {
    const { createdAt, duration } = await videoOf(mp4.buildMp4('isom', box('moov', mp4.mvhd(times))));
    return [createdAt?.text ?? null, duration];
  };
  test.each<[string, mp4.Times, unknown]>([
    ['seconds since 1904', { created: mp4.macEpoch + 1, ticks: 500 }, ['1970-01-01T00:00:01Z', 0.5]],
    [
      '64 bits',
      { version: 1, created: mp4.macEpoch + 5_000_000_000, ticks: 5_000_000_000_000 },
      ['2128-06-11T08:53:20Z', 5e9],
    ],
    ['seconds since 1970', { created: 1_000_000_000, ticks: 1 }, ['2001-09-09T01:46:40Z', 0.001]],
    ['no time, no duration', { created: 0, ticks: 0xffffffff }, [null, null]],
    ['64 bits without a duration', { version: 1, ticks: 0xffffffffffffffffn }, [null, null]],
    ['a time scale of 0', { timescale: 0, ticks: 7 }, [null, null]],
    ['a year after 9999', { version: 1, created: 1e15, ticks: 0 }, [null, 0]],
  ])('%s', async (_, times, expected) => expect(await timesOf(times)).toEqual(expected));

  test('by the longest track when the movie states 0', async () => {
    const tracks = [5_000, 7_000].map((ticks) => mp4.trak({ handler: 'soun', media: { ticks } }));
    expect(await videoOf(mp4.buildMp4('isom', box('moov', concat(mp4.mvhd(), ...tracks))))).toMatchObject({
      duration: 7,
    });
  });

  test.each([
    ['0', 'eng'],
    ['11', 'jpn'],
    ['32767', null],
    ['200', null],
    ['21956', null],
    ['4274', 'der'],
    ['31775', null],
  ])('language %s', async (code, language) =>
    expect(await trackOf({ handler: 'soun', language: Number(code) })).toMatchObject({ language }),
  );
});

describe('the turn and the size', () => {
  const shown = async (header: mp4.TrackHeader) => {
    const trak = mp4.trak({ handler: 'vide', header, table: mp4.stbl({ entry: mp4.videoEntry('hvc1', 720, 576) }) });
    const { width, height, rotation } = await videoOf(mp4.buildMp4('isom', box('moov', concat(mp4.mvhd(), trak))));
    return [width, height, rotation];
  };
  test.each<[string, mp4.TrackHeader, unknown]>([
    ['0', { width: 768, height: 576 }, [768, 576, 0]],
    ['90, 64-bit header', { version: 1, width: 768, height: 576, matrix: mp4.turns[90] }, [576, 768, 90]],
    ['180', { width: 768, height: 576, matrix: mp4.turns[180] }, [768, 576, 180]],
    ['270', { width: 768, height: 576, matrix: mp4.turns[270] }, [576, 768, 270]],
    ['a scale', { width: 768, height: 576, matrix: [1.5, 0, 0, 1] }, [768, 576, 0]],
    ['a mirror', { width: 768, height: 576, matrix: [-1, 0, 0, 1] }, [768, 576, null]],
    ['a turned mirror', { width: 768, height: 576, matrix: [0, 1, 1, 0] }, [768, 576, null]],
    ['a skew', { width: 768, height: 576, matrix: [1, 1, 0, 1] }, [768, 576, null]],
    ['no shown size', { matrix: mp4.turns[90] }, [576, 720, 90]],
  ])('%s', async (_, header, expected) => expect(await shown(header)).toEqual(expected));

  test('of the first track that is enabled', async () => {
    const track = (id: number, enabled: boolean) =>
      mp4.trak({
        handler: 'vide',
        header: { id, enabled, width: id, height: id },
        table: mp4.stbl({ entry: mp4.videoEntry(`av0${id}`, 1, 1) }),
      });
    const record = await videoOf(
      mp4.buildMp4('isom', box('moov', concat(mp4.mvhd(), track(1, false), track(2, true)))),
    );
    expect(record).toMatchObject({ width: 2, videoCodec: 'av02' });
  });
});

describe('the sample entry', () => {
  const video = (...boxes: readonly Uint8Array[]) => entryOf(mp4.videoEntry('avc1', 3, 2, ...boxes));
  const hvcC = box('hvcC', concat(Uint8Array.of(1, 0x62), new Uint8Array(10), Uint8Array.of(93)));
  test.each<[string, Uint8Array, Partial<VideoTrack>]>([
    ['avcC', box('avcC', Uint8Array.of(1, 77, 0, 40)), { profile: 77, level: 40 }],
    ['hvcC', hvcC, { profile: 2, level: 93 }],
    ['av1C', box('av1C', Uint8Array.of(0x81, 0x28, 0, 0)), { profile: 1, level: 8 }],
    ['vpcC', fullBox('vpcC', 1, 0, Uint8Array.of(2, 31)), { profile: 2, level: 31 }],
    ['pasp', box('pasp', concat(u32(16), u32(15))), { pixelAspect: [16, 15] }],
    ['pasp with a 0', box('pasp', concat(u32(16), u32(0))), { pixelAspect: null }],
    [
      'nclx',
      box('colr', concat(latin1('nclx'), u16(9), u16(16), u16(9), Uint8Array.of(0x80))),
      { colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: true } },
    ],
    [
      'nclc',
      box('colr', concat(latin1('nclc'), u16(1), u16(1), u16(1))),
      { colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: null } },
    ],
    ['an ICC profile', box('colr', concat(latin1('prof'), new Uint8Array(99))), { colour: null }],
    ['a cut box', box('avcC', Uint8Array.of(1)), { profile: null, level: null }],
  ])('%s', async (_, config, expected) => expect(await video(config)).toMatchObject(expected));

  test.each<[string, Uint8Array, Partial<VideoTrack>]>([
    ['audio', mp4.audioEntry('samr', 1, 8_000), { codec: 'samr', channels: 1, sampleRate: 8_000 }],
    [
      'audio of the second version',
      mp4.audioEntry2('lpcm', 6, 192_000),
      { codec: 'lpcm', channels: 6, sampleRate: 192_000 },
    ],
    ['a rate that is not a number', mp4.audioEntry2('lpcm', 6, Number.NaN), { channels: 6, sampleRate: null }],
    ['a cut entry', box('mp4a', new Uint8Array(5)), { codec: 'mp4a', channels: null }],
  ])('%s', async (_, entry, expected) => expect(await entryOf(entry, 'soun')).toMatchObject(expected));

  test.each([
    ['sbtl', 'subtitle'],
    ['text', 'subtitle'],
    ['tmcd', 'data'],
    ['meta', 'data'],
  ])('the kind of %s', async (handler, kind) => expect(await trackOf({ handler })).toMatchObject({ kind }));
});

describe('XMP and C2PA', () => {
  const store = box('jumb', utf8('store'));
  test('in uuid boxes, before and after the moov', async () => {
    const bytes = mp4.buildMp4('isom', mp4.c2paUuid(store), mp4.smallMoov(), mp4.xmpUuid('<x/>'), mp4.media(9));
    const { xmp, c2pa } = await videoOf(bytes);
    expect(xmp).toEqual({ kind: 'xmp', offset: bytes.length - 17 - 4, size: 4, bytes: utf8('<x/>') });
    expect(c2pa).toMatchObject({ kind: 'c2pa', size: store.length, bytes: store });
  });
  test('at the end, after the media data', async () => {
    expect(
      (await videoOf(mp4.buildMp4('isom', mp4.smallMoov(), mp4.media(9), mp4.xmpUuid('<x/>')))).xmp?.bytes,
    ).toEqual(utf8('<x/>'));
  });
  test('XMP in user data comes first', async () => {
    const bytes = mp4.buildMp4('qt  ', mp4.smallMoov(box('udta', box('XMP_', utf8('<u/>')))), mp4.xmpUuid('<x/>'));
    const { xmp } = await videoOf(bytes);
    expect(xmp?.bytes).toEqual(utf8('<u/>'));
    expect(bytes.subarray(xmp?.offset ?? 0, (xmp?.offset ?? 0) + 4)).toEqual(utf8('<u/>'));
  });
  test.each([
    ['another purpose', mp4.c2paUuid(store, 'merkle')],
    ['no JUMBF', mp4.c2paUuid(box('free', utf8('store')))],
    ['a cut box', mp4.c2paUuid(store).subarray(0, 30)],
  ])('no C2PA: %s', async (_, uuid) => {
    expect((await videoOf(mp4.buildMp4('isom', mp4.smallMoov(), uuid))).c2pa).toBeNull();
  });
});

test.each([
  ['no moov', mp4.buildMp4('isom', mp4.media(9))],
  ['only ftyp', ftyp('isom')],
])('%s: DamagedImage', async (_, bytes) => {
  expect(await problemOf(() => videoOf(bytes))).toBe('DamagedImage');
});

test('a compressed moov: a warning', async () => {
  expect(await videoOf(box('moov', box('cmov', new Uint8Array(9))))).toMatchObject({
    tracks: [],
    warnings: ['The moov box is compressed'],
  });
});
