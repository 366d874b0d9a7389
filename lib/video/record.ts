// What is read of a video.
import type { FoundBlock } from '../block/block';
import type { RangeReader } from '../types';

export type VideoFormatName = 'mp4' | 'mov' | '3gp' | 'm4v' | 'avi' | 'mkv' | 'webm';

/**
 * When a video was made. `text` is ISO 8601: local time with or without an offset, or UTC (`Z`). `source` is the field that
 * has it: `mvhd` and `DateUTC` are UTC by their standards, but some cameras write local time there.
 */
export type VideoTime = Readonly<{
  text: string;
  source: 'creationdate' | '©day' | 'date' | 'xml' | 'mvhd' | 'IDIT' | 'DateUTC';
}>;

export type TrackKind = 'video' | 'audio' | 'subtitle' | 'data';

/** Numbers of ISO/IEC 23091-2. */
export type TrackColour = Readonly<{ primaries: number; transfer: number; matrix: number; fullRange: boolean | null }>;

/** One track. `codec` is the type of its sample entry, the codec id of Matroska, or the four characters (AVI). */
export type VideoTrack = Readonly<{
  /** The number that the file has for it. */
  id: number | null;
  kind: TrackKind;
  enabled: boolean;
  codec: string | null;
  /** Ticks of a second, and how many the track lasts. */
  timescale: number | null;
  ticks: number | null;
  /** Seconds that are shown by the edit list; null without one. */
  editedSeconds: number | null;
  /** Samples: pictures of a video track. */
  samples: number | null;
  /** Bytes of all samples. */
  sampleBytes: number | null;
  /** ISO 639-2 code. null: not stated or undetermined. */
  language: string | null;
  /** Pixels as coded. */
  codedWidth: number | null;
  codedHeight: number | null;
  /** Pixels as shown, before the rotation: they differ from the coded ones when pixels are not square. */
  width: number | null;
  height: number | null;
  /** Clockwise degrees by which a player turns the picture; null: another transformation. */
  rotation: 0 | 90 | 180 | 270 | null;
  /** Width to height of a pixel. */
  pixelAspect: readonly [number, number] | null;
  colour: TrackColour | null;
  /** Of H.264 and HEVC, as stored. */
  profile: number | null;
  /** The byte after the profile of H.264: its highest bits are the constraint flags. */
  constraints: number | null;
  level: number | null;
  /** The object type of MPEG-4 audio and video [mp4ra.org], when the sample entry states it. */
  objectType: number | null;
  channels: number | null;
  sampleRate: number | null;
}>;

/**
 * A text under the name that the file has for it: `com.apple.quicktime.make`, `©nam`, `ISFT`, `TITLE`. `track` is the number of
 * the track that it is about, from 1 on; absent for a text about the whole video.
 */
export type VideoText = Readonly<{ name: string; value: string; track?: number }>;

/** The answers that texts give. null: not stated. */
export type VideoAnswers = Readonly<{
  make: string | null;
  model: string | null;
  software: string | null;
  lensModel: string | null;
  /** The content identifier that a Live Photo shares with its still image. */
  livePhotoId: string | null;
  title: string | null;
  description: string | null;
  author: string | null;
  copyright: string | null;
  keywords: string | null;
  /** The label of GB 45438 for generated content, as stored: JSON. */
  aigc: string | null;
}>;

/** Degrees, and metres above sea level. */
export type VideoPlace = Readonly<{ latitude: number | null; longitude: number | null; altitude: number | null }>;

/** The picture of the first enabled video track. `width` and `height`: pixels as shown, after the rotation. */
export type VideoPicture = Readonly<{
  width: number | null;
  height: number | null;
  codedWidth: number | null;
  codedHeight: number | null;
  rotation: VideoTrack['rotation'];
  videoCodec: string | null;
  audioCodec: string | null;
}>;

export type VideoRecord = VideoAnswers &
  VideoPlace &
  VideoPicture &
  Readonly<{
    format: VideoFormatName;
    /** Bytes of the object. */
    size: number;
    createdAt: VideoTime | null;
    /** Seconds. */
    duration: number | null;
    tracks: readonly VideoTrack[];
    texts: readonly VideoText[];
    xmp: Extract<FoundBlock, { kind: 'xmp' }> | null;
    c2pa: Extract<FoundBlock, { kind: 'c2pa' }> | null;
    /** What could not be read, in plain words. */
    warnings: readonly string[];
  }>;

/**
 * A video format. It is recognised by its first bytes; formats of images are tried before. `read` returns what it could read.
 * Throws ProblemError `DamagedImage` for a file without anything that describes the video.
 */
export type VideoFormat = Readonly<{
  name: string;
  matches(head: Uint8Array): boolean;
  read(reader: RangeReader): Promise<VideoRecord>;
}>;
