// Matroska and WebM [RFC 9559]: EBML elements.
//
//   EBML: DocType   Segment: SeekHead   Info: TimestampScale, Duration, DateUTC, titles   Tracks   [Tags]   Cluster...
//   An encoder that writes to a stream does not know the sizes of the segment and of the clusters.
import { u8 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { ProblemError } from '../problem';
import { answersOf } from './answers';
import { newWalk, type Walk } from './boxes';
import { type Element, elements, floatIn, signedIn, textIn, unsignedIn } from './ebml';
import { guarded, parseVideo } from './guard';
import { videoLimits } from './limits';
import { readTrackEntry } from './matroska-track';
import { noPlace } from './place';
import type { VideoFormat, VideoRecord, VideoText, VideoTime, VideoTrack } from './record';
import { utc } from './time';
import { pictureOf } from './track';

const ids = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  dateUtc: 0x4461,
  title: 0x7ba9,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  tags: 0x1254c367,
  tag: 0x7373,
  targets: 0x63c0,
  tagTrack: 0x63c5,
  simpleTag: 0x67c8,
  tagName: 0x45a3,
  tagString: 0x4487,
  cluster: 0x1f43b675,
} as const;

/** Seconds from 1970 to 2001, where Matroska counts from. */
const epoch2001 = 978_307_200;

export const matroska: VideoFormat = {
  name: 'matroska',
  matches: (head) => head.length >= 4 && [0x1a, 0x45, 0xdf, 0xa3].every((byte, i) => u8(head, i) === byte),
  read: (reader) => parseVideo(reader, readFile),
};

type Found = {
  docType: string;
  hasInfo: boolean;
  scale: number;
  duration: number | null;
  createdAt: VideoTime | null;
  tracks: VideoTrack[];
  texts: VideoText[];
  /** Where the seek head says that elements are. */
  places: Map<number, number>;
};

function readFile(file: HeldBytes): VideoRecord {
  const walk = newWalk();
  const found: Found = {
    docType: '',
    hasInfo: false,
    scale: 1_000_000,
    duration: null,
    createdAt: null,
    tracks: [],
    texts: [],
    places: new Map(),
  };
  guarded(walk, () => {
    for (const element of elements(file, 0, file.size, walk)) {
      if (element.id === ids.ebml) readDocType(file, element, found, walk);
      if (element.id !== ids.segment) continue;
      readSegment(file, element, found, walk);
      return;
    }
  });
  if (!found.hasInfo && found.tracks.length === 0)
    throw new ProblemError('DamagedImage', 'Cannot find the description of a Matroska file');
  const { texts, duration, createdAt, scale } = found;
  const tracks = found.tracks.map((track) => ({ ...track, timescale: Math.round(1_000_000_000 / scale) || null }));
  return {
    format: found.docType === 'webm' ? 'webm' : 'mkv',
    size: file.size,
    createdAt,
    duration: secondsOf(duration, scale),
    ...pictureOf(tracks),
    ...answersOf(texts),
    ...noPlace,
    tracks,
    texts,
    xmp: null,
    c2pa: null,
    warnings: [...walk.warnings],
  };
}

/** null below 0, and for a length of more than 30 million years. */
function secondsOf(duration: number | null, scale: number): number | null {
  const seconds = ((duration ?? -1) * scale) / 1_000_000_000;
  return seconds >= 0 && seconds < 1e15 ? seconds : null;
}

function readDocType(file: HeldBytes, ebml: Element, found: Found, walk: Walk): void {
  for (const element of elements(file, ebml.offset, ebml.end, walk))
    if (element.id === ids.docType) found.docType = textIn(file, element) ?? '';
}

