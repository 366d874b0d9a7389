// How long work takes, measured so that other work on the machine has little influence.

/** The fewest milliseconds of five runs. */
export async function quickest(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}
