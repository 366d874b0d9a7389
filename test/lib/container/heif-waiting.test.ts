// The heap that stays in use while a read of a HEIF file waits for bytes that are far away.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { windowedReader } from '../../../lib/bytes/reader';
import { heif } from '../../../lib/container/heif';
import { free } from '../../../testing/build/bmff';
import { noise } from '../../../testing/build/bytes';
import { buildHeif, type Item } from '../../../testing/build/heif';

const image: Item = { id: 1, type: 'hvc1', size: [640, 480], data: [noise(8)] };
const farAt = 900_000;
const describing = { type: 'cdsc', from: 2, to: [1] };
const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
/** An Exif item that is far away. */
const inExtents = (count: number): Item => ({
  id: 2,
  type: 'Exif',
  places: { method: 0, extents: times(count, (at) => ({ offset: farAt + at, length: 1 })) },
});
const far = inExtents(50);
const fileOf = (items: readonly Item[], references: readonly (typeof describing)[]) =>
  buildHeif({ items, references, parts: ['meta', free(1_000_000)] });

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test.each([
  ['a usual meta box', fileOf([image, far], [describing])],
  [
    'thousands of references',
    fileOf(
      [image, far],
      times(15_000, () => describing),
    ),
  ],
  ['a reference to thousands of items', fileOf([image, far], [{ ...describing, to: times(60_000, () => 1) }])],
  ['thousands of extents', fileOf([image, inExtents(25_000)], [describing])],
  ['thousands of items', fileOf([image, far, ...times(4_000, (at) => ({ id: at + 3, type: 'hvc1' }))], [describing])],
])('with %s, little', async (_name, bytes) => {
  const reads = 30;
  const head = bytes.subarray(0, 300_000);
  const waiting: unknown[] = []; // keeps each read in use
  const read = () => new Promise<never>((_, reject) => void waiting.push(reject));
  const start = () => {
    const options = { minRead: 4096, maxRead: 65_536, mergeGap: 4096 };
    void heif.locate(windowedReader({ size: bytes.length, read }, head, options));
  };
  start(); // compiles the code
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < reads; at++) start();
  await new Promise(setImmediate);
  collect();
  expect((process.memoryUsage().heapUsed - before) / reads).toBeLessThan(100_000);
  expect(waiting).toHaveLength(reads + 1);
});
