// Which TIFF streams are taken of a CR3, and in which order.
import { memoryReader, readRange } from '../../../lib/bytes/reader';
import { cr3 } from '../../../lib/container/cr3';
import { maxBoxBytes, maxExifBlocks } from '../../../lib/limits';
import { box, free, ftyp } from '../../../testing/build/bmff';
import { concat, noise } from '../../../testing/build/bytes';
import { buildCr3 } from '../../../testing/build/raw';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { countingReader } from '../../../testing/fakes/counting-reader';

const maker = (name: string) => buildTiff({ fields: [ascii(0x010f, name)] });
const [first, second, third] = [maker('First'), maker('Second maker'), maker('A third one')];
const broken = buildTiff({ fields: [] }, { ifd0: 5000 });

async function streamsOf(bytes: Uint8Array) {
  const { exif } = await cr3.locate(memoryReader(bytes));
  const streams = exif?.streams ?? [];
  return Promise.all(streams.map(async ({ root, reader }) => [root, await readRange(reader, 0, reader.size)]));
}

test.each<[string, Uint8Array, readonly (readonly [string, Uint8Array])[]]>([
  [
    'each IFD in the order of the file',
    buildCr3([
      ['CMT4', first],
      ['CMT1', second],
      ['CMT2', third],
    ]),
    [
      ['GPS', first],
      ['IFD0', second],
      ['Exif', third],
    ],
  ],
  [
    'the first of two boxes of an IFD',
    buildCr3([
      ['CMT1', first],
      ['CMT1', second],
    ]),
    [['IFD0', first]],
  ],
  [
    'the first that can be read, then the broken ones',
    buildCr3([
      ['CMT1', broken],
      ['CMT2', noise(40)],
      ['CMT1', first],
    ]),
    [
      ['IFD0', first],
      ['IFD0', broken],
      ['Exif', noise(40)],
    ],
  ],
  [
    'no more broken ones than the limit',
    buildCr3(Array.from({ length: maxExifBlocks + 2 }, () => ['CMT1', broken] as const)),
    Array.from({ length: maxExifBlocks }, () => ['IFD0', broken]),
  ],
])('%s', async (_name, bytes, streams) => {
  expect(await streamsOf(bytes)).toEqual(streams);
});

describe('no EXIF in', () => {
  const sound = buildCr3([['CMT1', first]]);
  const moovAt = ftyp('crx ', ['crx ', 'isom']).length;
  const withMoov = (...boxes: readonly Uint8Array[]) =>
    concat(sound.subarray(0, moovAt), box('moov', concat(...boxes)), free(9));
  const canonUuid = sound.subarray(moovAt + 8 + 33 + 8, moovAt + 8 + 33 + 24);
  const payload = concat(canonUuid, box('CMT1', first));

  test.each([
    ['a box that is not uuid', withMoov(box('free', payload))],
    ['a uuid box of somebody else', withMoov(box('uuid', concat(noise(16), box('CMT1', first))))],
    ['a uuid box after moov', concat(withMoov(), box('uuid', payload))],
    ['a second moov', concat(withMoov(), box('moov', box('uuid', payload)))],
  ])('%s', async (_name, bytes) => {
    expect(await streamsOf(withMoov(box('uuid', payload)))).toEqual([['IFD0', first]]);
    expect((await cr3.locate(memoryReader(bytes))).exif).toBeNull();
  });
});

test('no more of moov is read than the limit', async () => {
  const moov = box('moov', new Uint8Array(maxBoxBytes + 1));
  const { reader, rounds } = countingReader(concat(ftyp('crx '), moov, free(9)));
  await cr3.locate(reader);
  const start = ftyp('crx ').length + 8;
  expect(rounds.at(-1)).toEqual([{ start, end: start + maxBoxBytes }]);
});
