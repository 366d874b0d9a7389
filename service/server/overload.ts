// Notices that requests arrive faster than the processor can answer them, so that a server can refuse some of them at once.
//
// Without that, every request would wait longer and longer, and clients would give up after the work for them was done. A slow
// store is not a reason to refuse: while requests wait for it, the event loop has time left, or others are answered quickly.
import { serverLoad, serverReads } from '../../lib/limits';

export type Overload = Readonly<{
  /** Whether the latest request would wait too long for the processor. */
  isReached(): boolean;
  /** Counts a request that begins. Returns a function that counts its end; `isAnswered`: neither refused nor failed. */
  begin(): (isAnswered: boolean) => void;
}>;

/** Milliseconds since the start of the process, and how many of them its event loop had nothing to do. */
export type LoopClock = Readonly<{ now(): number; idle(): number }>;

const loopClock: LoopClock = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
};

/** The weight of the latest value in the average. */
const weight = 0.1;

/**
 * Watches the load of this process. It is too high when two things are true: for some time (`serverLoad.looks`), the event loop
 * had no time left and half of the answers took longer than usual; and so would a new request. That is estimated from the
 * requests before it, and from how many ended during the last `lookMs` [Little's law].
 */
export function watchOverload(clock: LoopClock = loopClock): Overload {
  const { lookMs, looks, busyShare, waitMs, neverRefused } = serverLoad;
  let running = 0;
  let lookedAt = clock.now();
  let idleAtLook = clock.idle();
  /** Milliseconds of each answer since the last look, and the number of all requests that ended: refusing one costs, too. */
  let answers: number[] = [];
  let ended = 0;
  /** Looks at which answers had waited for the processor, minus those at which they had not. */
  let slowLooks = 0;
  /** Milliseconds between the ends of two requests while the loop is busy. */
  let paceMs = 0;
  /** Milliseconds of an answer while the loop has time left: mostly the time of the store. */
  let usualMs = 0;

  function look(now: number): void {
    const idle = clock.idle();
    const passed = now - lookedAt;
    const isBusy = idle - idleAtLook < passed * (1 - busyShare);
    const usual = answers.length > 0 ? median(answers) : null;
    if (isBusy && ended > 0) paceMs = passed / ended;
    // Answers that waited for a store that hangs must not hide an overload later.
    if (!isBusy && usual !== null) usualMs += weight * (Math.min(usual, serverReads.stallMs) - usualMs);
    const isSlow = isBusy && (usual === null || usual > usualMs + waitMs / 2);
    slowLooks = isSlow ? Math.min(slowLooks + 1, 2 * looks) : Math.max(slowLooks - Math.floor(passed / lookMs), 0);
    lookedAt = now;
    idleAtLook = idle;
    answers = [];
    ended = 0;
  }

  return {
    isReached: () => slowLooks >= looks && running > neverRefused && running * paceMs > usualMs + waitMs,
    begin() {
      const beganAt = clock.now();
      if (beganAt - lookedAt >= lookMs) look(beganAt);
      running++;
      return (isAnswered) => {
        running--;
        ended++;
        if (isAnswered) answers.push(clock.now() - beganAt);
      };
    },
  };
}

/** The median of some numbers, which it sorts. */
function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
