// Compares what is read of a video with the values of ExifTool.
import type { VideoRecord, VideoTrack } from '../../../lib/video/record';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, type ComparedValue, compareValues } from './comparison';

/** The member of a row of `truth_meta.jsonl` about the video: ExifTool's values, unconverted, by group and name. */
export type VideoTruth = Readonly<{ video?: Readonly<Record<string, unknown>> }>;

type Values = Readonly<Record<string, unknown>>;

/** Every answer that is read of the video, and the properties of its tracks that the truth has. */
export function compareVideo({ video = {} }: VideoTruth, record: VideoRecord): BlockComparison {
  const first = (...names: readonly string[]): unknown =>
    names.map((name) => video[name]).find((value) => value !== undefined);
  const quickTime = (...names: readonly string[]): unknown => first(...names.map((name) => `QuickTime:${name}`));
  const picture = pictureTruth(video);
  const rows: readonly (readonly [at: string, truth: unknown, ours: unknown])[] = [
    ['createdAt', timeTruth(video), record.createdAt?.text],
    ['duration', rounded(quickTime('Duration') ?? durationOfAvi(video)), rounded(record.duration)],
    ['width', picture.width, record.width],
    ['height', picture.height, record.height],
    ['rotation', picture.rotation, record.rotation],
    ['make', quickTime('Keys:Make', 'UserData:Make'), record.make],
    ['model', quickTime('Keys:Model', 'UserData:Model'), record.model],
    [
      'software',
      quickTime('Keys:Software', 'UserData:SoftwareVersion', 'ItemList:Encoder', 'Keys:Encoder') ??
        first('RIFF:Software'),
      record.software,
    ],
    ['lensModel', quickTime('VideoKeys:LensModel'), record.lensModel],
    ['livePhotoId', quickTime('Keys:ContentIdentifier'), record.livePhotoId],
    ['title', quickTime('ItemList:Title', 'UserData:Title'), record.title],
    ['description', descriptionTruth(video), record.description],
    [
      'author',
      quickTime('Keys:Author', 'Keys:Artist', 'UserData:Artist', 'ItemList:Artist', 'UserData:Performer'),
      record.author,
    ],
    ['copyright', quickTime('ItemList:Copyright', 'UserData:Copyright'), record.copyright],
    ['aigc', quickTime('Keys:AIGC'), record.aigc],
    ['latitude', rounded(first('Composite:GPSLatitude'), 4), rounded(record.latitude, 4)],
    ['longitude', rounded(first('Composite:GPSLongitude'), 4), rounded(record.longitude, 4)],
    ['altitude', rounded(first('Composite:GPSAltitude'), 3), rounded(record.altitude, 3)],
    ...record.tracks.flatMap((track, i) => trackRows(video, track, i + 1)),
  ];
  return compareValues(
    rows
      .map(
        ([at, truth, ours]): ComparedValue => ({
          at: `video:${at}`,
          ours: sameNumber(ours, truth),
          truth: text(truth),
        }),
      )
      .filter(isCompared),
  );
}

function isCompared({ ours, truth }: ComparedValue): boolean {
  return ours !== '' || truth !== '';
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value).trim();
}

/** The text of `ours`; where the truth has made a number of it, that number. */
function sameNumber(ours: unknown, truth: unknown): string {
  return typeof truth === 'number' && typeof ours === 'string' && ours !== '' ? String(Number(ours)) : text(ours);
}

function rounded(value: unknown, digits = 6): string | null {
  return typeof value === 'number' ? String(Number(value.toFixed(digits))) : null;
}

function timeTruth(video: Values): string | null {
  const local =
    video['QuickTime:Keys:CreationDate'] ??
    video['QuickTime:UserData:DateTimeOriginal'] ??
    video['RIFF:DateTimeOriginal'];
  const stored = text(local ?? video['QuickTime:CreateDate']);
  if (stored === '' || stored.startsWith('0000')) return null;
  return `${stored.replace(':', '-').replace(':', '-').replace(' ', 'T')}${local === undefined ? 'Z' : ''}`;
}

