// Builds the application extensions of a GIF that have metadata blocks.
import { concat, latin1 } from './bytes';

/** 01 FF FE FD ... 01 00 00: it leads a reader of sub-blocks to its end from every place in the packet. */
export const magicTrailer: Uint8Array = Uint8Array.from({ length: 258 }, (_, i) =>
  i === 0 ? 1 : i < 257 ? 256 - i : 0,
);

/** An application extension with data as they are; the data end with a terminator. */
export function rawExtension(name: string, ...data: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(0x21, 0xff, 11), latin1(name), ...data);
}

/** An application extension with data in sub-blocks of at most 255 bytes. */
export function blockExtension(name: string, data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    blocks.push(Uint8Array.of(part.length), part);
  }
  return rawExtension(name, ...blocks, Uint8Array.of(0));
}
