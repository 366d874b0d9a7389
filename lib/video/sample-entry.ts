// The first entry of a sample description [ISO/IEC 14496-12 8.5.2, 12.1.3, 12.2.3; QuickTime File Format, sound sample description].
//
//   stsd   version, flags u32   count u32   box: reserved 6, data reference u16, then by the kind of the track
//   video  16 bytes   width u16 at 24, height u16   boxes at 78
//   audio  version u16 at 8   channels u16 at 16   sample rate 16.16 at 24   boxes at 28; version 1: at 44
//          version 2: sample rate f64 at 32, channels u32 at 40, boxes at 64
import { hasAt, u8, u16, u32 } from '../bytes/cursor';
import { memoryBytes } from '../bytes/held';
import { type Box, boxAt } from '../container/bmff';
import { firstBoxes, type Walk } from './boxes';
import { readDecoderConfig } from './esds';
import type { TrackKind, VideoTrack } from './record';

type Described = Partial<VideoTrack>;

/** Bytes of a sample description that are read. Largest real: 1,264, with thumbnails of Apple's in it. */
export const sampleEntryBytes = 4_096;

/** What the payload of `stsd` describes; fields that it does not state are absent. */
export function readSampleEntry(stsd: Uint8Array, kind: TrackKind, walk: Walk): Described {
  const entry = stsd.length < 16 ? null : boxAt(stsd, 8, stsd.length);
  if (entry === null) return {};
  const codec = { codec: entry.type };
  const bytes = stsd.subarray(entry.offset, entry.end);
  if (kind === 'video' && bytes.length >= 28) return { ...codec, ...readVideo(bytes, walk) };
  if (kind === 'audio' && bytes.length >= 28) return { ...codec, ...readAudio(bytes), ...readEsds(bytes, walk) };
  return codec;
}

function readVideo(entry: Uint8Array, walk: Walk): Described {
  const boxes = firstBoxes(memoryBytes(entry), { offset: Math.min(78, entry.length), end: entry.length }, walk);
  const part = (type: string, least: number): Uint8Array | null => partOf(entry, boxes.get(type), least);
  return {
    codedWidth: u16(entry, 24, false),
    codedHeight: u16(entry, 26, false),
    ...pixelAspectOf(part('pasp', 8)),
    ...colourOf(part('colr', 10)),
    ...codecConfigOf(part),
  };
}

function partOf(bytes: Uint8Array, box: Box | undefined, least: number): Uint8Array | null {
  return box === undefined || box.end - box.offset < least ? null : bytes.subarray(box.offset, box.end);
}

function pixelAspectOf(pasp: Uint8Array | null): Described {
  if (pasp === null) return {};
  const [across, down] = [u32(pasp, 0, false), u32(pasp, 4, false)];
  return across === 0 || down === 0 ? {} : { pixelAspect: [across, down] };
}

function colourOf(colr: Uint8Array | null): Described {
  if (colr === null || !(hasAt(colr, 0, 'nclx') || hasAt(colr, 0, 'nclc'))) return {};
  const fullRange = hasAt(colr, 0, 'nclx') && colr.length > 10 ? u8(colr, 10) >= 0x80 : null;
  return {
    colour: { primaries: u16(colr, 4, false), transfer: u16(colr, 6, false), matrix: u16(colr, 8, false), fullRange },
  };
}

/** Profile and level [ISO/IEC 14496-15 5.3.3, 8.3.3; AV1 in ISOBMFF 2.3; VP Codec in ISOBMFF]. */
function codecConfigOf(part: (type: string, least: number) => Uint8Array | null): Described {
  const avc = part('avcC', 4);
  if (avc !== null) return { profile: u8(avc, 1), constraints: u8(avc, 2), level: u8(avc, 3) };
  const hevc = part('hvcC', 13);
  if (hevc !== null) return { profile: u8(hevc, 1) & 0x1f, level: u8(hevc, 12) };
  const av1 = part('av1C', 4);
  if (av1 !== null) return { profile: u8(av1, 1) >> 5, level: u8(av1, 1) & 0x1f };
  const vp = part('vpcC', 6);
  return vp === null ? {} : { profile: u8(vp, 4), level: u8(vp, 5) };
}

function readAudio(entry: Uint8Array): Described {
  if (u16(entry, 8, false) !== 2 || entry.length < 44) {
    return { channels: u16(entry, 16, false) || null, sampleRate: u16(entry, 24, false) || null };
  }
  const rate = new DataView(entry.buffer, entry.byteOffset, entry.byteLength).getFloat64(32);
  const sampleRate = rate > 0 && rate <= 100_000_000 ? Math.round(rate) : null;
  return { channels: u32(entry, 40, false) || null, sampleRate };
}

/** The channels that the decoder makes: those of the entry are 2 in many files. In QuickTime, `esds` is in `wave`. */
function readEsds(entry: Uint8Array, walk: Walk): Described {
  const start = [28, 44, 64][u16(entry, 8, false)] ?? 28;
  const bytes = memoryBytes(entry);
  const boxes = firstBoxes(bytes, { offset: Math.min(start, entry.length), end: entry.length }, walk);
  const wave = boxes.get('wave');
  const esds = boxes.get('esds') ?? (wave === undefined ? undefined : firstBoxes(bytes, wave, walk).get('esds'));
  const config = esds === undefined ? null : readDecoderConfig(entry.subarray(esds.offset, esds.end));
  if (config === null) return {};
  const { objectType, channels } = config;
  return channels === null ? { objectType } : { objectType, channels };
}
