import { oracleCost } from '../../check/corpus/oracle';

const KiB = 1024;
const at = (...starts: number[]) => starts.map((start) => ({ start: start * KiB, end: start * KiB + 10 }));

test.each([
  ['all in the first read', at(0, 3), 1, 4 * KiB],
  ['one range behind it', at(0, 100), 2, 4 * KiB + 10],
  ['near ranges together', at(100, 110), 2, 4 * KiB + 10 * KiB + 10],
  ['a gap of 16 KiB apart', [...at(100), { start: 116 * KiB + 10, end: 116 * KiB + 20 }], 3, 4 * KiB + 20],
  ['one across the end of the first read', [{ start: 3 * KiB, end: 5 * KiB }], 2, 5 * KiB],
  ['unsorted and overlapping ranges', [...at(100), { start: 99 * KiB, end: 101 * KiB }], 2, 6 * KiB],
])('%s', (_, needed, requests, bytes) => {
  expect(oracleCost(needed, 1024 * KiB, 4 * KiB)).toEqual({ requests, bytes });
});

test('the first read ends where the object does', () => {
  expect(oracleCost(at(0), 100, 4 * KiB)).toEqual({ requests: 1, bytes: 100 });
});
