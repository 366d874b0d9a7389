// What all formats share: an empty track, and the picture that the tracks of a video make.
import type { VideoPicture, VideoTrack } from './record';

export const emptyTrack: VideoTrack = {
  id: null,
  kind: 'data',
  enabled: true,
  codec: null,
  timescale: null,
  ticks: null,
  editedSeconds: null,
  samples: null,
  sampleBytes: null,
  language: null,
  codedWidth: null,
  codedHeight: null,
  width: null,
  height: null,
  rotation: 0,
  pixelAspect: null,
  colour: null,
  profile: null,
  constraints: null,
  level: null,
  objectType: null,
  channels: null,
  sampleRate: null,
};

/** The picture of the first enabled video track, or of the first one when none is enabled. */
export function pictureOf(tracks: readonly VideoTrack[]): VideoPicture {
  const first = (kind: VideoTrack['kind']): VideoTrack | undefined =>
    tracks.find((track) => track.kind === kind && track.enabled) ?? tracks.find((track) => track.kind === kind);
  const video = first('video') ?? { ...emptyTrack, rotation: null };
  const { codedWidth, codedHeight, rotation } = video;
  const width = video.width ?? codedWidth;
  const height = video.height ?? codedHeight;
  const turned = rotation === 90 || rotation === 270;
  return {
    width: turned ? height : width,
    height: turned ? width : height,
    codedWidth,
    codedHeight,
    rotation,
    videoCodec: video.codec,
    audioCodec: first('audio')?.codec ?? null,
  };
}

/** Seconds of a track; null when they are not known. */
export function secondsOf({ ticks, timescale }: Pick<VideoTrack, 'ticks' | 'timescale'>): number | null {
  return ticks === null || timescale === null || timescale === 0 ? null : ticks / timescale;
}
