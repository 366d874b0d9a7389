// Sources that are read by range, and what they may do wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type RangeSource, readExif } from '../../../lib';
import { bytesBucket } from '../../../lib/bucket/ranged';
import type { ByteRange } from '../../../lib/types';

const bytes = new Uint8Array(readFileSync(join(__dirname, '..', '..', '..', 'samples', 'gps.jpg')));
const forever = new Promise<never>(() => {});

/** A source that lies about its bytes. */
const lying = (read: (range: ByteRange) => unknown, size = bytes.length): RangeSource =>
  ({ size, read }) as unknown as RangeSource;

test('only the ranges that are needed are read, each within the size', async () => {
  const asked: ByteRange[] = [];
  const read = async (range: ByteRange) => {
    asked.push(range);
    return bytes.subarray(range.start, range.end);
  };
  expect(await parse({ size: bytes.length, read })).toMatchObject({ make: 'Example Camera Co.' });
  expect(asked).toEqual([{ start: 0, end: bytes.length }]);
});

test('a source of the largest size is read like any other', async () => {
  const source = lying(({ start, end }) => {
    const part = new Uint8Array(end - start);
    part.set(bytes.subarray(start, end));
    return part;
  }, Number.MAX_SAFE_INTEGER);
  expect(await parse(source)).toMatchObject({ make: 'Example Camera Co.', size: Number.MAX_SAFE_INTEGER });
});

test('read may be a method', async () => {
  class Held {
    readonly size = bytes.length;
    read({ start, end }: ByteRange) {
      return bytes.slice(start, this.size === 0 ? 0 : end).buffer as unknown as Uint8Array;
    }
  }
  expect(await parse(new Held())).toMatchObject({ make: 'Example Camera Co.' });
});

test.each<[string, (range: ByteRange) => unknown, string, RegExp]>([
  ['too few bytes', () => bytes.subarray(0, 5), 'ObjectChanged', /returned 5\. Did it change/],
  ['too many bytes', () => new Uint8Array(bytes.length + 1), 'ObjectChanged', /returned/],
  ['a text', () => 'text', 'BucketFault', /returned no bytes/],
  ['nothing', () => undefined, 'BucketFault', /returned no bytes/],
  ['an array', () => [0xff, 0xd8], 'BucketFault', /returned no bytes/],
  ['an object that claims to be bytes', () => ({ length: 9, byteLength: 9 }), 'BucketFault', /returned no bytes/],
  ['an error', () => Promise.reject(new Error('disk')), 'BucketFault', /cannot be read/],
])('a source whose read gives %s is an error', async (_name, read, code, message) => {
  await expect(parse(lying(read))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a source whose read never ends, ends with the time of the read', async () => {
  await expect(
    parse(
      lying(() => forever),
      { limits: { totalMs: 20 } },
    ),
  ).rejects.toMatchObject({ code: 'Timeout' });
});

test('a Blob whose slices are too long or too short has changed', async () => {
  const blob = (length: number) => ({ size: 10, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(length) }) });
  await expect(readExif(blob(11))).rejects.toMatchObject({ code: 'ObjectChanged' });
  await expect(readExif(blob(9))).rejects.toMatchObject({ code: 'ObjectChanged' });
});

test('a record does not change with the bytes that it was read from', async () => {
  const own = bytes.slice();
  const record = await readExif(own);
  const before = structuredClone(record);
  own.fill(0);
  expect(record).toEqual(before);
});

test('a bucket reads exactly the bytes of a range', async () => {
  const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);
  const ref = { bucketId: 'b', bucket: 'b', key: 'bytes' };
  const read = (start: number, end: number) =>
    bytesBucket(content).fetch(ref, { start, end }, null, AbortSignal.timeout(5000));
  expect((await read(10, 20))?.bytes).toStrictEqual(content.slice(10, 20));
  expect((await read(990, 2000))?.bytes).toStrictEqual(content.slice(990));
  await expect(read(1000, 1001)).rejects.toMatchObject({ code: 'RangeNotSatisfiable' });
  await expect(read(5, 5)).rejects.toMatchObject({ code: 'InternalError' });
});
