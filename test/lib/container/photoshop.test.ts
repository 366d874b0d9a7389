import { parseHeld } from '../../../lib/bytes/held';
// The walk over Photoshop image resources: which one is found, and what is read.
import { findResource } from '../../../lib/container/photoshop';
import { maxBlockBytes, maxHops } from '../../../lib/limits';
import { concat, latin1, noise, u16, u32 } from '../../../testing/build/bytes';
import { resourceBytes } from '../../../testing/build/jpeg';
import { countingReader } from '../../../testing/fakes/counting-reader';

const id = 0x0422;
const data = latin1('wanted');
const wanted = resourceBytes({ id, data });
const other = resourceBytes({ id: 1, data: noise(4) });
const isWanted = (found: Uint8Array): boolean => found[0] === data[0];
/** The longest header of a resource. */
const head = 4 + 2 + 256 + 4;

/** The data found in `bytes` up to `end`, and the ranges that were read. */
async function find(bytes: Uint8Array, { start = 0, end = bytes.length } = {}) {
  const { reader, rounds } = countingReader(bytes);
  const found = await parseHeld(reader, (file) => findResource(file, start, end, id, isWanted));
  return { found, ranges: rounds.flat() };
}

test('each header is read with the longest name, then the data alone', async () => {
  const first = resourceBytes({ id: 1, data: noise(1001), name: 'odd' });
  const second = resourceBytes({ id, data, name: 'even' });
  const bytes = concat(noise(7), first, second, noise(1000));
  const dataAt = 7 + first.length + 4 + 2 + 6 + 4;
  expect(await find(bytes, { start: 7, end: bytes.length - 9 })).toEqual({
    found: data,
    ranges: [
      { start: 7, end: 7 + head },
      { start: 7 + first.length, end: 7 + first.length + head },
      { start: dataAt, end: dataAt + data.length },
    ],
  });
});

test('no byte after the end of the resources is read', async () => {
  const bytes = concat(other, other, noise(1000));
  const { found, ranges } = await find(bytes, { end: 2 * other.length });
  expect(found).toBeNull();
  expect(ranges.map(({ end }) => end)).toEqual([2 * other.length, 2 * other.length]);
});

describe('the resources end', () => {
  const long = concat(latin1('8BIM'), u16(1), u16(0), u32(5000), noise(20));
  test.each<[string, Uint8Array]>([
    ...Array.from({ length: 12 }, (_, i): [string, Uint8Array] => [`${i} bytes later`, wanted.subarray(0, i)]),
    ['in a name', concat(latin1('8BIM'), u16(id), Uint8Array.of(200), noise(20))],
    ['in the length after a name', concat(latin1('8BIM'), u16(id), Uint8Array.of(5), noise(5), u16(0))],
    ['in data that would be longer', long],
  ])('%s: the resource before it counts', async (_name, rest) => {
    const unwanted = resourceBytes({ id, data: noise(8) });
    expect((await find(concat(unwanted, rest))).found).toEqual(noise(8));
    expect((await find(concat(other, rest))).found).toBeNull();
  });

  test('with a resource without data', async () => {
    expect((await find(concat(other, resourceBytes({ id, data: noise(0) })))).found).toEqual(noise(0));
  });
});

test('of several, the first that is wanted counts, else the first', async () => {
  const [a, b, c] = ['a', 'b', 'wc'].map(latin1) as [Uint8Array, Uint8Array, Uint8Array];
  const of = (...all: readonly Uint8Array[]) => concat(...all.map((one) => resourceBytes({ id, data: one })));
  expect((await find(of(a, b, c, data))).found).toEqual(c);
  expect((await find(of(a, b))).found).toEqual(a);
});

test('of data that is too long, the first part is read', async () => {
  const bytes = concat(latin1('8BIM'), u16(id), u16(0), u32(0xffffffff), data, new Uint8Array(maxBlockBytes));
  expect((await find(bytes)).found).toHaveLength(maxBlockBytes);
});

test('a limited number of resources are visited', async () => {
  const before = (count: number) => concat(...Array.from({ length: count }, () => other), wanted);
  expect((await find(before(maxHops - 1))).found).toEqual(data);
  const { found, ranges } = await find(before(maxHops));
  expect(found).toBeNull();
  expect(ranges).toHaveLength(maxHops);
});
