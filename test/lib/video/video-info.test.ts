// The XML of `ci-process=videoinfo`.

import type { VideoRecord, VideoTrack } from '../../../lib/video/record';
import { emptyTrack } from '../../../lib/video/track';
import { videoInfo } from '../../../lib/video/video-info';
import { avih, bitmapFormat, buildAvi, list, strl, waveFormat } from '../../../testing/build/avi';
import { box } from '../../../testing/build/bmff';
import { concat } from '../../../testing/build/bytes';
import { smallWebm } from '../../../testing/build/matroska';
import * as mp4 from '../../../testing/build/video';
import { videoOf } from '../../../testing/compare/video';

test('a movie with a subtitle: the names are those of ffprobe, in the order of the alphabet', async () => {
  const subtitle = mp4.trak({ handler: 'sbtl', language: 0x1a41 });
  const bytes = mp4.buildMp4('isom', mp4.media(40), mp4.smallMoov(subtitle));
  expect(videoInfo(await videoOf(bytes)).replace(/(<\/?(Format|Stream|Audio|Subtitle|Video)>)/g, '\n$1')).toBe(
    `<Response><MediaInfo>
<Format><Bitrate>0.097000</Bitrate><Duration>90.000000</Duration><FormatLongName>QuickTime / MOV</FormatLongName><FormatName>mov,mp4,m4a,3gp,3g2,mj2</FormatName><NumProgram>0</NumProgram><NumStream>3</NumStream><Size>${bytes.length}</Size>
</Format>
<Stream>
<Audio><Bitrate>0.001000</Bitrate><Channel>2</Channel><ChannelLayout>stereo</ChannelLayout><CodecLongName>AAC (Advanced Audio Coding)</CodecLongName><CodecName>aac</CodecName><CodecTag>0x6134706d</CodecTag><CodecTagString>mp4a</CodecTagString><CodecTimeBase>1/48000</CodecTimeBase><Duration>90.000000</Duration><Index>1</Index><Language>eng</Language><SampleRate>48000</SampleRate><Timebase>1/48000</Timebase>
</Audio>
<Subtitle><Index>2</Index><Language>fra</Language>
</Subtitle>
<Video><AvgFps>1/30</AvgFps><Bitrate>0.001000</Bitrate><CodecLongName>H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10</CodecLongName><CodecName>h264</CodecName><CodecTag>0x31637661</CodecTag><CodecTagString>avc1</CodecTagString><CodecTimeBase>1/90000</CodecTimeBase><Duration>90.000000</Duration><Fps>0.033333</Fps><Height>2</Height><Index>0</Index><Language>und</Language><Level>31</Level><NumFrames>3</NumFrames><Profile>High</Profile><Timebase>1/90000</Timebase><Width>3</Width>
</Video>
</Stream></MediaInfo></Response>`,
  );
});

const recordOf = async (more: Partial<VideoRecord>): Promise<VideoRecord> => ({
  ...(await videoOf(mp4.buildMp4('isom', mp4.smallMoov()))),
  ...more,
});
const infoOf = async (...tracks: readonly Partial<VideoTrack>[]): Promise<string> =>
  videoInfo(await recordOf({ duration: null, tracks: tracks.map((track) => ({ ...emptyTrack, ...track })) }));

test('nothing is known: only what every video has', async () => {
  expect(await infoOf({ kind: 'video' }, { kind: 'data' })).toMatch(
    /<NumStream>2<\/NumStream><Size>\d+<\/Size><\/Format><Stream><Subtitle\/><Video><CodecTag>0x0000<\/CodecTag><CodecTagString>\[0\]\[0\]\[0\]\[0\]<\/CodecTagString><Index>0<\/Index><Language>und<\/Language><\/Video><\/Stream>/,
  );
});

const video = { kind: 'video', timescale: 30_000, ticks: 1_001_000, samples: 1_000 } as const;
test.each<[string, Partial<VideoTrack>, readonly string[]]>([
  ['NTSC', video, ['<AvgFps>30000/1001</AvgFps>', '<Fps>29.970030</Fps>', '<Duration>33.366667</Duration>']],
  [
    'pixels that are not square',
    { ...video, codedWidth: 720, codedHeight: 576, pixelAspect: [16, 15] },
    ['<Sar>16:15</Sar>', '<Dar>4:3</Dar>'],
  ],
  [
    'colours',
    { ...video, colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: false } },
    ['<ColorPrimaries>bt2020</ColorPrimaries><ColorRange>tv</ColorRange><ColorTransfer>smpte2084</ColorTransfer>'],
  ],
  [
    'full range, and unknown colours',
    { ...video, colour: { primaries: 2, transfer: 99, matrix: 2, fullRange: true } },
    ['<ColorRange>pc</ColorRange><Duration>'],
  ],
  [
    'a constrained profile',
    { ...video, codec: 'avc1', profile: 66, constraints: 0xc0 },
    ['<Profile>Constrained Baseline</Profile>'],
  ],
  ['a profile without a name', { ...video, codec: 'avc1', profile: 7, constraints: 0 }, ['<Profile>7</Profile>']],
  [
    'a profile of an unknown codec',
    { ...video, codec: 'abcd', profile: 7 },
    ['<CodecTagString>abcd</CodecTagString>', '<Language>und</Language><NumFrames>'],
  ],
  [
    'characters that are not printable',
    { ...video, codec: 'a\0<&' },
    ['<CodecTag>0x263c0061</CodecTag><CodecTagString>a[0][60][38]</CodecTagString>'],
  ],
  [
    'a language that is no code',
    { ...video, language: '<a>&\u0001\ud800' },
    ['<Language>&lt;a&gt;&amp;\ufffd\ufffd</Language>'],
  ],
  [
    'frames beyond all counts',
    { ...video, samples: Number.MAX_SAFE_INTEGER },
    ['<NumFrames>9007199254740991</NumFrames>'],
  ],
  ['MP3 in MP4', { kind: 'audio', codec: 'mp4a', objectType: 0x6b }, ['<CodecName>mp3</CodecName>']],
  ['5.1', { kind: 'audio', channels: 6 }, ['<ChannelLayout>5.1</ChannelLayout>']],
  ['3 channels', { kind: 'audio', channels: 3 }, ['<Channel>3</Channel><CodecTag>']],
  [
    'edits shorter than the media',
    { kind: 'audio', timescale: 100, ticks: 500, editedSeconds: 4 },
    ['<Duration>4.000000</Duration>'],
  ],
])('%s', async (_, track, parts) => {
  const info = await infoOf(track);
  for (const part of parts) expect(info).toContain(part);
});

