// CPU time of each reader over the same images, the readers taking turns so that a busy moment hits all alike.
import { median } from '../../testing/program/median';
import type { Contestant } from './contestants';
import type { Image } from './images';

/** One round over all images: CPU microseconds, tags that were found, images that could not be read. */
export type Round = Readonly<{ micros: number; tags: number; failed: number }>;
export type Runner = () => Promise<Round>;
export type Rounds = Readonly<{ warmUp: number; counted: number }>;

/** `micros` is CPU time an image; `tags` and `failed` are of one round. */
export type CpuResult = Readonly<{ contestant: Contestant; micros: number; tags: number; failed: number }>;

/** The median of the counted rounds. */
export async function measureCpu(
  contestants: readonly Contestant[],
  images: readonly Image[],
  rounds: Rounds,
): Promise<readonly CpuResult[]> {
  const results = await takeTurns(
    contestants.map((contestant) => runnerOf(contestant.read, images)),
    rounds,
  );
  return contestants.map((contestant, i) => {
    const { micros, tags, failed } = results[i] ?? { micros: Number.NaN, tags: 0, failed: 0 };
    return { contestant, micros: micros / images.length, tags, failed };
  });
}

/**
 * The median time of each runner over the counted rounds. Garbage is collected when Node does it, as in a server: a collection
 * forced after each round throws compiled code away, and made each reader two to four times as slow.
 */
export async function takeTurns(runners: readonly Runner[], { warmUp, counted }: Rounds): Promise<readonly Round[]> {
  const times = runners.map((): number[] => []);
  const last: Round[] = [];
  for (let round = 0; round < warmUp + counted; round++) {
    for (const [i, run] of runners.entries()) {
      const result = await run();
      last[i] = result;
      if (round >= warmUp) times[i]?.push(result.micros);
    }
  }
  return last.map((result, i) => ({ ...result, micros: median(times[i] ?? []) }));
}

/** Reads each image once a round. */
export function runnerOf<T>(read: (image: T) => number | Promise<number>, images: readonly T[]): Runner {
  return async () => {
    let tags = 0;
    let failed = 0;
    const before = process.cpuUsage();
    for (const image of images) {
      try {
        tags += await read(image);
      } catch {
        failed++; // a reader that cannot read an image still took its time for it
      }
    }
    const { user, system } = process.cpuUsage(before);
    return { micros: user + system, tags, failed };
  };
}
