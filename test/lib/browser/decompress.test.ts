// Browsers decompress as Node does.
import { brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { inflate, inflateAny, unbrotli } from '../../../lib/browser/decompress';
import { inflateAny as inflateAnyThere, inflate as inflateThere } from '../../../lib/bytes/decompress';

const text = new TextEncoder().encode('EXIF in a text chunk. '.repeat(500));
const stream = new Uint8Array(deflateSync(text));

function changed(at: number): Uint8Array {
  const bytes = stream.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

test.each<[string, Uint8Array, number]>([
  ['a whole stream', stream, 100_000],
  ['one of exactly the longest length', stream, text.length],
  ['one that is a byte too long', stream, text.length - 1],
  ['an empty one', new Uint8Array(deflateSync(new Uint8Array(0))), 10],
  ['nothing', new Uint8Array(0), 10],
  ['a cut one', stream.slice(0, -1), 100_000],
  ['one without its sum', stream.slice(0, -4), 100_000],
  ['one with a wrong sum', changed(stream.length - 1), 100_000],
  ['one with a wrong header', changed(0), 100_000],
  ['a bomb', new Uint8Array(deflateSync(new Uint8Array(5_000_000))), 512 * 1024],
])('%s', async (_, bytes, most) => {
  const there = await inflateThere(bytes, most);
  expect(await inflate(bytes, most)).toEqual(there === null ? null : new Uint8Array(there));
});

const raw = new Uint8Array(deflateRawSync(text));

test.each<[string, Uint8Array, number]>([
  ['with the header of zlib', stream, 100_000],
  ['without it', raw, 100_000],
  ['without it, too long', raw, text.length - 1],
  ['without it, cut', raw.slice(0, -9), 100_000],
  ['of neither kind', new Uint8Array(40).fill(0xff), 100_000],
])('a stream %s', async (_, bytes, most) => {
  const there = await inflateAnyThere(bytes, most);
  expect(await inflateAny(bytes, most)).toEqual(there === null ? null : new Uint8Array(there));
});

test('a decompression bomb is abandoned before it is large', async () => {
  const bomb = new Uint8Array(deflateSync(new Uint8Array(64 * 1024 * 1024)));
  const before = process.memoryUsage().arrayBuffers;
  expect(await inflate(bomb, 512 * 1024)).toBeNull();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
});

test('Brotli is decompressed where the platform can, and null elsewhere', async () => {
  const there = new Uint8Array(brotliCompressSync(text));
  const here = await unbrotli(there, text.length);
  expect([null, ...[text]]).toContainEqual(here);
  expect(await unbrotli(there, text.length - 1)).toBeNull();
});
