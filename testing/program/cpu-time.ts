// What a running process has taken of the processor.
import { existsSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU of all its threads since its start, in steps of 10; null where the system does not tell. [proc(5)]: behind the
 * name in brackets, utime and stime are the 12th and 13th field, in ticks.
 */
export function cpuMs(pid: number): number | null {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return null;
  const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
