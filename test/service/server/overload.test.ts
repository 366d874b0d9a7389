import { serverLoad } from '../../../lib/limits';
import { type Overload, watchOverload } from '../../../service/server/overload';

const { lookMs, looks, waitMs, neverRefused } = serverLoad;
/** Milliseconds of too much load before requests are refused. */
const burstMs = lookMs * looks;

/** A clock that the test moves: time in which the loop works, and time in which it is idle. */
function testClock() {
  let now = 1_000;
  let idle = 500;
  return {
    now: () => now,
    idle: () => idle,
    work(ms: number) {
      now += ms;
    },
    rest(ms: number) {
      now += ms;
      idle += ms;
    },
  };
}

/** A server that works all the time on `running` requests, and answers the oldest one each `paceMs`. */
function busyServer({ running, paceMs }: Readonly<{ running: number; paceMs: number }>) {
  const clock = testClock();
  const overload = watchOverload(clock);
  const ends = beginAll(overload, running);
  const answerFor = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += paceMs) {
      clock.work(paceMs);
      ends.shift()?.(true);
      ends.push(overload.begin());
    }
  };
  return { clock, overload, answerFor, endAll: () => ends.splice(0).forEach((end) => void end(true)) };
}

function beginAll({ begin }: Overload, count: number): ReturnType<Overload['begin']>[] {
  return Array.from({ length: count }, () => begin());
}

describe('watchOverload', () => {
  it.each([
    { running: 490, paceMs: 0.2, isReached: false },
    { running: 510, paceMs: 0.2, isReached: true },
    { running: 980, paceMs: 0.1, isReached: false },
    { running: 1_020, paceMs: 0.1, isReached: true },
    { running: neverRefused, paceMs: 10, isReached: false },
    { running: neverRefused + 1, paceMs: 10, isReached: true },
  ])('with $running requests and an answer each $paceMs ms of a busy loop: $isReached', ({ isReached, ...server }) => {
    const { overload, answerFor } = busyServer(server);
    answerFor(2 * burstMs + 4 * server.running * server.paceMs);
    expect(overload.isReached()).toBe(isReached);
  });

  it('is reached only after half a second: a burst is answered', () => {
    const { overload, answerFor } = busyServer({ running: 2_000, paceMs: 0.1 });
    answerFor(burstMs);
    expect(overload.isReached()).toBe(false);
    answerFor(4 * lookMs);
    expect(overload.isReached()).toBe(true);
  });

  it('ends when the requests have been answered', () => {
    const { overload, answerFor, endAll } = busyServer({ running: 400, paceMs: 1 });
    answerFor(2 * burstMs);
    expect(overload.isReached()).toBe(true);
    endAll();
    expect(overload.isReached()).toBe(false);
  });

  it('ends when the loop has time left, however many requests wait for their store', () => {
    const { clock, overload, answerFor } = busyServer({ running: 400, paceMs: 1 });
    answerFor(2 * burstMs);
    expect(overload.isReached()).toBe(true);
    clock.work(burstMs);
    clock.rest(burstMs);
    overload.begin();
    expect(overload.isReached()).toBe(false);
  });

  it('is not reached while hundreds of requests hang, as long as the others are answered quickly', () => {
    const { clock, overload } = busyServer({ running: 1_000, paceMs: 1 });
    for (let passed = 0; passed < 4 * burstMs; passed++) {
      const end = overload.begin();
      clock.work(1);
      end(true);
      expect(overload.isReached()).toBe(false);
    }
  });

  it('is reached although four fifths of the requests are refused or fail at once', () => {
    const { overload, answerFor } = busyServer({ running: 1_000, paceMs: 1 });
    for (let round = 0; round < 400; round++) {
      answerFor(5);
      for (const end of beginAll(overload, 20)) end(false);
    }
    expect(overload.isReached()).toBe(true);
  });

  it('is not reached while a burst is answered after a long rest', () => {
    const { clock, overload, answerFor } = busyServer({ running: 200, paceMs: 0.2 });
    clock.rest(3_600_000);
    answerFor(burstMs);
    expect(overload.isReached()).toBe(false);
  });

  it('does not last: a rest after an overload ends it', () => {
    const { clock, overload, answerFor, endAll } = busyServer({ running: 400, paceMs: 1 });
    answerFor(2 * burstMs);
    endAll();
    clock.rest(2 * burstMs);
    beginAll(overload, 400);
    expect(overload.isReached()).toBe(false);
  });

  /** A server whose answers take `storeMs` while its loop has time left, and which then has `running` requests and 1 ms for each. */
  function isReachedAfter(storeMs: number, running: number): boolean {
    const clock = testClock();
    const overload = watchOverload(clock);
    for (let i = 0; i < 100; i++) {
      const end = overload.begin();
      clock.rest(storeMs);
      end(true);
    }
    const ends = beginAll(overload, running);
    for (let passed = 0; passed < 2 * burstMs + 2 * running; passed++) {
      clock.work(1);
      ends.shift()?.(true);
      ends.push(overload.begin());
    }
    return overload.isReached();
  }

  it.each([
    ['a store that answers in 200 ms', 200, 200 + waitMs - 10, false],
    ['a store that answers in 200 ms', 200, 200 + waitMs + 10, true],
    ['a store that hung', 8_000, 500, true],
  ])(
    'adds the usual time of an answer: after %s (%i ms), with %i requests: %s',
    (_name, storeMs, running, expected) => {
      expect(isReachedAfter(storeMs, running)).toBe(expected);
    },
  );
});
