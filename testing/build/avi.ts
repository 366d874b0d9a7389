// Builds AVI files: a header with streams, texts, and media data.
import { concat, latin1, u16, u32 } from './bytes';

const le = (value: number): Uint8Array => u32(value, true);

/** `claims`: a wrong length to write instead. */
export function chunk(type: string, data: Uint8Array, claims = data.length): Uint8Array {
  return concat(latin1(type), le(claims), data, new Uint8Array(data.length % 2));
}

export function list(type: string, ...chunks: readonly Uint8Array[]): Uint8Array {
  return chunk('LIST', concat(latin1(type), ...chunks));
}

export function avih(microseconds: number, pictures: number, width: number, height: number): Uint8Array {
  const numbers = [microseconds, 0, 0, 0, pictures, 0, 1, 0, width, height, 0, 0, 0, 0];
  return chunk('avih', concat(...numbers.map(le)));
}

type Stream = Readonly<{
  kind: string;
  codec?: string;
  scale?: number;
  rate?: number;
  length?: number;
  format: Uint8Array;
}>;

export function strl({ kind, codec = '\0\0\0\0', scale = 1, rate = 25, length = 0, format }: Stream): Uint8Array {
  const numbers = [0, 0, 0, scale, rate, 0, length, 0, 0, 0, 0, 0];
  return list('strl', chunk('strh', concat(latin1(kind), latin1(codec), ...numbers.map(le))), chunk('strf', format));
}

export function bitmapFormat(codec: string, width: number, height: number): Uint8Array {
  return concat(le(40), le(width), le(height >>> 0), u16(1, true), u16(24, true), latin1(codec), new Uint8Array(20));
}

export function waveFormat(tag: number, channels: number, rate: number): Uint8Array {
  return concat(u16(tag, true), u16(channels, true), le(rate), le(rate), u16(1, true), u16(8, true));
}

/** The time at which recording began, as the cameras of Canon write it. */
export const idit = (text: string): Uint8Array => chunk('IDIT', latin1(`${text}\n\0`));

export function buildAvi(...chunks: readonly Uint8Array[]): Uint8Array {
  return chunk('RIFF', concat(latin1('AVI '), ...chunks));
}

/** 90 seconds of 3 x 2 pixels with sound. */
export function smallAvi(...more: readonly Uint8Array[]): Uint8Array {
  const video = strl({
    kind: 'vids',
    codec: 'mjpg',
    scale: 10,
    rate: 250,
    length: 2_250,
    format: bitmapFormat('MJPG', 3, 2),
  });
  const audio = strl({ kind: 'auds', rate: 8_000, length: 720_000, format: waveFormat(1, 1, 8_000) });
  return buildAvi(
    list('hdrl', avih(40_000, 2_250, 3, 2), video, audio, idit('Mon Mar 10 15:04:43 2003')),
    ...more,
    list('movi'),
  );
}
