// The processor time of a running process.
import { existsSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU of all its threads since its start, in steps of 10; null on systems without /proc. [proc(5)]: utime and stime,
 * in ticks, are the 12th and 13th field after the name in brackets.
 */
export function cpuMs(pid: number): number | null {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return null;
  const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
