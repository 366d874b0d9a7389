// How many thumbnails are turned at once, and what large ones may cost.
import sharp from 'sharp';
import { largeThumbnailPixels, maxThumbnailBytes, thumbnailTurns, uprightJobs } from '../../../lib/limits';
import { inUprightSlot, uprightThumbnail } from '../../../lib/read/thumbnail-upright';
import { endOf, problemOf } from '../../../testing/compare/problem';

const signal = (): AbortSignal => AbortSignal.timeout(60_000);
const side = Math.sqrt(largeThumbnailPixels) + 64;

function plain(width: number, height: number, progressive = false): Promise<Buffer> {
  const create = { width, height, channels: 3 as const, background: '#888' };
  return sharp({ create }).jpeg({ progressive }).toBuffer();
}

test('when more thumbnails wait than allowed, the others are answered SlowDown', async () => {
  const bytes = Uint8Array.from(await plain(side, side));
  const count = thumbnailTurns.running + thumbnailTurns.waiting + 5;
  const ends = await Promise.all(
    Array.from({ length: count }, () => endOf(() => uprightThumbnail({ bytes, orientation: 6 }, signal()))),
  );
  expect(ends.filter((end) => end === 'SlowDown')).toHaveLength(5);
  expect(ends.filter((end) => end === 'answered')).toHaveLength(count - 5);
  expect(await endOf(() => uprightThumbnail({ bytes, orientation: 6 }, signal()))).toBe('answered');
});

test('a turn whose result is not needed any more keeps its slot until it ends', async () => {
  const bytes = Uint8Array.from(await plain(side, side));
  for (let i = 0; i < 5; i++) {
    const leaving = new AbortController();
    const end = problemOf(() => uprightThumbnail({ bytes, orientation: 6 }, leaving.signal));
    setImmediate(() => leaving.abort());
    expect(await end).toMatch(/^(Timeout|SlowDown)$/); // turned in vain, or left the line
  }
  expect(await endOf(() => uprightThumbnail({ bytes, orientation: 6 }, signal()))).toBe('answered');
});

test('a limited number of jobs for upright thumbnails run, others wait without having read anything, the rest is refused', async () => {
  let started = 0;
  const ends: (() => void)[] = [];
  const count = uprightJobs.running + uprightJobs.waiting + 3;
  const jobs = Array.from({ length: count }, () =>
    endOf(() =>
      inUprightSlot(signal(), () => {
        started++;
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    ),
  );
  expect(await Promise.all(jobs.slice(-3))).toEqual(['SlowDown', 'SlowDown', 'SlowDown']);
  expect(started).toBe(uprightJobs.running);
  for (let i = 0; i < count - 3; i++) {
    ends[i]?.();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(jobs.slice(0, -3))).toEqual(Array(count - 3).fill('answered'));
});

test('jobs whose store does not reply let others run, and go on when it has replied', async () => {
  const replies: (() => void)[] = [];
  const hanging = Array.from({ length: uprightJobs.running }, () =>
    inUprightSlot(signal(), (waitFor) => waitFor(() => new Promise<void>((resolve) => replies.push(resolve)))),
  );
  expect(await endOf(() => inUprightSlot(signal(), async () => 'turned'))).toBe('answered');
  for (const reply of replies) reply();
  await Promise.all(hanging);
  // All slots are free again.
  expect(await endOf(() => inUprightSlot(signal(), async () => 'turned'))).toBe('answered');
});

test('a large thumbnail is turned, and one in several scans is refused', async () => {
  const bytes = Uint8Array.from(await plain(side, side + 8));
  const upright = await uprightThumbnail({ bytes, orientation: 6 }, signal());
  expect(upright.length).toBeLessThan(maxThumbnailBytes);
  expect(await sharp(upright).metadata()).toMatchObject({ width: side + 8, height: side });
  const scans = Uint8Array.from(await plain(side, side, true));
  expect(await problemOf(() => uprightThumbnail({ bytes: scans, orientation: 6 }, signal()))).toBe('ThumbnailTooLarge');
  const small = Uint8Array.from(await plain(160, 120, true));
  expect(await endOf(() => uprightThumbnail({ bytes: small, orientation: 6 }, signal()))).toBe('answered');
});
