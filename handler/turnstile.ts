// Bounds how many jobs run at once: each may hold some megabytes, and one connection can ask for hundreds of them.
import type { Run } from './create';

/** A `Run` of which at most `running` jobs go on together and at most `waiting` wait in order; `refuse` takes the rest. */
export function turnstile(run: Run, refuse: Run, bounds: Readonly<{ running: number; waiting: number }>): Run {
  const queue: (() => void)[] = [];
  let free = bounds.running;
  return async (job, budget) => {
    if (free > 0) free--;
    else if (queue.length < bounds.waiting) await new Promise<void>((resolve) => queue.push(resolve));
    else return refuse(job, budget);
    try {
      return await run(job, budget);
    } finally {
      const next = queue.shift();
      if (next === undefined) free++;
      else next(); // the place is handed on
    }
  };
}
