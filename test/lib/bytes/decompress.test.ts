import { brotliCompressSync, constants, deflateRawSync, deflateSync } from 'node:zlib';
import { inflate, inflateAny, unbrotli } from '../../../lib/bytes/decompress';

describe('inflate', () => {
  const zeros = new Uint8Array(1000);
  const stream = Uint8Array.from(deflateSync(zeros));

  test('the cap is exact', async () => {
    expect(await inflate(stream, 1001)).toHaveLength(1000);
    expect(await inflate(stream, 1000)).toHaveLength(1000);
    expect(await inflate(stream, 999)).toBeNull();
  });

  test('a bomb of 16 MiB is refused without unpacking it', async () => {
    const bomb = Uint8Array.from(deflateSync(new Uint8Array(16 * 1024 * 1024), { level: 9 }));
    const before = process.memoryUsage().arrayBuffers;
    expect(await inflate(bomb, 1024 * 1024)).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['no zlib header', Uint8Array.from(deflateRawSync(zeros))],
    ['text', new TextEncoder().encode('not deflated')],
    ['cut short', stream.subarray(0, stream.length - 6)],
    ['a wrong checksum', stream.map((byte, i) => (i === stream.length - 1 ? byte ^ 1 : byte))],
  ])('%s is null', async (_name, bytes) => {
    expect(await inflate(bytes, 4096)).toBeNull();
  });

  test('bytes after the stream are ignored', async () => {
    expect(await inflate(Uint8Array.of(...stream, 1, 2, 3), 4096)).toEqual(Buffer.from(zeros));
  });
});

test('inflateAny takes a stream with or without a zlib header, within the cap', async () => {
  const text = Buffer.from('the same text, the same text');
  for (const stream of [deflateSync(text), deflateRawSync(text)]) {
    expect(await inflateAny(stream, text.length)).toEqual(text);
    expect(await inflateAny(stream, text.length - 1)).toBeNull();
  }
  expect(await inflateAny(text, 4096)).toBeNull();
});

describe('unbrotli', () => {
  const zeros = new Uint8Array(1000);
  const stream = Uint8Array.from(brotliCompressSync(zeros));

  test('the cap is exact', async () => {
    expect(await unbrotli(stream, 1001)).toHaveLength(1000);
    expect(await unbrotli(stream, 1000)).toHaveLength(1000);
    expect(await unbrotli(stream, 999)).toBeNull();
  });

  test('a bomb of 64 MiB in 1 KiB is refused without unpacking it', async () => {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
    const bomb = Uint8Array.from(brotliCompressSync(new Uint8Array(64 * 1024 * 1024), options));
    expect(bomb.length).toBeLessThan(1024);
    const before = process.memoryUsage().arrayBuffers;
    expect(await unbrotli(bomb, 1024 * 1024)).toBeNull();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['text', new TextEncoder().encode('no stream of Brotli')],
    ['cut short', stream.subarray(0, stream.length - 2)],
  ])('%s is null', async (_name, bytes) => {
    expect(await unbrotli(bytes, 4096)).toBeNull();
  });

  test('every cut and every flipped byte is null or bytes within the cap', async () => {
    for (let at = 0; at < stream.length; at++) {
      const flipped = stream.map((byte, i) => (i === at ? byte ^ 0xff : byte));
      for (const bytes of [stream.subarray(0, at), flipped]) {
        expect((await unbrotli(bytes, 4096))?.length ?? 0).toBeLessThanOrEqual(4096);
      }
    }
  });
});
