// One TrackEntry of Matroska [RFC 9559 5.1.4].
import type { HeldBytes } from '../bytes/held';
import type { Walk } from './boxes';
import { type Element, elements, floatIn, textIn, unsignedIn } from './ebml';
import type { TrackKind, VideoTrack } from './record';
import { emptyTrack } from './track';

const ids = {
  number: 0xd7,
  type: 0x83,
  enabled: 0xb9,
  codec: 0x86,
  language: 0x22b59c,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  shownWidth: 0x54b0,
  shownHeight: 0x54ba,
  shownUnit: 0x54b2,
  projection: 0x7670,
  roll: 0x7675,
  audio: 0xe1,
  sampleRate: 0xb5,
  channels: 0x9f,
} as const;

const kinds: ReadonlyMap<number, TrackKind> = new Map([
  [1, 'video'],
  [2, 'audio'],
  [17, 'subtitle'],
]);

type Building = { -readonly [K in keyof VideoTrack]: VideoTrack[K] };

export function readTrackEntry(file: HeldBytes, entry: Element, walk: Walk): VideoTrack {
  // An absent language is English [RFC 9559 5.1.4.1.19].
  const track: Building = { ...emptyTrack, language: 'eng' };
  for (const element of elements(file, entry.offset, entry.end, walk)) {
    if (element.id === ids.number) track.id = unsignedIn(file, element);
    else if (element.id === ids.type) track.kind = kinds.get(unsignedIn(file, element) ?? 0) ?? 'data';
    else if (element.id === ids.enabled) track.enabled = unsignedIn(file, element) !== 0;
    else if (element.id === ids.codec) track.codec = textIn(file, element);
    else if (element.id === ids.language) track.language = languageOf(textIn(file, element));
    else if (element.id === ids.video) readPicture(file, element, track, walk);
    else if (element.id === ids.audio) readSound(file, element, track, walk);
  }
  return track;
}

function languageOf(text: string | null): string | null {
  return text === null || text === 'und' || text === '' ? null : text;
}

/** The shown size has other units than pixels when its unit is not 0. */
function readPicture(file: HeldBytes, video: Element, track: Building, walk: Walk): void {
  let unit: number | null = 0;
  for (const element of elements(file, video.offset, video.end, walk)) {
    if (element.id === ids.width) track.codedWidth = unsignedIn(file, element);
    else if (element.id === ids.height) track.codedHeight = unsignedIn(file, element);
    else if (element.id === ids.shownWidth) track.width = unsignedIn(file, element);
    else if (element.id === ids.shownHeight) track.height = unsignedIn(file, element);
    else if (element.id === ids.shownUnit) unit = unsignedIn(file, element);
    else if (element.id === ids.projection) track.rotation = rotationIn(file, element, walk);
  }
  if (unit !== 0) [track.width, track.height] = [null, null];
}

/** A roll turns counter-clockwise, from -180 to 180 degrees [RFC 9559 5.1.4.1.28.46]. */
function rotationIn(file: HeldBytes, projection: Element, walk: Walk): VideoTrack['rotation'] {
  for (const element of elements(file, projection.offset, projection.end, walk)) {
    if (element.id !== ids.roll) continue;
    const turned = (360 - (floatIn(file, element) ?? 0)) % 360;
    return ([0, 90, 180, 270] as const).find((angle) => angle === turned) ?? null;
  }
  return 0;
}

function readSound(file: HeldBytes, audio: Element, track: Building, walk: Walk): void {
  track.channels = 1;
  track.sampleRate = 8_000;
  for (const element of elements(file, audio.offset, audio.end, walk)) {
    if (element.id === ids.channels) track.channels = unsignedIn(file, element);
    else if (element.id === ids.sampleRate) track.sampleRate = Math.round(floatIn(file, element) ?? 0) || null;
  }
}
