// Notices that requests arrive faster than the processor can answer them, so that a server can refuse some of them at once.
//
// Without that, every request would wait longer and longer, and clients would give up after the work for them was done. A slow
// store is not a reason to refuse: while requests wait for it, the event loop has time left.
import { serverLoad } from '../../lib/limits';

export type Overload = Readonly<{
  /** Whether a request that arrives now would wait too long for the processor. */
  isReached(): boolean;
  /** Counts a request that begins. Returns a function that counts its end. */
  begin(): () => void;
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
 * Watches the load of this process. The wait of a new request is estimated from the requests before it and from how many were
 * answered during the last `serverLoad.lookMs` [Little's law].
 */
export function watchOverload(clock: LoopClock = loopClock): Overload {
  let running = 0;
  let lookedAt = clock.now();
  let idleAtLook = clock.idle();
  let ended = 0;
  let endedMs = 0;
  let isBusy = false;
  /** Milliseconds between two answers while the loop is busy. */
  let paceMs = 0;
  /** Milliseconds for an answer while the loop has time left: mostly the time of the store. */
  let usualMs = 0;

  function look(now: number): void {
    const idle = clock.idle();
    const passed = now - lookedAt;
    isBusy = idle - idleAtLook < passed * (1 - serverLoad.busyShare);
    if (ended > 0) {
      if (isBusy) paceMs = passed / ended;
      else usualMs += weight * (endedMs / ended - usualMs);
    }
    lookedAt = now;
    idleAtLook = idle;
    ended = 0;
    endedMs = 0;
  }

  return {
    isReached() {
      const now = clock.now();
      if (now - lookedAt >= serverLoad.lookMs) look(now);
      return isBusy && running > serverLoad.running && running * paceMs > usualMs + serverLoad.waitMs;
    },
    begin() {
      const beganAt = clock.now();
      running++;
      return () => {
        running--;
        ended++;
        endedMs += clock.now() - beganAt;
      };
    },
  };
}
