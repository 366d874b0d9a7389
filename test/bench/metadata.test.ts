import { readOurMetadata } from '../../bench/cpu/ours';
import { exifReaderBlocks, exifrBlocks } from '../../bench/metadata/peers';
import { pictures } from '../../bench/metadata/pictures';

const found = async (name: string, read: (bytes: Uint8Array) => Promise<number>) =>
  Promise.all(pictures.filter((picture) => picture.name === name).map(({ bytes }) => read(bytes)));

test('each reader finds the four blocks of both JPEGs, so that all do the same work', async () => {
  for (const read of [readOurMetadata, exifReaderBlocks.read, exifrBlocks.read]) {
    expect(await found('JPEG', read)).toEqual([4, 4]);
  }
});

test.each([
  ['HEIC', 3],
  ['PNG', 2],
  ['MP4', 1],
])('ours finds all blocks of %s', async (name, count) => {
  expect(await found(name, readOurMetadata)).toEqual([count]);
});
