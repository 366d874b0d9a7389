// Many of the largest thumbnails to turn at once.
import { setTimeout as delay } from 'node:timers/promises';
import { askServer, goodClient, percentile, type RequestEnd } from './client';
import { atMost, type Finding, noted } from './finding';
import { plainName, turnedName } from './pictures';
import type { Target } from './target';

const atOnce = 60;
const MiB = 2 ** 20;

/** Three times 60 requests for the largest thumbnail, turned. Meanwhile a normal client requests `?exif`. */
export async function turnThumbnails(target: Target): Promise<readonly Finding[]> {
  const server = await target.start([]);
  try {
    const warm = goodClient(server.origin, `/${plainName}?exif`, 20);
    await delay(2_000);
    const before = await warm.stop();
    const rssBefore = server.rss() ?? Number.NaN;
    const good = goodClient(server.origin, `/${plainName}?exif`, 20);
    const ended: RequestEnd[] = [];
    for (let round = 0; round < 3; round++) {
      const asked = Array.from({ length: atOnce }, () =>
        askServer(server.origin, `/${turnedName}?exif/thumbnail/orient`),
      );
      ended.push(...(await Promise.all(asked)));
    }
    const plain = await good.stop();
    const count = (status: number): number => ended.filter((end) => end.status === status).length;
    return [
      atMost('memory at its peak', (server.peakRss() ?? Number.NaN) / MiB, 200, 'MiB'),
      noted('memory before', `${(rssBefore / MiB).toFixed(0)} MiB`),
      noted('plain answers before, p99', `${(percentile(before, 0.99) / 1000).toFixed(2)} s`),
      atMost('plain answers meanwhile, p99', percentile(plain, 0.99) / 1000, 0.3, 's'),
      noted('plain answers meanwhile', `${plain.filter(({ status }) => status === 200).length} of ${plain.length}`),
      noted('thumbnails', `${count(200)} turned, ${count(503)} SlowDown, ${count(0)} lost`),
      atMost('the slowest thumbnail', Math.max(...ended.map(({ ms }) => ms)) / 1000, 8.5, 's'),
    ];
  } finally {
    await server.stop();
  }
}
