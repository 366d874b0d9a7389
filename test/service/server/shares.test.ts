// The shares of workers in the limits of a server.
import { serverConnections, serverReads } from '../../../lib/limits';
import { readConfig } from '../../../service/config/config';
import { connectionBounds, readBounds, shareOf, whole, withMemoryShare } from '../../../service/server/shares';
import { nextPause } from '../../../service/server/workers';

const partsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ index, count }));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test.each([1, 2, 3, 7, 32])('the shares of %i workers are the limit together, and each has some', (count) => {
  const parts = partsOf(count);
  for (const name of ['running', 'waiting', 'stalled'] as const) {
    const shares = parts.map((part) => readBounds(part)[name]);
    expect([name, sum(shares), Math.min(...shares) > 0]).toEqual([name, serverReads[name], true]);
  }
  for (const name of ['waitingInAll', 'heldBytes'] as const) {
    const shares = parts.map((part) => connectionBounds(1_000, part)[name] ?? 0);
    expect([name, sum(shares), Math.min(...shares) > 0]).toEqual([name, serverConnections[name], true]);
  }
  expect(sum(parts.map((part) => connectionBounds(33, part).open ?? 0))).toBe(33);
});

test('a process that answers alone has all', () => {
  expect(shareOf(7, whole)).toBe(7);
  expect(readBounds(whole)).toEqual(serverReads);
});

test('the memory of caches is shared; other caches and settings stay as they are', () => {
  const of = (cache: string) => readConfig({ EXIF_BUCKET: 'directory:/photos', EXIF_PUBLIC: '*', EXIF_CACHE: cache });
  const config = of('memory:3');
  const shares = partsOf(2).map((part) => withMemoryShare(config, part).cache);
  expect(sum(shares.map(({ location }) => (location?.kind === 'memory' ? location.maxBytes : 0)))).toBe(3 * 2 ** 20);
  expect(sum(shares.map(({ answerBytes }) => answerBytes))).toBe(config.cache.answerBytes);
  const folder = of('directory:/cache');
  expect(withMemoryShare(folder, { index: 0, count: 2 }).cache.location).toEqual(folder.cache.location);
});

test('pauses before a worker is replaced grow while workers end soon, and start again after a long life', () => {
  const pauses: number[] = [];
  while (pauses.length < 9) pauses.push(nextPause(pauses.at(-1) ?? 0, 10));
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(nextPause(10_000, 60_000)).toBe(0);
});
