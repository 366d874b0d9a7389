// CPU time of each reader over all images, the readers taking turns so that a busy moment hits all alike.
import { median } from '../../testing/program/median';
import type { Contestant } from './contestants';
import type { Image } from './images';

/** `micros` is CPU time an image; `tags` and `failed` are of one round. */
export type CpuResult = Readonly<{ contestant: Contestant; micros: number; tags: number; failed: number }>;

/** The median of `rounds` rounds, after one that is not counted. */
export async function measureCpu(
  contestants: readonly Contestant[],
  images: readonly Image[],
  rounds: number,
): Promise<readonly CpuResult[]> {
  const times = contestants.map((): number[] => []);
  const counts = contestants.map(() => ({ tags: 0, failed: 0 }));
  for (let round = 0; round <= rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      globalThis.gc?.();
      const before = process.cpuUsage();
      const count = await readAll(contestant, images);
      const { user, system } = process.cpuUsage(before);
      counts[i] = count;
      if (round > 0) times[i]?.push((user + system) / images.length);
    }
  }
  return contestants.map((contestant, i) => ({
    contestant,
    micros: median(times[i] ?? []),
    ...(counts[i] ?? { tags: 0, failed: 0 }),
  }));
}

/** Each image once. */
async function readAll({ read }: Contestant, images: readonly Image[]): Promise<{ tags: number; failed: number }> {
  let tags = 0;
  let failed = 0;
  for (const image of images) {
    try {
      tags += await read(image);
    } catch {
      failed++; // a reader that cannot read an image still took its time for it
    }
  }
  return { tags, failed };
}
