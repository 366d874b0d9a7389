import { serverLoad } from '../../../lib/limits';
import { type Overload, watchOverload } from '../../../service/server/overload';

const { lookMs, waitMs } = serverLoad;

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

/** A server that always has `running` requests, and answers one each `paceMs` of work of its loop. */
function busyServer({ running, paceMs }: Readonly<{ running: number; paceMs: number }>) {
  const clock = testClock();
  const overload = watchOverload(clock);
  const ends = beginAll(overload, running);
  const answerFor = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += paceMs) {
      clock.work(paceMs);
      ends.shift()?.();
      ends.push(overload.begin());
    }
  };
  return { clock, overload, answerFor, endAll: () => ends.splice(0).forEach((end) => void end()) };
}

function beginAll({ begin }: Overload, count: number): (() => void)[] {
  return Array.from({ length: count }, () => begin());
}

describe('watchOverload', () => {
  it.each([
    { running: 240, paceMs: 0.2, isReached: false },
    { running: 260, paceMs: 0.2, isReached: true },
    { running: 490, paceMs: 0.1, isReached: false },
    { running: 510, paceMs: 0.1, isReached: true },
    { running: 128, paceMs: 10, isReached: false },
    { running: 129, paceMs: 10, isReached: true },
  ])('with $running requests and an answer each $paceMs ms of a busy loop: $isReached', ({ isReached, ...server }) => {
    const { overload, answerFor } = busyServer(server);
    answerFor(2 * lookMs);
    expect(overload.isReached()).toBe(isReached);
  });

  it('is not reached before the load has been watched for a while', () => {
    const { overload, answerFor } = busyServer({ running: 1_000, paceMs: 1 });
    answerFor(lookMs - 1);
    expect(overload.isReached()).toBe(false);
    answerFor(1);
    expect(overload.isReached()).toBe(true);
  });

  it('ends when the requests have been answered', () => {
    const { overload, answerFor, endAll } = busyServer({ running: 200, paceMs: 1 });
    answerFor(lookMs);
    expect(overload.isReached()).toBe(true);
    endAll();
    expect(overload.isReached()).toBe(false);
  });

  it('ends when the loop has time left, however many requests wait for their store', () => {
    const { clock, overload, answerFor } = busyServer({ running: 200, paceMs: 1 });
    answerFor(lookMs);
    expect(overload.isReached()).toBe(true);
    clock.work(lookMs / 2);
    clock.rest(lookMs / 2);
    expect(overload.isReached()).toBe(false);
  });

  it('is not reached while a burst is worked off after a long rest', () => {
    const { clock, overload, answerFor } = busyServer({ running: 200, paceMs: 0.2 });
    clock.rest(3_600_000);
    answerFor(lookMs);
    expect(overload.isReached()).toBe(false);
  });

  it('adds the time that an answer takes while the loop has time left', () => {
    const clock = testClock();
    const overload = watchOverload(clock);
    const answerAfter = (storeMs: number): void => {
      const end = overload.begin();
      clock.rest(storeMs);
      end();
      overload.isReached();
    };
    for (let i = 0; i < 100; i++) answerAfter(400);
    // Now the loop is busy and answers a request each millisecond, so each request takes as long as there are requests.
    const ends = beginAll(overload, 400 + waitMs - 10);
    for (let passed = 0; passed < 2 * lookMs; passed++) {
      clock.work(1);
      ends[passed]?.();
      overload.begin();
    }
    expect(overload.isReached()).toBe(false);
    beginAll(overload, 20);
    expect(overload.isReached()).toBe(true);
  });
});
