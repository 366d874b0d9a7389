// The decoder configuration of MPEG-4 audio [ISO/IEC 14496-1 7.2.6; ISO/IEC 14496-3 1.6.2].
//
//   esds   version, flags u32   descriptors: tag u8, length in groups of 7 bits
//          ES 3: id u16, flags u8, fields by the flags   DecoderConfig 4: object type u8, 12 bytes   DecoderSpecific 5: below
//          AudioSpecificConfig: object type 5 bits, frequency index 4 bits, channels 4 bits
import { u8, u16 } from '../bytes/cursor';

type Descriptor = Readonly<{ tag: number; offset: number; end: number }>;

export type DecoderConfig = Readonly<{ objectType: number; channels: number | null }>;

/** Channels of a channel configuration from 1 on; 0 = defined in the stream. */
const channelCounts = [1, 2, 3, 4, 5, 6, 8];
/** The object type whose specific part is an AudioSpecificConfig: AAC. */
const aacType = 0x40;

/** null when the payload of `esds` has no decoder configuration. */
export function readDecoderConfig(esds: Uint8Array): DecoderConfig | null {
  const stream = descriptorAt(esds, 4, esds.length);
  if (stream?.tag !== 3 || stream.end - stream.offset < 3) return null;
  const flags = u8(esds, stream.offset + 2);
  let at = stream.offset + 3 + (flags & 0x80 ? 2 : 0);
  if (flags & 0x40) at += at < stream.end ? 1 + u8(esds, at) : 1;
  if (flags & 0x20) at += 2;
  const config = descriptorAt(esds, at, stream.end);
  if (config?.tag !== 4 || config.end - config.offset < 13) return null;
  const objectType = u8(esds, config.offset);
  const specific = objectType === aacType ? descriptorAt(esds, config.offset + 13, config.end) : null;
  const hasChannels = specific?.tag === 5 && specific.end - specific.offset >= 2;
  return { objectType, channels: hasChannels ? channelsIn(u16(esds, specific.offset, false)) : null };
}

/** The first two bytes of an AudioSpecificConfig; null when it has the long form of the object type or of the frequency. */
function channelsIn(config: number): number | null {
  const isLong = config >> 11 === 31 || ((config >> 7) & 0xf) === 15;
  return isLong ? null : (channelCounts[((config >> 3) & 0xf) - 1] ?? null);
}

function descriptorAt(bytes: Uint8Array, at: number, end: number): Descriptor | null {
  let offset = at + 1;
  let length = 0;
  for (let i = 0; i < 4 && offset < end; i++) {
    const byte = u8(bytes, offset++);
    length = length * 128 + (byte & 0x7f);
    if (byte < 0x80) return { tag: u8(bytes, at), offset, end: Math.min(end, offset + length) };
  }
  return null;
}
