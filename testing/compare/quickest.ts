/** The fewest milliseconds of five runs: what the work costs, whatever else the machine does meanwhile. */
export async function quickest(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}
