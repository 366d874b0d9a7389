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

/** The processes that a process has started; none on systems without /proc [proc(5), children]. */
export function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

/**
 * Milliseconds for which all cores together were busy since the start of the machine, with time that a hypervisor took for other
 * machines; null on systems without /proc. [proc(5), stat]: user, nice, system, idle, iowait, irq, softirq, steal.
 */
export function busyMs(): number | null {
  if (!existsSync('/proc/stat')) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
  return 10 * (user + nice + system + irq + softirq + steal);
}
