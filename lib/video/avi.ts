// AVI: a RIFF file [Microsoft, AVI RIFF File Reference; OpenDML AVI 1.02; Microsoft, RIFF INFO list].
//
//   "RIFF" size u32le "AVI "   LIST hdrl: avih   LIST strl: strh, strf, for each stream   [IDIT]   LIST INFO: ISFT, INAM ...
//   LIST movi: the pictures   [idx1]   [_PMX: XMP]
//   avih   microseconds of a picture u32   ... pictures at 16   width at 32, height at 36
//   strh   kind 4   codec 4   ... scale at 20, rate at 24   length at 32 in units of scale / rate seconds
//   strf   video: width at 4, height at 8, codec at 16      audio: format u16, channels u16, samples of a second u32
import { hasAt, latin1, u16, u32 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { ProblemError } from '../problem';
import { answersOf, timeOf } from './answers';
import { newWalk, type Walk } from './boxes';
import { guarded, parseVideo } from './guard';
import { videoLimits } from './limits';
import { noPlace } from './place';
import type { TrackKind, VideoFormat, VideoRecord, VideoText, VideoTrack } from './record';
import { decodeText } from './text';
import { emptyTrack, pictureOf, secondsOf } from './track';

export const avi: VideoFormat = {
  name: 'avi',
  matches: (head) => hasAt(head, 0, 'RIFF') && hasAt(head, 8, 'AVI '),
  read: (reader) => parseVideo(reader, readFile),
};

/** `type` of a list is the one after its length. */
type Chunk = Readonly<{ type: string; offset: number; end: number }>;
type Found = { avih: Uint8Array | null; tracks: VideoTrack[]; texts: VideoText[]; xmp: VideoRecord['xmp'] };

function readFile(file: HeldBytes): VideoRecord {
  const walk = newWalk();
  const found: Found = { avih: null, tracks: [], texts: [], xmp: null };
  guarded(walk, () => {
    for (const chunk of chunks(file, 12, file.size, walk)) {
      // The next part of a file of more than 1 GB [OpenDML AVI 1.02, 3.0].
      if (chunk.type === 'RIFF') break;
      if (chunk.type === 'hdrl') readHeader(file, chunk, found, walk);
      else if (chunk.type === '_PMX') found.xmp ??= xmpIn(file, chunk);
      else readText(file, chunk, found, walk);
    }
  });
  const { avih, tracks, texts, xmp } = found;
  if (avih === null && tracks.length === 0)
    throw new ProblemError('DamagedImage', 'Cannot find the header of an AVI file');
  return {
    format: 'avi',
    size: file.size,
    createdAt: timeOf(texts, null),
    duration: durationOf(avih, tracks),
    ...pictureOf(tracks),
    ...answersOf(texts),
    ...noPlace,
    tracks,
    texts,
    xmp,
    c2pa: null,
    warnings: [...walk.warnings],
  };
}

function* chunks(file: HeldBytes, start: number, end: number, walk: Walk): Generator<Chunk> {
  for (let at = start; at + 8 <= end; ) {
    if (walk.boxes <= 0) {
      walk.warnings.add(`Only the first ${videoLimits.boxes} chunks were read`);
      return;
    }
    walk.boxes--;
    const head = file.upTo(at, 12);
    if (head.length < 8) return;
    const length = u32(head, 4, true);
    const isList = hasAt(head, 0, 'LIST') && length >= 4 && head.length === 12;
    const chunkEnd = Math.min(end, at + 8 + length);
    yield { type: latin1(head, isList ? 8 : 0, 4), offset: at + (isList ? 12 : 8), end: chunkEnd };
    at += 8 + length + (length % 2);
  }
}

function readHeader(file: HeldBytes, hdrl: Chunk, found: Found, walk: Walk): void {
  for (const chunk of chunks(file, hdrl.offset, hdrl.end, walk)) {
    if (chunk.type === 'avih') found.avih ??= start(file, chunk, 56);
    else if (chunk.type !== 'strl') readText(file, chunk, found, walk);
    else if (found.tracks.length < videoLimits.tracks) found.tracks.push(readStream(file, chunk, walk));
    else walk.warnings.add(`Only the first ${videoLimits.tracks} tracks were read`);
  }
}

/** IDIT is the time at which recording began. The list INFO has texts. */
function readText(file: HeldBytes, chunk: Chunk, found: Found, walk: Walk): void {
  const add = ({ type, offset, end }: Chunk): void => {
    if (end - offset > videoLimits.textBytes || found.texts.length >= videoLimits.texts) return;
    const value = decodeText(file.range(offset, end)).trimEnd();
    if (value !== '') found.texts.push({ name: type, value });
  };
  if (chunk.type === 'IDIT') add(chunk);
  if (chunk.type === 'INFO') for (const text of chunks(file, chunk.offset, chunk.end, walk)) add(text);
}

function start(file: HeldBytes, { offset, end }: Chunk, most: number): Uint8Array {
  return file.upTo(offset, Math.min(end - offset, most));
}

function xmpIn(file: HeldBytes, chunk: Chunk): VideoRecord['xmp'] {
  const { offset, end } = chunk;
  return { kind: 'xmp', offset, size: end - offset, bytes: start(file, chunk, videoLimits.xmpBytes) };
}

const kinds: ReadonlyMap<string, TrackKind> = new Map([
  ['vids', 'video'],
  ['auds', 'audio'],
  ['txts', 'subtitle'],
]);

function readStream(file: HeldBytes, strl: Chunk, walk: Walk): VideoTrack {
  let header = new Uint8Array(0);
  let format = new Uint8Array(0);
  for (const chunk of chunks(file, strl.offset, strl.end, walk)) {
    if (chunk.type === 'strh') header = start(file, chunk, 56).slice();
    if (chunk.type === 'strf') format = start(file, chunk, 40).slice();
  }
  if (header.length < 36) return emptyTrack;
  const kind = kinds.get(latin1(header, 0, 4)) ?? 'data';
  const [scale, rate, length] = [u32(header, 20, true), u32(header, 24, true), u32(header, 32, true)];
  return {
    ...emptyTrack,
    kind,
    timescale: rate === 0 ? null : rate,
    ticks: length * scale,
    samples: length,
    ...(kind === 'video' && format.length >= 20 ? videoFormat(format) : {}),
    ...(kind === 'audio' && format.length >= 8 ? audioFormat(format) : {}),
  };
}

/** A height below 0 means that the rows go from top to bottom. */
function videoFormat(format: Uint8Array): Partial<VideoTrack> {
  const codec = latin1(format, 16, 4);
  return {
    codec: /^[\x20-\x7e]{4}$/.test(codec) ? codec : null,
    codedWidth: u32(format, 4, true) || null,
    codedHeight: Math.abs(u32(format, 8, true) | 0) || null,
  };
}

/** The codec is a number [RFC 2361]: four hexadecimal digits. */
function audioFormat(format: Uint8Array): Partial<VideoTrack> {
  return {
    codec: `0x${u16(format, 0, true).toString(16).padStart(4, '0')}`,
    channels: u16(format, 2, true) || null,
    sampleRate: u32(format, 4, true) || null,
  };
}

/** By the first video stream, otherwise by the main header. */
function durationOf(avih: Uint8Array | null, tracks: readonly VideoTrack[]): number | null {
  const stream = tracks.find(({ kind }) => kind === 'video') ?? tracks[0];
  const seconds = stream === undefined ? null : secondsOf(stream);
  if ((seconds !== null && seconds > 0) || avih === null || avih.length < 20) return seconds;
  return (u32(avih, 0, true) * u32(avih, 16, true)) / 1_000_000;
}
