// Codecs by what containers call them, under the names that ffprobe has for them.
import type { VideoTrack } from './record';

/** Name, long name, and the codes: sample entry types, four characters and numbers of AVI, codec ids of Matroska. */
const codecs: readonly (readonly [name: string, longName: string, codes: string])[] = [
  [
    'h264',
    'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10',
    'avc1 avc2 avc3 avc4 dva1 dvav H264 h264 X264 x264 AVC1 V_MPEG4/ISO/AVC',
  ],
  ['hevc', 'H.265 / HEVC (High Efficiency Video Coding)', 'hvc1 hev1 dvh1 dvhe HEVC H265 V_MPEGH/ISO/HEVC'],
  ['av1', 'Alliance for Open Media AV1', 'av01 AV01 V_AV1'],
  ['vp8', 'On2 VP8', 'vp08 VP80 V_VP8'],
  ['vp9', 'Google VP9', 'vp09 VP90 V_VP9'],
  ['mpeg4', 'MPEG-4 part 2', 'mp4v FMP4 XVID xvid DIVX divx DX50 MP4V V_MPEG4/ISO/SP V_MPEG4/ISO/ASP'],
  ['h263', 'H.263 / H.263-1996, H.263+ / H.263-1998 / H.263 version 2', 's263 h263 H263'],
  ['mpeg2video', 'MPEG-2 video', 'm2v1 mpg2 MPG2 V_MPEG2'],
  ['mjpeg', 'Motion JPEG', 'jpeg mjpa MJPG mjpg V_MJPEG'],
  ['mjpegb', 'Apple MJPEG-B', 'mjpb'],
  ['prores', 'Apple ProRes (iCodec Pro)', 'apch apcn apcs apco ap4h ap4x V_PRORES'],
  ['svq3', 'Sorenson Vector Quantizer 3 / Sorenson Video 3 / SVQ3', 'SVQ3'],
  ['aac', 'AAC (Advanced Audio Coding)', 'mp4a 0x00ff A_AAC'],
  ['mp3', 'MP3 (MPEG audio layer 3)', '.mp3 0x0055 A_MPEG/L3'],
  ['ac3', 'ATSC A/52A (AC-3)', 'ac-3 0x2000 A_AC3'],
  ['eac3', 'ATSC A/52B (AC-3, E-AC-3)', 'ec-3 A_EAC3'],
  ['amr_nb', 'AMR-NB (Adaptive Multi-Rate NarrowBand)', 'samr'],
  ['amr_wb', 'AMR-WB (Adaptive Multi-Rate WideBand)', 'sawb'],
  ['opus', 'Opus (Opus Interactive Audio Codec)', 'Opus A_OPUS'],
  ['vorbis', 'Vorbis', 'A_VORBIS'],
  ['flac', 'FLAC (Free Lossless Audio Codec)', 'fLaC A_FLAC'],
  ['alac', 'ALAC (Apple Lossless Audio Codec)', 'alac A_ALAC'],
  ['pcm_s16le', 'PCM signed 16-bit little-endian', 'sowt'],
  ['pcm_s16be', 'PCM signed 16-bit big-endian', 'twos'],
  ['pcm_mulaw', 'PCM mu-law / G.711 mu-law', 'ulaw 0x0007'],
  ['pcm_alaw', 'PCM A-law / G.711 A-law', 'alaw 0x0006'],
];

export type Codec = Readonly<{ name: string; longName: string }>;

const byCode: ReadonlyMap<string, Codec> = new Map(
  codecs.flatMap(([name, longName, codes]) => codes.split(' ').map((code) => [code, { name, longName }])),
);

/** Codecs of the sample entries of MPEG-4 by object type, where they are not the usual ones. */
const byObjectType: ReadonlyMap<number, string> = new Map([
  [0x6b, '.mp3'],
  [0x69, '.mp3'],
]);

/** null for a codec without a name here. */
export function codecOf({ codec, objectType }: Pick<VideoTrack, 'codec' | 'objectType'>): Codec | null {
  return byCode.get(byObjectType.get(objectType ?? 0) ?? codec ?? '') ?? null;
}

const profiles: ReadonlyMap<string, Readonly<Record<number, string>>> = new Map([
  ['h264', { 66: 'Baseline', 77: 'Main', 88: 'Extended', 100: 'High', 110: 'High 10', 122: 'High 4:2:2' }],
  ['hevc', { 1: 'Main', 2: 'Main 10', 3: 'Main Still Picture', 4: 'Rext' }],
  ['av1', { 0: 'Main', 1: 'High', 2: 'Professional' }],
  ['vp9', { 0: 'Profile 0', 1: 'Profile 1', 2: 'Profile 2', 3: 'Profile 3' }],
]);

/** The name of a profile, or its number when it has no name here; null when it is not stated. */
export function profileOf(
  codec: Codec,
  { profile, constraints }: Pick<VideoTrack, 'profile' | 'constraints'>,
): string | null {
  if (profile === null) return null;
  const name = profiles.get(codec.name)?.[profile] ?? String(profile);
  const isConstrained = name === 'Baseline' && ((constraints ?? 0) & 0x40) !== 0;
  return isConstrained ? `Constrained ${name}` : name;
}

const primaries: Readonly<Record<number, string>> = {
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'film',
  9: 'bt2020',
  10: 'smpte428',
  11: 'smpte431',
  12: 'smpte432',
};
const transfers: Readonly<Record<number, string>> = {
  1: 'bt709',
  4: 'gamma22',
  5: 'gamma28',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'linear',
  11: 'iec61966-2-4',
  13: 'iec61966-2-1',
  14: 'bt2020-10',
  15: 'bt2020-12',
  16: 'smpte2084',
  17: 'smpte428',
  18: 'arib-std-b67',
};

/** Names of the numbers of ISO/IEC 23091-2; null for an unspecified or unknown one. */
export const colourNames = {
  primaries: (number: number): string | null => primaries[number] ?? null,
  transfer: (number: number): string | null => transfers[number] ?? null,
};
