// How long work takes, in processor time of this process: other work on the machine has little influence on it.

/** Milliseconds of processor time since `start`, a result of `process.cpuUsage()`. */
export function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The fewest milliseconds of five runs. */
export async function quickest(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = process.cpuUsage();
    await work();
    times.push(cpuMsSince(start));
  }
  return Math.min(...times);
}
