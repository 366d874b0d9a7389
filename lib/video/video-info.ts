// A video in the XML of the operation `ci-process=videoinfo` [Tencent CI, GetMediainfo]. Its names and texts are those of
// ffprobe; a field that the header does not state is left out, as the service does. Within an element, names are in the order
// of the alphabet.
import { codecOf, colourNames, profileOf } from './codecs';
import type { VideoFormatName, VideoRecord, VideoTrack } from './record';
import { secondsOf } from './track';

type Fields = Readonly<Record<string, string | number | null>>;

export function videoInfo(record: VideoRecord): string {
  const streams = record.tracks.map((track, index) => ({ kind: track.kind, track, index }));
  const elements = (kind: VideoTrack['kind'], name: string, fields: (track: VideoTrack) => Fields): string =>
    streams
      .filter((stream) => stream.kind === kind)
      .map(({ track, index }) => element(name, { ...fields(track), Index: index }))
      .join('');
  const stream = [
    elements('audio', 'Audio', audioFields),
    elements('subtitle', 'Subtitle', subtitleFields) || '<Subtitle/>',
    elements('video', 'Video', videoFields),
  ].join('');
  return `<Response><MediaInfo>${element('Format', formatFields(record))}<Stream>${stream}</Stream></MediaInfo></Response>`;
}

const movies = ['mov,mp4,m4a,3gp,3g2,mj2', 'QuickTime / MOV'] as const;
const matroska = ['matroska,webm', 'Matroska / WebM'] as const;
const formats: Readonly<Record<VideoFormatName, readonly [name: string, longName: string]>> = {
  mp4: movies,
  mov: movies,
  '3gp': movies,
  m4v: movies,
  avi: ['avi', 'AVI (Audio Video Interleaved)'],
  mkv: matroska,
  webm: matroska,
};

function formatFields({ format, size, duration, tracks }: VideoRecord): Fields {
  const [FormatName, FormatLongName] = formats[format];
  return {
    FormatName,
    FormatLongName,
    NumStream: tracks.length,
    NumProgram: 0,
    Duration: sixDigits(duration),
    Bitrate: kilobits(size, duration),
    Size: size,
  };
}

function videoFields(track: VideoTrack): Fields {
  const { samples, codedWidth, codedHeight, pixelAspect, colour, level } = track;
  const codec = codecOf(track);
  const [across, down] = pixelAspect ?? [0, 0];
  const rate = framesPerSecond(track);
  return {
    ...sharedFields(track),
    CodecTimeBase: timebase(track.timescale),
    ColorPrimaries: colour === null ? null : colourNames.primaries(colour.primaries),
    ColorRange: colour?.fullRange == null ? null : colour.fullRange ? 'pc' : 'tv',
    ColorTransfer: colour === null ? null : colourNames.transfer(colour.transfer),
    Profile: codec === null ? null : profileOf(codec, track),
    Width: codedWidth,
    Height: codedHeight,
    Sar: ratio(across, down),
    Dar: codedWidth === null || codedHeight === null ? null : ratio(codedWidth * across, codedHeight * down),
    Level: level,
    Fps: rate === null ? null : sixDigits(rate[0] / rate[1]),
    AvgFps: rate?.join('/') ?? null,
    NumFrames: samples === 0 ? null : samples,
  };
}

const layouts: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };

function audioFields(track: VideoTrack): Fields {
  const { sampleRate, channels } = track;
  return {
    ...sharedFields(track),
    CodecTimeBase: timebase(sampleRate),
    SampleRate: sampleRate,
    Channel: channels,
    ChannelLayout: layouts[channels ?? 0] ?? null,
  };
}

function subtitleFields({ language }: VideoTrack): Fields {
  return { Language: language ?? 'und' };
}

function sharedFields(track: VideoTrack): Fields {
  const codec = codecOf(track);
  const media = secondsOf(track);
  const seconds = media === null ? null : Math.min(media, track.editedSeconds ?? media);
  return {
    CodecName: codec?.name ?? null,
    CodecLongName: codec?.longName ?? null,
    ...tagFields(track.codec),
    Timebase: timebase(track.timescale),
    Duration: seconds === 0 ? null : sixDigits(seconds),
    Bitrate: kilobits(track.sampleBytes, media),
    Language: track.language ?? 'und',
  };
}

/** The four characters, and the same as a little-endian number; codec ids of Matroska are not such tags. */
function tagFields(codec: string | null): Fields {
  if (codec?.startsWith('0x') === true) {
    const number = Number(codec);
    const text = fourCharacters(String.fromCharCode(number & 0xff, number >> 8, 0, 0));
    return { CodecTagString: text, CodecTag: codec };
  }
  if (codec?.length !== 4) return { CodecTagString: '[0][0][0][0]', CodecTag: '0x0000' };
  const bytes = Array.from(codec, (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
  return { CodecTagString: fourCharacters(codec), CodecTag: `0x${bytes.reverse().join('')}` };
}

/** A character that is neither a letter, a digit nor one of `. _-` is shown as its number. */
function fourCharacters(tag: string): string {
  return tag.replace(/[^A-Za-z0-9. _-]/g, (char) => `[${char.charCodeAt(0)}]`);
}

function timebase(timescale: number | null): string | null {
  return timescale === null ? null : `1/${timescale}`;
}

/** The mean number of frames in a second as a reduced fraction. */
function framesPerSecond({ samples, ticks, timescale }: VideoTrack): readonly [number, number] | null {
  if (samples === null || samples === 0 || ticks === null || ticks === 0 || timescale === null) return null;
  const frames = samples * timescale;
  return Number.isSafeInteger(frames) ? reduced(frames, ticks) : null;
}

function ratio(a: number, b: number): string | null {
  return a === 0 || b === 0 || !Number.isSafeInteger(a) || !Number.isSafeInteger(b) ? null : reduced(a, b).join(':');
}

function reduced(a: number, b: number): readonly [number, number] {
  let [high, low] = [a, b];
  while (low !== 0) [high, low] = [low, high % low];
  return [a / high, b / high];
}

function sixDigits(value: number | null): string | null {
  return value?.toFixed(6) ?? null;
}

/** Whole bits of a second, divided by 1,000. */
function kilobits(bytes: number | null, seconds: number | null): string | null {
  if (bytes === null || seconds === null || seconds === 0) return null;
  return (Math.floor((bytes * 8) / seconds) / 1000).toFixed(6);
}

function element(name: string, fields: Fields): string {
  const children = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([child, value]) => `<${child}>${escaped(String(value))}</${child}>`);
  return `<${name}>${children.join('')}</${name}>`;
}

/** Characters that XML 1.0 does not allow become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