test('AVI', async () => {
  const streams = [
    strl({ kind: 'vids', codec: 'XVID', length: 50, format: bitmapFormat('XVID', 3, 2) }),
    strl({ kind: 'auds', rate: 8_000, length: 16_000, format: waveFormat(0x55, 1, 8_000) }),
  ];
  const info = videoInfo(await videoOf(buildAvi(list('hdrl', avih(40_000, 50, 3, 2), ...streams))));
  expect(info).toContain('<FormatLongName>AVI (Audio Video Interleaved)</FormatLongName><FormatName>avi</FormatName>');
  expect(info).toContain('<CodecTag>0x0055</CodecTag><CodecTagString>U[0][0][0]</CodecTagString>');
  expect(info).toContain('<CodecName>mpeg4</CodecName><CodecTag>0x44495658</CodecTag>');
});

test('WebM', async () => {
  const info = videoInfo(await videoOf(smallWebm()));
  expect(info).toContain('<FormatLongName>Matroska / WebM</FormatLongName><FormatName>matroska,webm</FormatName>');
  expect(info).toContain('<CodecName>vp9</CodecName><CodecTag>0x0000</CodecTag>');
  expect(info).toContain('<Timebase>1/1000</Timebase>');
});

describe('what a track says about its sound and its edits', () => {
  const trackOf = async (track: mp4.Track) =>
    (await videoOf(mp4.buildMp4('isom', box('moov', concat(mp4.mvhd(), mp4.trak(track)))))).tracks[0];
  const sound = (...boxes: readonly Uint8Array[]) =>
    trackOf({ handler: 'soun', table: mp4.stbl({ entry: mp4.audioEntry('mp4a', 2, 48_000, ...boxes) }) });
  const mono = Uint8Array.of(0x11, 0x88);

  test.each<[string, Uint8Array, Partial<VideoTrack>]>([
    ['AAC of one channel', mp4.esds(0x40, mono), { objectType: 0x40, channels: 1 }],
    ['all fields of the stream', mp4.esds(0x40, mono, 0xe0, Uint8Array.of(0, 0, 2, 65, 66, 0, 0)), { channels: 1 }],
    ['eight channels', mp4.esds(0x40, Uint8Array.of(0x11, 0xb8)), { channels: 8 }],
    ['channels in the stream', mp4.esds(0x40, Uint8Array.of(0x11, 0x80)), { channels: 2 }],
    ['an object type of two bytes', mp4.esds(0x40, Uint8Array.of(0xf9, 0x88)), { channels: 2 }],
    ['MP3', mp4.esds(0x6b, mono), { objectType: 0x6b, channels: 2 }],
    ['in wave, as QuickTime has it', box('wave', mp4.esds(0x40, mono)), { channels: 1 }],
    ['a short configuration', mp4.esds(0x40, mono.subarray(0, 1)), { objectType: 0x40, channels: 2 }],
    ['a cut box', box('esds', mp4.esds(0x40, mono).subarray(8, 30)), { objectType: null, channels: 2 }],
    ['another descriptor', box('esds', Uint8Array.of(0, 0, 0, 0, 9, 1, 1)), { objectType: null }],
    [
      'a length without end',
      box('esds', Uint8Array.of(0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff)),
      { objectType: null },
    ],
  ])('%s', async (_, config, expected) => expect(await sound(config)).toMatchObject(expected));

  test.each([
    ['one edit', mp4.edts([[2_000, 1_024]]), 2],
    ['64 bits', mp4.edts([[2_000, 0]], 1), 2],
    [
      'a pause before it',
      mp4.edts([
        [500, 0xffffffff],
        [2_000, 0],
      ]),
      2,
    ],
    ['only a pause', mp4.edts([[500, 0xffffffff]]), null],
    [
      'cut',
      box(
        'edts',
        box(
          'elst',
          mp4
            .edts([
              [2_000, 0],
              [1, 0],
            ])
            .subarray(16, 40),
        ),
      ),
      null,
    ],
    ['none', box('edts', new Uint8Array(0)), null],
  ])('edits: %s', async (_, edits, editedSeconds) => {
    expect(await trackOf({ handler: 'soun', more: [edits] })).toMatchObject({ editedSeconds });
  });
});
