// Builds PNG streams of chunks in any order, and puts chunks into real ones.
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../lib/bytes/crc32';
import { concat, latin1, noise, u32 } from './bytes';

/** A chunk. `claims` and `crc`: a wrong length and a wrong CRC to write instead. */
export type Chunk = Readonly<{ type: string; data: Uint8Array; claims?: number; crc?: number }>;

const pngSignature = latin1('\x89PNG\r\n\x1a\n');

/** The signature and the chunks. IEND is written only if it is one of them. */
export function buildPng(chunks: readonly Chunk[]): Uint8Array {
  return concat(pngSignature, ...chunks.map(chunkBytes));
}

function chunkBytes({ type, data, claims, crc }: Chunk): Uint8Array {
  const covered = concat(latin1(type), data);
  return concat(u32(claims ?? data.length), covered, u32(crc ?? crc32(covered)));
}

/** The chunks of a sound PNG. */
export function splitPng(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const end = at + 8 + view.getUint32(at);
    chunks.push({ type: String.fromCharCode(...png.subarray(at + 4, at + 8)), data: png.slice(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

/** The chunks with `added` right before the first of `type`. */
export function insertBefore(chunks: readonly Chunk[], type: string, added: readonly Chunk[]): Chunk[] {
  const at = chunks.findIndex((chunk) => chunk.type === type);
  return [...chunks.slice(0, at), ...added, ...chunks.slice(at)];
}

export function ihdr(width: number, height: number, bitDepth = 8): Chunk {
  return { type: 'IHDR', data: concat(u32(width), u32(height), Uint8Array.of(bitDepth, 0, 0, 0, 0)) };
}

/** `unit`: 0 none, 1 metre. */
export function phys(x: number, y: number, unit = 1): Chunk {
  return { type: 'pHYs', data: concat(u32(x), u32(y), Uint8Array.of(unit)) };
}

/** An animation of `frames` frames that plays for ever. */
export function actl(frames: number): Chunk {
  return { type: 'acTL', data: concat(u32(frames), u32(0)) };
}

export function idat(length = 16): Chunk {
  return { type: 'IDAT', data: noise(length) };
}

export const iend: Chunk = { type: 'IEND', data: new Uint8Array(0) };

export function exifChunk(tiff: Uint8Array): Chunk {
  return { type: 'eXIf', data: tiff };
}

/** What ImageMagick writes: the profile's name, its length, and hexadecimal digits in lines of 72. */
export function profileDump(name: string, profile: Uint8Array): string {
  const digits = [...profile].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `\n${name}\n${String(profile.length).padStart(8)}\n${digits.replace(/.{72}/g, '$&\n')}\n`;
}

export type TextKind = 'tEXt' | 'zTXt' | 'iTXt' | 'iTXt deflated';

/** A text chunk of each kind. */
export function textChunk(kind: TextKind, keyword: string, text: string): Chunk {
  const key = latin1(`${keyword}\0`);
  const plain = latin1(text);
  if (kind === 'tEXt') return { type: 'tEXt', data: concat(key, plain) };
  const deflated = Uint8Array.from(deflateSync(plain));
  if (kind === 'zTXt') return { type: 'zTXt', data: concat(key, Uint8Array.of(0), deflated) };
  const language = latin1('en\0key\0');
  if (kind === 'iTXt') return { type: 'iTXt', data: concat(key, Uint8Array.of(0, 0), language, plain) };
  return { type: 'iTXt', data: concat(key, Uint8Array.of(1, 0), language, deflated) };
}

/** A `Raw profile type` text chunk that holds EXIF. */
export function rawProfile(kind: TextKind, name: string, exif: Uint8Array): Chunk {
  return textChunk(kind, `Raw profile type ${name}`, profileDump(name.toLowerCase(), exif));
}
