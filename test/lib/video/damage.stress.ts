// Every video format, cut at every length and with every byte flipped: a record or DamagedImage, within the bounds of reads.
import { ProblemError } from '../../../lib/problem';
import type { VideoRecord } from '../../../lib/video/record';
import { smallVideos } from '../../../testing/build/small-videos';
import { readVideo } from '../../../testing/compare/video';

/** The record of a damaged video; null when it is not a video, or has no description. */
async function read(bytes: Uint8Array): Promise<VideoRecord | null> {
  try {
    const { record, requests } = await readVideo([bytes], 48);
    if (requests > 9) throw new Error(`${requests} reads`);
    JSON.stringify({ ...record, xmp: null, c2pa: null });
    return record;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    if (error instanceof Error && error.message === 'not a video') return null;
    throw error;
  }
}

describe.each(Object.entries(smallVideos))('%s', (_, bytes) => {
  test('whole', async () => expect(await read(bytes)).toMatchObject({ warnings: [], width: expect.any(Number) }));

  test('cut at every length', async () => {
    const whole = new Set((await read(bytes))?.texts.map(({ name }) => name));
    for (let length = 1; length < bytes.length; length++) {
      const names = (await read(bytes.slice(0, length)))?.texts.map(({ name }) => name) ?? [];
      expect(names.filter((name) => !whole.has(name))).toEqual([]);
    }
  });

  test.each([0xff, 0x01, 0x80])('each byte xor %i', async (mask) => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      await read(flipped);
    }
  });
});
