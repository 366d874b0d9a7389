// Processes on one core each, so that a server and the load on it do not share one.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export type CommandLine = readonly [string, ...string[]];

/** The cores of a measurement; null where no process can be bound to a core (no taskset, or one core only). */
export type Cores = Readonly<{ server: number | null; load: number | null }>;

/** The first core for the server, the second for the load. */
export function twoCores(): Cores {
  const isPossible = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  return isPossible ? { server: 0, load: 1 } : { server: null, load: null };
}

/** `command`, bound to `core` by taskset(1); null = to none. */
export function onCore(core: number | null, command: CommandLine): CommandLine {
  return core === null ? command : ['taskset', '-c', String(core), ...command];
}