/** Reads up to the first cluster; then the description, if it is after the clusters. */
function readSegment(file: HeldBytes, segment: Element, found: Found, walk: Walk): void {
  for (const element of elements(file, segment.offset, segment.end, walk)) {
    if (element.id === ids.cluster) break;
    guarded(walk, () => readPart(file, element, found, walk));
    if (element.isUnknown) break;
  }
  for (const id of [ids.info, ids.tracks]) {
    const at = segment.offset + (found.places.get(id) ?? Number.NaN);
    const isMissing = id === ids.info ? !found.hasInfo : found.tracks.length === 0;
    if (!isMissing || !(at < segment.end)) continue;
    for (const element of elements(file, at, segment.end, walk)) {
      if (element.id === id) readPart(file, element, found, walk);
      break;
    }
  }
}

function readPart(file: HeldBytes, element: Element, found: Found, walk: Walk): void {
  if (element.id === ids.seekHead) readSeekHead(file, element, found, walk);
  else if (element.id === ids.info) readInfo(file, element, found, walk);
  else if (element.id === ids.tags) readTags(file, element, found, walk);
  else if (element.id === ids.tracks) {
    for (const entry of elements(file, element.offset, element.end, walk)) {
      if (entry.id !== ids.trackEntry) continue;
      if (found.tracks.length < videoLimits.tracks) found.tracks.push(readTrackEntry(file, entry, walk));
      else walk.warnings.add(`Only the first ${videoLimits.tracks} tracks were read`);
    }
  }
}

function readSeekHead(file: HeldBytes, head: Element, found: Found, walk: Walk): void {
  for (const seek of elements(file, head.offset, head.end, walk)) {
    let id: number | null = null;
    let position: number | null = null;
    for (const element of elements(file, seek.offset, seek.end, walk)) {
      if (element.id === ids.seekId) id = unsignedIn(file, element);
      if (element.id === ids.seekPosition) position = unsignedIn(file, element);
    }
    if (id !== null && position !== null && !found.places.has(id)) found.places.set(id, position);
  }
}

function readInfo(file: HeldBytes, info: Element, found: Found, walk: Walk): void {
  found.hasInfo = true;
  for (const element of elements(file, info.offset, info.end, walk)) {
    if (element.id === ids.timestampScale) found.scale = unsignedIn(file, element) || found.scale;
    else if (element.id === ids.duration) found.duration = floatIn(file, element);
    else if (element.id === ids.dateUtc) {
      const nanoseconds = signedIn(file, element);
      const text = nanoseconds === null ? null : utc(epoch2001 + Number(nanoseconds / 1_000_000_000n));
      if (text !== null) found.createdAt = { text, source: 'DateUTC' };
    } else if (element.id === ids.title) addText(found, 'Title', textIn(file, element));
    else if (element.id === ids.muxingApp) addText(found, 'MuxingApp', textIn(file, element));
    else if (element.id === ids.writingApp) addText(found, 'WritingApp', textIn(file, element));
  }
}

function addText(found: Found, name: string, value: string | null, track?: number): void {
  if (value === null || value === '' || found.texts.length >= videoLimits.texts) return;
  found.texts.push({ name, value, ...(track === undefined ? {} : { track }) });
}

/** Tags with a target are about a track, a chapter or an attachment. Only those about a track are kept, or about all. */
function readTags(file: HeldBytes, tags: Element, found: Found, walk: Walk): void {
  for (const tag of elements(file, tags.offset, tags.end, walk)) {
    let track: number | undefined;
    for (const element of elements(file, tag.offset, tag.end, walk)) {
      if (element.id === ids.targets) {
        for (const target of elements(file, element.offset, element.end, walk))
          if (target.id === ids.tagTrack) track = unsignedIn(file, target) || undefined;
      }
      if (element.id === ids.simpleTag) readSimpleTag(file, element, found, walk, track);
    }
  }
}

function readSimpleTag(file: HeldBytes, tag: Element, found: Found, walk: Walk, track: number | undefined): void {
  let name = '';
  for (const element of elements(file, tag.offset, tag.end, walk)) {
    if (element.id === ids.tagName) name = textIn(file, element) ?? '';
    if (element.id !== ids.tagString || name === '' || name.length > videoLimits.keyBytes) continue;
    addText(found, name, textIn(file, element), track);
  }
}