function durationOfAvi(video: Values): unknown {
  const [frames, rate] = [video['RIFF:VideoFrameCount'], video['RIFF:VideoFrameRate']];
  return typeof frames === 'number' && typeof rate === 'number' ? frames / rate : null;
}

/** The first track with a picture, turned upright. */
function pictureTruth(video: Values): Readonly<{ width: unknown; height: unknown; rotation: unknown }> {
  const [width, height] = text(video['Composite:ImageSize'] ?? sizeOfAvi(video)).split(' ');
  const rotation = video['Composite:Rotation'] ?? (video['RIFF:ImageWidth'] === undefined ? null : 0);
  const turned = rotation === 90 || rotation === 270;
  return { width: turned ? height : width, height: turned ? width : height, rotation: width === '' ? null : rotation };
}

function sizeOfAvi(video: Values): string {
  return `${text(video['RIFF:ImageWidth'])} ${text(video['RIFF:ImageHeight'])}`.trim();
}

function descriptionTruth(video: Values): unknown {
  const names = [
    'ItemList:Description',
    'UserData:Description',
    'Keys:Comment',
    'UserData:Comment',
    'ItemList:Comment',
  ];
  return names.map((name) => video[`QuickTime:${name}`]).find((value) => value !== undefined);
}

const kinds: Readonly<Record<string, VideoTrack['kind']>> = {
  vide: 'video',
  soun: 'audio',
  text: 'subtitle',
  sbtl: 'subtitle',
};

function trackRows(video: Values, track: VideoTrack, number: number): readonly (readonly [string, unknown, unknown])[] {
  const of = (name: string): unknown => video[`QuickTime:Track${number}:${name}`];
  const handler = text(of('HandlerType'));
  if (handler === '') return [];
  const scale = of('MediaTimeScale');
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    // ExifTool shows the handler of the data, when it is the last one, instead of that of the media.
    ['kind', ['alis', 'url'].includes(handler) ? null : (kinds[handler] ?? 'data'), track.kind],
    ['codec', of('CompressorID') ?? of('AudioFormat') ?? of('MetaFormat') ?? of('OtherFormat'), track.codec],
    ['id', of('TrackID'), track.id],
    ['timescale', scale, track.timescale],
    [
      'duration',
      rounded(of('MediaDuration')),
      rounded(track.ticks === null || track.timescale === null ? null : track.ticks / track.timescale),
    ],
    ['language', language(of('MediaLanguageCode')), track.language],
    ['codedWidth', of('SourceImageWidth'), track.codedWidth],
    ['codedHeight', of('SourceImageHeight'), track.codedHeight],
    ['pixelAspect', of('PixelAspectRatio'), track.pixelAspect?.join(':')],
    ['primaries', of('ColorPrimaries'), track.colour?.primaries],
    ['transfer', of('TransferCharacteristics'), track.colour?.transfer],
    ['matrix', of('MatrixCoefficients'), track.colour?.matrix],
    ['channels', of('AudioChannels'), track.channels],
    ['sampleRate', of('AudioSampleRate'), track.sampleRate],
  ];
  const stated = rows.filter(([, truth]) => text(truth) !== '');
  return stated.map(([name, truth, ours]) => [`track${number}:${name}`, truth, ours]);
}

function language(value: unknown): unknown {
  return value === 'und' ? null : value;
}

export const knownVideo: readonly KnownDifference[] = [
  {
    file: 'corpus-meta/files/mp4/c2pa-rs__dashinit.mp4',
    at: 'video:duration',
    reason: 'The duration with all fragments, in mehd; ExifTool shows that of mvhd, which is 0.',
  },
  {
    file: 'corpus-meta/files/mp4/fork-exif-oxidex__sample.mp4',
    at: 'video:title',
    reason:
      'Two titles: the reader answers the first one in the file, of the user data; the truth has that of the items.',
  },
];
