// Responses and streams: read only as far as needed, within the limits, and never to an end that does not come.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse, readExif, type Source } from '../../../lib';

const bytes = new Uint8Array(readFileSync(join(__dirname, '..', '..', '..', 'samples', 'gps.jpg')));
const png = new Uint8Array(readFileSync(join(__dirname, '..', '..', '..', 'samples', 'exif-after-idat.png')));
const piece = 16 * 1024;

type Counts = { pieces: number; cancelled: number };

/** A body of `content`, in pieces, then of zeros without an end. */
function endless(content: Uint8Array, counts: Counts): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const at = counts.pieces++ * piece;
      const part = new Uint8Array(piece);
      part.set(content.subarray(at, at + piece));
      controller.enqueue(part);
    },
    cancel() {
      counts.cancelled++;
    },
  });
}

const counts = (): Counts => ({ pieces: 0, cancelled: 0 });
const responseOf = (
  body: ConstructorParameters<typeof Response>[0],
  headers: Record<string, string> = {},
  status = 200,
) => new Response(body, { status, headers });

describe('a Response', () => {
  test('with a size is read as far as needed, then cancelled', async () => {
    const count = counts();
    const response = responseOf(endless(bytes, count), { 'content-length': '900000000', etag: '"7"' });
    expect(await parse(response)).toMatchObject({ make: 'Example Camera Co.', size: 900_000_000, etag: '"7"' });
    expect(count.cancelled).toBe(1);
    expect(count.pieces).toBeLessThanOrEqual(6);
  });

  test('without a size is read to its end', async () => {
    expect(await parse(responseOf(png.slice()))).toMatchObject({ format: 'png', size: png.length });
  });

  test('with a compressed body has the size of its bytes, not that of the header', async () => {
    const response = responseOf(bytes.slice(), { 'content-encoding': 'gzip', 'content-length': '5' });
    expect(await parse(response)).toMatchObject({ size: bytes.length });
  });

  test('without a size and without an end stops at the limit', async () => {
    const count = counts();
    const reading = parse(responseOf(endless(bytes, count)), { limits: { readBytes: 20 * piece } });
    await expect(reading).rejects.toMatchObject({ code: 'BudgetExceeded', message: expect.stringContaining('327680') });
    expect(count).toEqual({ pieces: expect.any(Number), cancelled: 1 });
    expect(count.pieces).toBeLessThanOrEqual(22);
  });

  test('that gives only empty pieces, without a pause, is a fault', async () => {
    const empty = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(0);
    };
    await expect(parse(Readable.from(empty()))).rejects.toMatchObject({
      code: 'BucketFault',
      message: expect.stringContaining('only empty pieces'),
    });
  });

  test('with the first part of an object has the size of the whole', async () => {
    const headers = { 'content-range': `bytes 0-${bytes.length - 1}/900000` };
    expect(await parse(responseOf(bytes.slice(), headers, 206))).toMatchObject({ size: 900_000 });
    const part = responseOf(bytes.slice(0, 400), { 'content-range': `bytes 0-399/${bytes.length}` }, 206);
    await expect(parse(part)).rejects.toMatchObject({ message: expect.stringContaining('only the first 400 bytes') });
  });

  test('that ends too early is a fault of the store', async () => {
    const reading = parse(responseOf(bytes.slice(0, 900), { 'content-length': '5000' }));
    await expect(reading).rejects.toMatchObject({
      code: 'BucketFault',
      message: expect.stringContaining('900 of 5000'),
    });
  });

  test.each([
    [404, 'NoSuchKey'],
    [403, 'AccessDenied'],
    [429, 'SlowDown'],
    [500, 'BucketFault'],
  ])('of status %d is %s', async (status, code) => {
    const reading = parse(responseOf('<html>', {}, status));
    await expect(reading).rejects.toMatchObject({ code, message: `Cannot read the Response: its status is ${status}` });
  });

  test.each<[string, () => Response | Promise<Response>, RegExp]>([
    [
      'whose body was used',
      async () => {
        const response = responseOf(bytes.slice());
        await response.arrayBuffer();
        return response;
      },
      /was already read: pass a new one, or response.clone\(\)/,
    ],
    [
      'whose body is being read',
      () => {
        const response = responseOf(bytes.slice());
        response.body?.getReader();
        return response;
      },
      /was already read/,
    ],
    ['that is opaque', () => Response.error(), /opaque/],
    [
      'with a later part of an object',
      () => responseOf(bytes.slice(), { 'content-range': 'bytes 5-99/100' }, 206),
      /only bytes from 5 on/,
    ],
  ])('%s is refused with a hint', async (_name, make, message) => {
    const reading = readExif(await make());
    await expect(reading).rejects.toMatchObject({ code: 'ConfigInvalid', message: expect.stringMatching(message) });
  });

  test('is read once', async () => {
    const response = responseOf(bytes.slice());
    await parse(response);
    await expect(parse(response)).rejects.toMatchObject({ code: 'ConfigInvalid' });
  });

  test('without a body is EmptyObject', async () => {
    await expect(parse(responseOf(null, {}, 204))).rejects.toMatchObject({ code: 'EmptyObject' });
  });
});

describe('a stream', () => {
  test('of Node is closed after it was read', async () => {
    const stream = Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]);
    expect(await parse(stream)).toMatchObject({ make: 'Example Camera Co.', size: bytes.length });
    expect(stream.destroyed).toBe(true);
  });

  test.each<[string, () => Source, string]>([
    ['of text', () => Readable.from(['text']) as AsyncIterable<Uint8Array>, 'ConfigInvalid'],
    [
      'that fails',
      () =>
        new Readable({
          read() {
            this.destroy(new Error('cut'));
          },
        }),
      'BucketFault',
    ],
  ])('%s is an error', async (_name, make, code) => {
    await expect(parse(make())).rejects.toMatchObject({ code });
  });

  test('that never goes on ends with the time of the read', async () => {
    const silent = new ReadableStream<Uint8Array>({});
    await expect(parse(silent, { limits: { totalMs: 20 } })).rejects.toMatchObject({ code: 'Timeout' });
  });

  test('of pieces without bytes ends with the time of the read', async () => {
    const read = (): Promise<{ done: boolean; value: Uint8Array }> =>
      new Promise((resolve) => setImmediate(() => resolve({ done: false, value: new Uint8Array(0) })));
    const empty = { getReader: () => ({ read, cancel: async () => {} }) };
    await expect(parse(empty, { limits: { totalMs: 20 } })).rejects.toMatchObject({ code: 'Timeout' });
  });

  test('that is locked is refused', async () => {
    const stream = new Blob([bytes.slice()]).stream();
    stream.getReader();
    await expect(parse(stream)).rejects.toMatchObject({ code: 'ConfigInvalid' });
  });
});
