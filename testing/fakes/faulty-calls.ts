// Calls of services that fail: before they took effect, after it (only the reply is lost), or by the end of the process that
// called.
import type { Random } from '../random/seeded';

export type Fault = 'before' | 'after' | 'crash before' | 'crash after';

/** The fault of the next call; null = none. */
export type FaultPlan = Readonly<{ next(): Fault | null }>;

/** A process. After its end, none of its calls takes effect, and no reply reaches it. */
export type Process = { ended: boolean };

/** What a call throws in a process that has ended. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Calls of services by one process. `turn` is awaited before and after each. */
export type Calls = <T>(work: () => Promise<T>, fault: () => Error) => Promise<T>;

/** A function for the calls of `process`, with the faults of `plan`. */
export function callsOf(process: Process, plan: FaultPlan, turn: () => Promise<void>): Calls {
  const checkAlive = (): void => {
    if (process.ended) throw new Crash('The process has ended');
  };
  return async (work, fault) => {
    await turn();
    checkAlive();
    const planned = plan.next();
    if (planned === 'crash before') process.ended = true;
    checkAlive();
    if (planned === 'before') throw fault();
    const done = await work();
    await turn();
    if (planned === 'crash after') process.ended = true;
    checkAlive();
    if (planned === 'after') throw fault();
    return done;
  };
}

/** Each call fails with the chance `fault` before and `fault` after it took effect; `crash` is that of an end of the process. */
export function randomFaults({ chance }: Random, fault: number, crash: number): FaultPlan {
  return {
    next() {
      if (fault > 0 && chance(fault)) return 'before';
      if (fault > 0 && chance(fault)) return 'after';
      if (crash > 0 && chance(crash)) return 'crash before';
      return crash > 0 && chance(crash) ? 'crash after' : null;
    },
  };
}

/** Only the call number `at` (from 0) fails; `count` says how many calls there were. */
export function oneFault(at: number, fault: Fault): FaultPlan & Readonly<{ count(): number }> {
  let count = 0;
  return { next: () => (count++ === at ? fault : null), count: () => count };
}
